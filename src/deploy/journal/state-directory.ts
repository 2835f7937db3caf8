import { dirname } from 'node:path';
import { OutputError } from '../../errors.js';
import type { Directory } from '../directory/directory.js';
import type { DirectoryOpener } from '../directory/directory-opener.js';
import type { User } from '../directory/directory-safety.js';
import type { DirectoryTransaction } from '../directory-transaction.js';
import { closingOnError, createFile, syncAndClose, writeContent } from '../new-file.js';
import { isSystemError, toOutputError } from '../system-error.js';
import { renameOver } from '../windows.js';
import { WorkDirectory, workName } from '../work-directory.js';
import { journalName } from './journal.js';

/** The state directory of a transaction. */
export interface StateOptions {
  /** Its path. Each group of outputs that are replaced together has its own state directory. */
  readonly path: string;
  /** Number of directories at the end of the path that are created if they are missing. */
  readonly mayMake: number;
  /** Called with the reason if the state directory cannot be used. The transaction continues without it. */
  readonly onUnavailable: (message: string) => void;
}

/** Mode of a new state directory. Other users must not read the hooks and paths in its files. */
const stateMode = 0o700;
/** The name of the file that contains the caller's record; see {@link StateDirectory.writeRecord}. */
export const recordName = 'state.json';
/** The path of the main journal, relative to the state directory. It exists only during a run, or after a run was killed. */
export const pendingJournal = `${workName}/${journalName}`;

/**
 * A directory that only root and the user of this run can change. During a transaction, it contains the main journal, which decides whether
 * the changes in all output directories are undone. Users who can write to one output directory therefore cannot influence the others. It
 * also contains the caller's record, such as the time of the last renewal, which is kept between the runs.
 */
export class StateDirectory {
  private constructor(
    readonly changes: DirectoryTransaction,
    private readonly options: StateOptions,
  ) {}

  /** Checks whether a run uses the directory, or was killed while using it. */
  static isInUse({ path }: StateOptions, opener: DirectoryOpener, user: User): boolean {
    try {
      const directory = opener.find(path);
      return directory !== undefined && WorkDirectory.isInUse(directory, user);
    } catch (error) {
      // If the directory is needed, the reason is reported by `enter`.
      if (isSystemError(error) || error instanceof OutputError) return false;
      throw error;
    }
  }

  /**
   * Creates and locks the directory.
   * @param lock waits for another run that uses a directory, locks it, and restores the previous files of a killed run
   * @returns undefined if it cannot be used; then `onUnavailable` was called
   */
  static async enter(
    options: StateOptions,
    opener: DirectoryOpener,
    lock: (directory: Directory) => Promise<DirectoryTransaction>,
  ): Promise<StateDirectory | undefined> {
    const { path, mayMake, onUnavailable } = options;
    try {
      return new StateDirectory(await lock(make(opener, path, mayMake)), options);
    } catch (error) {
      if (!isSystemError(error) && !(error instanceof OutputError)) throw error;
      onUnavailable(messageOf(error, path));
      return undefined;
    }
  }

  /** Replaces the caller's record in one step. If that fails, calls `onUnavailable`, and the transaction continues. */
  writeRecord(content: Uint8Array): void {
    const { work } = this.changes;
    try {
      replaceRecord(work, content);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.options.onUnavailable(messageOf(error, this.options.path));
    }
  }
}

/** Writes and syncs the record in the work directory, and renames it over the old one. */
function replaceRecord({ new: staged, target }: WorkDirectory, content: Uint8Array): void {
  try {
    const descriptor = createFile(staged, recordName, 0o600);
    closingOnError(descriptor, () => writeContent(descriptor, content));
    syncAndClose(descriptor);
    renameOver(staged.at(recordName), target.at(recordName));
  } catch (error) {
    // The name must be free for the next attempt.
    staged.removeIfPresent(recordName);
    throw error;
  }
  target.sync();
}

/**
 * Opens the state directory. Creates it, and up to `mayMake - 1` directories above it, if they are missing.
 * @throws {OutputError} if other users can change it or, if it is missing, the nearest existing directory above it
 */
function make(opener: DirectoryOpener, path: string, mayMake: number): Directory {
  const found = opener.find(path);
  if (found !== undefined) return requireSafe(found, path);
  const parent = dirname(path);
  if (mayMake > 1) make(opener, parent, mayMake - 1);
  else requireSafe(opener.require(parent), parent);
  return opener.make(path, stateMode).directory;
}

function requireSafe(directory: Directory, path: string): Directory {
  if (directory.isSafe) return directory;
  throw new OutputError(`${path}: other users can change it`);
}

function messageOf(error: unknown, path: string): string {
  const failure = toOutputError(error, path);
  return failure instanceof Error ? failure.message : String(failure);
}
