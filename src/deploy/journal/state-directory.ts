import { unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { OutputError } from '../../errors.js';
import type { Directory } from '../directory/directory.js';
import type { DirectoryOpener } from '../directory/directory-opener.js';
import type { User } from '../directory/safety.js';
import { closingOnError, createFile, syncAndClose, writeContent } from '../new-file.js';
import { isSystemError, toOutputError } from '../system-error.js';
import { renameOver } from '../windows.js';
import { WorkDirectory } from '../work-directory.js';
import { Writer } from '../writer.js';
import { enterAndRecover, type RecoveryContext } from './recovery.js';

/** Where a program keeps what outlives its runs. */
export interface StateOptions {
  /** One directory for each set of outputs that change together. */
  readonly path: string;
  /** How many directories, from the last one up, are made if they are missing. */
  readonly mayMake: number;
  /** Called with the reason if it cannot be used. The work goes on without it. */
  readonly onUnavailable: (message: string) => void;
}

/** Hooks and paths are nobody else's business. */
const stateMode = 0o700;
/** The name of the record. */
export const recordName = 'state.json';

/**
 * A directory of this program, closed to others: while a transaction over several directories runs, it holds the journal that decides
 * for all of them, so that nobody who can write to an output directory has a say in the others. Afterwards it holds a record.
 */
export class StateDirectory {
  private constructor(
    readonly writer: Writer,
    private readonly options: StateOptions,
  ) {}

  /** Whether a run uses it, or was killed while it did. */
  static isInUse({ path }: StateOptions, opener: DirectoryOpener, user: User): boolean {
    try {
      const directory = opener.find(path);
      return directory !== undefined && WorkDirectory.isInUse(directory, user);
    } catch (error) {
      // The attempt to enter it says what is wrong.
      if (isSystemError(error) || error instanceof OutputError) return false;
      throw error;
    }
  }

  /**
   * Makes and enters it. Waits for another run that uses it, and takes back what a killed one has put in place.
   * @returns undefined if it cannot be used
   */
  static async enter(options: StateOptions, context: RecoveryContext): Promise<StateDirectory | undefined> {
    const { path, mayMake, onUnavailable } = options;
    try {
      const directory = make(context.opener, path, mayMake);
      return new StateDirectory(new Writer(await enterAndRecover(directory, context)), options);
    } catch (error) {
      if (!isSystemError(error) && !(error instanceof OutputError)) throw error;
      onUnavailable(messageOf(error, path));
      return undefined;
    }
  }

  /** Replaces the record, in one step. */
  writeRecord(content: Uint8Array): void {
    const { work } = this.writer;
    try {
      const descriptor = createFile(work.new, recordName, 0o600);
      closingOnError(descriptor, () => writeContent(descriptor, content));
      syncAndClose(descriptor);
      renameOver(work.new.at(recordName), work.target.at(recordName));
      work.target.sync();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (work.new.stat(recordName)) unlinkSync(work.new.at(recordName));
      this.options.onUnavailable(messageOf(error, this.options.path));
    }
  }
}

/** @throws {OutputError} if other users can change it or the directory that it is made in */
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
