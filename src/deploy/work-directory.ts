import { mkdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { randomName } from '../crypto/random-name.js';
import { OutputError } from '../errors.js';
import type { Directory } from './directory/directory.js';
import { isClosedToOthers, type User } from './directory/directory-safety.js';
import { Claim, type Rival } from './lock.js';
import { isSystemError } from './system-error.js';

/** The name of the work directory, unless another user has used this name. */
export const workName = '.jks2pem-work';
/** Matches the names of spare directories: the work directories of runs that could not use {@link workName}. */
const spareName = /^\.jks2pem-work-[0-9a-f]{24}$/;

/**
 * Maximum time to wait for another run, in milliseconds: 21 minutes. Its hook may take ten minutes (the default of --hook-timeout), and runs
 * again if it fails.
 */
const patienceMilliseconds = 1_260_000;
const pauseMilliseconds = 25;
/** Time before the first message about waiting, in milliseconds. Most runs end earlier. */
const quietMilliseconds = 1_000;
const reminderMilliseconds = 60_000;
/**
 * Maximum number of attempts to open a work directory that disappears. Other runs remove it when they end, but hardly a hundred times between
 * the same two system calls.
 */
const mostAttempts = 100;

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with a message while this run waits for another one. */
  readonly onWait?: ((message: string) => void) | undefined;
}

/** These patterns match the names of everything that a run creates in its work directory, except claims. Other files are kept. */
const ownFile = /^(?:journal|journal-new|link-[0-9a-f]{24})$/;
const ownDirectory = /^(?:new|old|\.jks2pem-[0-9a-f]{24})$/;

/**
 * A directory inside the output directory that only the user of this run may enter. It exists only during a run, or after a run was killed. It
 * contains the lock, the journal, and all unfinished files, which are renamed to their destinations later. Users who can write to the output
 * directory can rename the work directory or use its name, but cannot change its content.
 */
export class WorkDirectory {
  #new: Directory | undefined;
  #old: Directory | undefined;
  #spares: WorkDirectory[] = [];

  private constructor(
    /** The output directory. */
    readonly target: Directory,
    private readonly name: string,
    readonly directory: Directory,
    private readonly claim: Claim,
    /** Whether the directory existed before, so that it may contain files of a killed run. */
    readonly wasInUse: boolean,
  ) {}

  /** Checks whether another run of the user is writing to a directory, or was killed while writing. */
  static isInUse(target: Directory, user: User): boolean {
    return isOwn(target, workName, user) || spareNames(target, user).length > 0;
  }

  /**
   * Checks whether a directory must be locked to find out whether it is in use. An NFS server may map root to another user, who then owns the
   * work directories of root. That user can write to the output directory, which is therefore not safe for root. A dry run locks nothing, so it
   * must not rely on the work directory of another user.
   */
  static mayBeInUse(target: Directory, user: User): boolean {
    if (WorkDirectory.isInUse(target, user)) return true;
    return user === 0 && !target.isSafe && (isOwn(target, workName) || spareNames(target).length > 0);
  }

  /**
   * Creates the work directory or opens the existing one, and waits until no other run uses it.
   * @throws {OutputError} if another run does not end in time
   */
  static async enter(target: Directory, user: User, { signal, onWait }: WaitOptions): Promise<WorkDirectory> {
    let failures = 0;
    let nextMessage = quietMilliseconds;
    const begin = performance.now();
    for (;;) {
      signal?.throwIfAborted();
      const entered = WorkDirectory.#tryToEnter(target, user);
      if (entered instanceof WorkDirectory) return entered;
      if (entered === undefined && ++failures >= mostAttempts)
        throw new OutputError(`${target.name}: its work directory ${workName} disappears again and again`);
      if (entered !== undefined) {
        const waited = performance.now() - begin;
        const message = `waiting for ${entered.who}, which has been writing for ${Math.round(entered.milliseconds / 1000)} s`;
        if (waited >= patienceMilliseconds)
          throw new OutputError(`${target.name}: gave up ${message}`, {
            hint: `if that process hangs, end it and run this again`,
          });
        if (waited >= nextMessage) {
          onWait?.(message);
          nextMessage = waited + reminderMilliseconds;
        }
      }
      // The pause is random, so that two runs that have tried at the same time do not do so a second time.
      await delay(pauseMilliseconds * (0.5 + Math.random()), signal);
    }
  }

