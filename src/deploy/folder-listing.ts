import { type Dirent, readdirSync } from 'node:fs';
import { OutputError } from '../errors.js';
import { fileWork, folderWork } from './folder-place.js';
import { isSystemError } from './system-error.js';

/**
 * What stands in a directory, asked once: of a thousand names that are not there yet, none has to be looked at.
 */
export class FolderListing {
  readonly #entries: ReadonlyMap<string, Dirent>;
  readonly isMissing: boolean;

  /**
   * @param name the directory
   * @param isOurs whether the run for many files that is at work there is this one
   * @throws {OutputError} if it is no directory
   */
  constructor(
    name: string,
    private readonly isOurs = false,
  ) {
    const entries = entriesOf(name);
    this.isMissing = entries === undefined;
    this.#entries = new Map(entries?.map((entry) => [entry.name, entry]));
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Whether another run for many files is at work, or was killed. */
  get isInUse(): boolean {
    return !this.isOurs && this.has(folderWork);
  }

  /** Whether a file has to be changed by itself: it stands elsewhere, or a run for it alone is at work or was killed. */
  isApart(name: string): boolean {
    return this.#entries.get(name)?.isSymbolicLink() === true || this.has(fileWork(name));
  }
}

function entriesOf(name: string): Dirent[] | undefined {
  try {
    return readdirSync(name, { withFileTypes: true });
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    if (isSystemError(error, 'ENOTDIR')) throw new OutputError(`${name}: not a directory`, { cause: error });
    throw error;
  }
}
