import { mkdirSync, realpathSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { FolderJournal } from './folder-journal.js';
import { FolderPlace } from './folder-place.js';
import { Lock } from './lock.js';
import { syncDirectory } from './staged-file.js';
import { Staging } from './staging.js';
import { isSystemError } from './system-error.js';
import { removeDirectory } from './work-directory.js';

/** What a run needs that changes many files of one directory: its lock, what it makes, and what it keeps. */
export class Workshop {
  readonly journal: FolderJournal;
  readonly staging: Staging;

  private constructor(
    readonly place: FolderPlace,
    private readonly lock: Lock,
    private readonly isOurs: boolean,
  ) {
    this.journal = new FolderJournal(place);
    this.staging = new Staging(place.staged, place.directory);
  }

  /**
   * @param mode permission bits of the directory, if it has to be made
   * @throws {OutputError} if another run does not end
   */
  static async open(folder: string, mode: number, signal: AbortSignal): Promise<Workshop> {
    const isOurs = makeFolder(folder, mode);
    const place = new FolderPlace(realpathSync(folder));
    const lock = await Lock.acquire(place.work, signal);
    try {
      return new Workshop(place, lock, isOurs);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Ends the work; what was made for nothing goes, the directory included. */
  close(): void {
    this.staging.close();
    removeDirectory(this.place.staged);
    this.lock.release();
    if (this.isOurs) removeIfEmpty(this.place.directory);
  }
}

/** @returns whether it was missing */
function makeFolder(path: string, mode: number): boolean {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
  syncDirectory(dirname(realpathSync(path)));
  return true;
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Something is in it, as it should be.
  }
}
