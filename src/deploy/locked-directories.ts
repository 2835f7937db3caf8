import type { Directory } from './directory/directory.js';
import type { DirectoryOpener, Place } from './directory/directory-opener.js';
import type { User } from './directory/directory-safety.js';
import { DirectoryTransaction } from './directory-transaction.js';
import { enterAndRecover } from './journal/recovery.js';
import { StateDirectory, type StateOptions } from './journal/state-directory.js';
import { removeIfEmpty, type WaitOptions } from './work-directory.js';

interface LockedDirectoriesOptions extends WaitOptions {
  readonly user: User;
  /** The main directory, and the mode with which it is created if it is missing. */
  readonly directory?: { readonly path: string; readonly mode: number };
  readonly state?: StateOptions;
}

/** The directories to which a transaction writes. Each is locked until the end of the transaction. */
export class LockedDirectories {
  readonly #directories = new Map<Directory, DirectoryTransaction>();
  #made: Place | undefined;
  #isUsable = true;
  #state: StateDirectory | undefined;

  constructor(
    private readonly opener: DirectoryOpener,
    private readonly options: LockedDirectoriesOptions,
  ) {
    if (this.isMissing && options.directory) opener.requireAbove(options.directory.path);
  }

  get all(): Iterable<DirectoryTransaction> {
    return this.#directories.values();
  }

  get(target: Directory): DirectoryTransaction | undefined {
    return this.#directories.get(target);
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

  /** Checks whether a directory is the main directory. One that does not exist yet (undefined) is taken for it. */
  isMain(target: Directory | undefined): boolean {
    const { directory } = this.options;
    return directory !== undefined && (target === undefined || target === this.opener.find(directory.path));
  }

  makeMain(): void {
    const { directory } = this.options;
    if (directory) this.#made ??= this.opener.make(directory.path, directory.mode).made;
  }

  /** The state directory, after {@link enterState} has locked it; undefined before, and if none is used. */
  get state(): StateDirectory | undefined {
    return this.#state;
  }

  /**
   * Locks the state directory before all others, so that other runs for the same outputs wait here.
   * @param isNeeded whether there may be something to write; otherwise it is locked only if another run uses it or was killed
   */
  async enterState(isNeeded: boolean): Promise<void> {
    const { state, user } = this.options;
    if (state === undefined || !(isNeeded || StateDirectory.isInUse(state, this.opener, user))) return;
    this.#state = await StateDirectory.enter(state, { ...this.options, opener: this.opener });
  }

  /** Waits for other runs, locks a directory, and recovers from a killed run. */
  async enter(target: Directory): Promise<void> {
    this.#isUsable = false;
    this.#directories.set(
      target,
      new DirectoryTransaction(await enterAndRecover(target, { ...this.options, opener: this.opener })),
    );
    this.#isUsable = true;
  }

  /**
   * Unlocks and closes all directories. Removes the main directory if this run created it and it is empty. If a directory cannot be closed, the
   * others are still closed, because this process may write into them again; then the first error is thrown.
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
    for (const changes of this.#directories.values()) attempt(() => changes.close());
    attempt(() => this.#state?.changes.close());
    attempt(() => this.#removeMainIfEmpty());
    this.opener.close();
    if (failures.length > 0) throw failures[0];
  }

  #removeMainIfEmpty(): void {
    const { directory } = this.options;
    if (this.#made && directory)
      removeIfEmpty(this.#made.directory, this.#made.entry, this.opener.require(directory.path));
  }
}
