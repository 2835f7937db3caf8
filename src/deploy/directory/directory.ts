import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { OutputError } from '../../errors.js';
import { isSystemError } from '../system-error.js';
import { isDeviceName, isEntryName, isWindows } from '../windows.js';

/**
 * Linux's O_PATH (asm-generic/fcntl.h), for which Node has no name. With this flag, a directory can be opened without the right to list it.
 */
const pathOnly = 0o10000000;

/** Flags that open a directory, but never the target of a symbolic link. */
export const directoryFlags = pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Error codes of fsync(2) on file systems that cannot sync a directory (FUSE, SMB, some NFS servers). */
const cannotSync = ['EINVAL', 'ENOTSUP', 'EPERM'];

/** Returns a path to the open directory on Linux, which stays valid if the directory is renamed. Names of entries can be appended. */
export function handlePath(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

/**
 * An open directory. Its entries are addressed through its descriptor (the handle), so that another directory that later gets the same name
 * is never used. Without handles (see {@link hasHandles}) the path is used.
 */
export class Directory {
  #isSafe: boolean;

  /**
   * @param name the path as the user wrote it, for messages
   * @param base the path to which the names of entries are appended
   * @param stats the status of the directory when it was opened
   * @param isSafe see {@link Directory.isSafe}
   */
  constructor(
    readonly name: string,
    private readonly base: string,
    private readonly descriptor: number | undefined,
    readonly stats: Stats,
    isSafe: boolean,
  ) {
    this.#isSafe = isSafe;
  }

  /**
   * Whether only root and the user of this run can change the entries of the directory, replace it or a directory above it, or change a link
   * in a path by which it was opened.
   */
  get isSafe(): boolean {
    return this.#isSafe;
  }

  /** Called when a further path that leads to this directory is not safe. */
  markUnsafe(): void {
    this.#isSafe = false;
  }

  /**
   * Returns the path of an entry.
   * @throws {RangeError} if the name could lead to another place, such as `..` or `a/b`
   * @throws {OutputError} on Windows, if the name is that of a device
   */
  at(entry: string): string {
    if (!isEntryName(entry)) throw new RangeError(`not the name of a directory entry: "${entry}"`);
    if (isDeviceName(entry)) throw new OutputError(`${entry}: is the name of a device on Windows; nothing was written`);
    return `${this.base}/${entry}`;
  }

  /** The descriptor of the directory; undefined without handles. */
  get handle(): number | undefined {
    return this.descriptor;
  }

  /** Returns the status of an entry. A symbolic link is not followed. */
  stat(entry: string): Stats | undefined {
    return lstatSync(this.at(entry), { throwIfNoEntry: false });
  }

  /** Returns the text of a symbolic link; undefined if the entry is missing or not a symbolic link. */
  linkText(entry: string): string | undefined {
    // For entries that are not links, Windows returns various errors, depending on the file system.
    if (isWindows && !this.stat(entry)?.isSymbolicLink()) return undefined;
    try {
      return readlinkSync(this.at(entry));
    } catch (error) {
      if (isSystemError(error, 'EINVAL') || isSystemError(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  list(): string[] {
    return readdirSync(`${this.base}/.`);
  }

  /**
   * Opens a subdirectory. It counts as safe if this directory does. Symbolic links are not followed.
   * @returns undefined if there is no directory with this name
   */
  subdirectory(entry: string): Directory | undefined {
    const path = this.at(entry);
    const name = `${this.name}/${entry}`;
    if (this.descriptor === undefined) {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      return stats?.isDirectory() ? new Directory(name, path, undefined, stats, this.isSafe) : undefined;
    }
    try {
      const descriptor = openSync(path, directoryFlags);
      return new Directory(name, handlePath(descriptor), descriptor, fstatSync(descriptor), this.isSafe);
    } catch (error) {
      if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')) return undefined;
      throw error;
    }
  }

  /** Removes a file or link, unless another process has already removed it. */
  removeIfPresent(entry: string): void {
    try {
      unlinkSync(this.at(entry));
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) throw error;
    }
  }

  /** Removes a subdirectory if it is empty and still has this name. */
  removeIfEmpty(entry: string, subdirectory: Directory): void {
    if (!subdirectory.isEntryOf(this, entry)) return;
    try {
      rmdirSync(this.at(entry));
    } catch (error) {
      // Another process uses it, or has removed it.
      if (!isSystemError(error)) throw error;
    }
  }

  /**
   * Syncs the directory, so that created, renamed and removed entries survive a power failure. This has no effect on Windows,
   * on some file systems, and under Node's permission model.
   */
  sync(): void {
    if (isRestricted || isWindows) return;
    const descriptor = openSync(`${this.base}/.`, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      fsyncSync(descriptor);
    } catch (error) {
      if (!cannotSync.some((code) => isSystemError(error, code))) throw error;
    } finally {
      closeSync(descriptor);
    }
  }

  /** Checks whether the file system of the directory is mounted read-only, as Kubernetes mounts ConfigMaps. The mode may still allow writing. */
  isReadOnly(): boolean {
    try {
      accessSync(`${this.base}/.`, constants.W_OK);
      return false;
    } catch (error) {
      return isSystemError(error, 'EROFS');
    }
  }

  /** Returns the path; with handles, the current one, even if this directory or one above it was renamed since it was opened. */
  realPath(): string {
    return this.descriptor === undefined ? this.base : readlinkSync(this.base);
  }

  /** Sets the mode of the directory, and its owner if one is given. */
  setRights(mode: number, owner?: { readonly uid: number; readonly gid: number }): void {
    if (isWindows) return;
    const descriptor = openSync(`${this.base}/.`, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      const { uid, gid } = fstatSync(descriptor);
      if (owner && (owner.uid !== uid || owner.gid !== gid)) fchownSync(descriptor, owner.uid, owner.gid);
      fchmodSync(descriptor, mode);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Checks whether a status is that of this directory. */
  hasIdentity({ dev, ino }: Stats): boolean {
    return ino === this.stats.ino && dev === this.stats.dev;
  }

  /** Checks whether an entry of another directory is this directory. */
  isEntryOf(other: Directory, entry: string): boolean {
    const found = other.stat(entry);
    return found !== undefined && this.hasIdentity(found);
  }

  /** Checks whether the directory contains symbolic links. */
  hasLinks(): boolean {
    return readdirSync(`${this.base}/.`, { withFileTypes: true }).some((entry) => entry.isSymbolicLink());
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
  }
}

/** Whether Node's permission model is enabled. It forbids fsync(2), fchmod(2) and fchown(2) even where it allows writing. */
export const isRestricted: boolean = (() => {
  try {
    // There is no such descriptor, so the call changes nothing. The permission model refuses it before the descriptor is checked.
    fchmodSync(-1, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED';
  }
  return false;
})();

/**
 * Checks whether entries can be addressed through an open directory: only on Linux, if /proc is mounted and Node's permission model is
 * off.
 */
export function hasHandles(): boolean {
  if (isRestricted) return false;
  try {
    const descriptor = openSync('/', directoryFlags);
    try {
      const [direct, through] = [fstatSync(descriptor), statSync(`${handlePath(descriptor)}/.`)];
      return direct.ino === through.ino && direct.dev === through.dev;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}
