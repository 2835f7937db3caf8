import type { Directory } from './directory/directory.js';
import type { DirectoryOpener, Place } from './directory/directory-opener.js';
import type { User } from './directory/directory-safety.js';
import { DirectoryTransaction } from './directory-transaction.js';
import { enterAndRecover } from './journal/recovery.js';
import { StateDirectory, type StateOptions } from './journal/state-directory.js';
import { toOutputError } from './system-error.js';
import type { WaitOptions } from './work-directory.js';

interface LockedDirectoriesOptions extends WaitOptions {
  readonly user: User;
  /** The main directory, and the mode with which it is created if it is missing. */
  readonly directory?: { readonly path: string; readonly mode: number };
  readonly state?: StateOptions;
}

/**
 * The directories to which a transaction writes, and its state directory. Each is locked until the end of the transaction. Two runs do not wait
 * for each other, because all runs lock their directories in the same order: first the state directory, then the others by device and inode.
 */
export class LockedDirectories {
  /** In the order in which they were locked. */
  readonly #directories = new Map<Directory, DirectoryTransaction>();
  #made: Place | undefined;
  #mainHasLinks: boolean | undefined;
  #isUsable = true;
  #state: StateDirectory | undefined;

  /**
   * @param opener is closed by {@link close}, and if this constructor fails
   * @throws {OutputError} if the main directory cannot be used
   */
  constructor(
    private readonly opener: DirectoryOpener,
    private readonly options: LockedDirectoriesOptions,
  ) {
    const { directory } = options;
    if (directory === undefined) return;
    try {
      if (this.isMissing) opener.requireAbove(directory.path);
    } catch (error) {
      opener.close();
      throw toOutputError(error, directory.path);
    }
  }

  get all(): Iterable<DirectoryTransaction> {
    return this.#directories.values();
  }

  has(target: Directory): boolean {
    return this.#directories.has(target);
  }

  /** False after locking a directory has failed. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** Whether the main directory does not exist yet. */
  get isMissing(): boolean {
    const { directory } = this.options;
    return directory !== undefined && this.opener.find(directory.path) === undefined;
  }

  /**
   * Checks whether a directory is the main directory and can be locked before {@link Transaction.commit}. A directory that does not exist
   * yet (undefined) is taken for the main directory. A main directory with links cannot be locked early, because outputs may be in the
   * directories to which the links lead, which may have to be locked first.
   */
  canBeLockedEarly(target: Directory | undefined): boolean {
    const { directory } = this.options;
    if (directory === undefined) return false;
    if (target === undefined) return true;
    if (target !== this.opener.find(directory.path)) return false;
    this.#mainHasLinks ??= target.hasLinks();
    return !this.#mainHasLinks;
  }

  makeMain(): void {
    const { directory } = this.options;
    if (directory) this.#made ??= this.opener.make(directory.path, directory.mode).made;
  }

  /** The state directory, after {@link enterState} has locked it; undefined before that, and if no state directory is used. */
  get state(): StateDirectory | undefined {
    return this.#state;
  }

  /**
   * Locks the state directory before all others, so that other runs for the same outputs wait here.
   * @param isNeeded whether there may be something to write; if not, the directory is locked only if it is in use
   */
  async enterState(isNeeded: boolean): Promise<void> {
    const { state, user } = this.options;
    if (state === undefined || !(isNeeded || StateDirectory.isInUse(state, this.opener, user))) return;
    this.#state = await StateDirectory.enter(state, this.opener, (directory) => this.#lock(directory));
  }

  /** Waits for other runs, locks a directory, and recovers from a killed run; does nothing if the directory is locked already. */
  async enter(target: Directory): Promise<DirectoryTransaction> {
    this.#isUsable = false;
    const locked = await this.#lock(target);
    this.#isUsable = true;
    return locked;
  }

  async #lock(target: Directory): Promise<DirectoryTransaction> {
    const isLocked = (directory: Directory) => this.#directories.has(directory);
    const locked =
      this.#directories.get(target) ??
      new DirectoryTransaction(await enterAndRecover(target, { ...this.options, opener: this.opener, isLocked }));
    this.#directories.set(target, locked);
    return locked;
  }

  /**
   * Unlocks and closes all directories, the state directory last. Removes the main directory if this run created it and it is empty. If a
   * directory cannot be closed, the others are still closed, because this process may write into them again; then the first error is
   * thrown.
   */
  close(): void {
    const failures: unknown[] = [];
    const attempt = (action: () => void) => {
      try {
        action();
      } catch (error) {
        failures.push(error);
      }
    };
    for (const changes of [...this.#directories.values()].reverse()) attempt(() => changes.close());
    attempt(() => this.#removeMainIfEmpty());
    this.opener.close();
    if (failures.length > 0) throw failures[0];
  }

  #removeMainIfEmpty(): void {
    const { directory } = this.options;
    if (this.#made && directory)
      this.#made.directory.removeIfEmpty(this.#made.entry, this.opener.require(directory.path));
  }
}