  /**
   * Tries to lock the work directory.
   * @returns the locked work directory, or else the run that has the lock; undefined if the directory was removed or replaced meanwhile
   */
  static #tryToEnter(target: Directory, user: User): WorkDirectory | Rival | undefined {
    const usual = WorkDirectory.#open(target, workName);
    if (usual !== 'taken') return usual === undefined ? undefined : usual.#withSpares();
    // All runs of this user choose the same spare name, the first one that exists, unless an NFS server maps root to another user.
    const name = spareNames(target, user)[0] ?? `${workName}-${randomName()}`;
    const spare = WorkDirectory.#open(target, name);
    if (spare === 'taken' || spare === undefined) return undefined;
    // Meanwhile, the user who had taken the usual name may have released it, and another run may have created its work directory with this
    // name. Then this run must try again with the usual name. Or another run may have chosen another spare name, before this spare directory
    // existed. Therefore all spare directories are locked.
    if (!isOwn(target, workName, spare.ownUid)) return spare.#withSpares();
    spare.unlock();
    return undefined;
  }

  /**
   * Opens or creates the work directory.
   * @returns `taken` if something other than a directory of this user with mode 0700 has the name; undefined if it was removed meanwhile
   */
  static #open(target: Directory, name: string): WorkDirectory | 'taken' | undefined {
    let wasInUse = false;
    try {
      mkdirSync(target.at(name), 0o700);
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error;
      wasInUse = true;
    }
    const directory = target.subdirectory(name);
    if (directory === undefined) return target.stat(name) === undefined ? undefined : 'taken';
    let claim: Claim | undefined;
    try {
      claim = Claim.create(directory);
    } catch (error) {
      const isTaken = isSystemError(error, 'EACCES');
      // The disk may be full. The empty work directory is removed, so that this run leaves no files.
      if (!isTaken) target.removeIfEmpty(name, directory);
      directory.close();
      if (isTaken) return 'taken';
      throw error;
    }
    if (claim?.isProtected) return new WorkDirectory(target, name, directory, claim, wasInUse);
    claim?.remove();
    directory.close();
    return claim && 'taken';
  }

  /** Spare directories of killed runs, which are locked together with this one. */
  get spares(): readonly WorkDirectory[] {
    return this.#spares;
  }

  /** Unlocks the spare directories, and removes those that are empty. */
  unlockSpares(): void {
    for (const spare of this.#spares) spare.unlock();
    this.#spares = [];
  }

  /** The owner of the files that this process creates. */
  get ownUid(): number {
    return this.claim.ownUid;
  }

  /** The directory for new files, which have the names of the entries that they will replace. */
  get new(): Directory {
    this.#new ??= this.#make('new');
    return this.#new;
  }

  /** The directory for the previous files, which keep their names. They are kept until the hook has succeeded. */
  get old(): Directory {
    this.#old ??= this.#make('old');
    return this.#old;
  }

  /** Removes everything that a run created in the work directory, except claims. */
  clear(): void {
    this.#closeDirectories();
    for (const name of this.directory.list()) {
      if (ownFile.test(name)) unlinkSync(this.directory.at(name));
      else if (ownDirectory.test(name)) removeDirectory(this.directory, name);
    }
  }

  /** Whether there is a journal, because of which the next run may have to restore previous files. */
  get hasJournal(): boolean {
    return this.directory.stat('journal') !== undefined;
  }

  /** Releases the lock. All files are removed, unless there is a journal. */
  clearAndUnlock(): void {
    try {
      if (!this.hasJournal) this.clear();
    } finally {
      this.unlock();
    }
  }

  /** Releases the lock, and keeps all files. If the directory is empty, the last process that uses it removes it. */
  unlock(): void {
    this.unlockSpares();
    this.#closeDirectories();
    try {
      this.claim.remove();
      this.target.removeIfEmpty(this.name, this.directory);
    } finally {
      this.directory.close();
    }
  }

  #closeDirectories(): void {
    for (const each of [this.#new, this.#old]) each?.close();
    this.#new = undefined;
    this.#old = undefined;
  }

  #make(name: string): Directory {
    // A killed run may have created it.
    const found = this.directory.subdirectory(name);
    if (found !== undefined) return found;
    mkdirSync(this.directory.at(name), 0o700);
    return this.#make(name);
  }

  /**
   * Locks this directory, and all spare directories.
   * @returns this directory, or the run that has the lock of one of them; then this run keeps none of them locked
   */
  #withSpares(): WorkDirectory | Rival {
    const entered = this.#unlessRival();
    if (entered !== this) return entered;
    for (const name of spareNames(this.target, this.ownUid)) {
      if (name === this.name) continue;
      const spare = WorkDirectory.#open(this.target, name);
      if (spare === undefined || spare === 'taken') continue;
      const found = spare.#unlessRival();
      if (found === spare) this.#spares.push(spare);
      else {
        this.unlock();
        return found;
      }
    }
    return this;
  }

  #unlessRival(): WorkDirectory | Rival {
    const rival = this.claim.liveRival();
    if (rival === undefined) {
      this.claim.startHeartbeat();
      return this;
    }
    this.unlock();
    return rival;
  }
}

/** Removes a directory and the files in it. Its parent is a work directory, to which other users cannot write. */
function removeDirectory(parent: Directory, name: string): void {
  const directory = parent.subdirectory(name);
  if (directory === undefined) return;
  try {
    for (const entry of directory.list()) unlinkSync(directory.at(entry));
  } finally {
    directory.close();
  }
  rmdirSync(parent.at(name));
}

/** Returns the names of the spare directories: the work directories of runs that could not use {@link workName}. */
export function spareNames(target: Directory, owner?: User): string[] {
  const names = target.list().filter((name) => spareName.test(name));
  return names.sort().filter((name) => isOwn(target, name, owner));
}

/** Checks whether an entry is a directory that belongs to this owner, if one is given, and is closed to others. */
function isOwn(target: Directory, name: string, owner?: User): boolean {
  const found = target.stat(name);
  return found?.isDirectory() === true && isClosedToOthers(found) && (owner === undefined || found.uid === owner);
}

/** Waits. If the signal is aborted, the wait ends early; the caller checks the signal. */
function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });
}
