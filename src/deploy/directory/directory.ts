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
  type Stats,
  statSync,
} from 'node:fs';
import { OutputError } from '../../errors.js';
import { isSystemError } from '../system-error.js';
import { isDeviceName, isEntryName, isWindows } from '../windows.js';

/** Linux's O_PATH (asm-generic/fcntl.h), which Node does not name: a handle that needs no right to list the directory. */
const pathOnly = 0o10000000;

/** Opens a directory, and never what a symbolic link in its place leads to. */
export const directoryFlags = pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** File systems that cannot sync a directory answer with one of these (FUSE, SMB, some NFS servers). */
const cannotSync = ['EINVAL', 'ENOTSUP', 'EPERM'];

/** Where Linux shows the open file descriptors of a process. A path below one is resolved from the open directory. */
export function handlePath(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

/**
 * An open directory. Everything in it is addressed through the handle, so that a directory of the same name that takes
 * its place later is never touched. Without handles (see {@link hasHandles}) it is addressed by its path.
 */
export class Directory {
  /**
   * @param name the path in messages, as the user wrote it
   * @param base the path that the names of entries are appended to
   * @param stats of the directory when it was opened
   * @param isSafe whether only root and the user of this run can change what the directory's path leads to, or its entries
   */
  constructor(
    readonly name: string,
    private readonly base: string,
    private readonly descriptor: number | undefined,
    readonly stats: Stats,
    readonly isSafe: boolean,
  ) {}

  /**
   * The path of an entry. A name with a slash, `.` and `..` are refused: they would lead out of the directory.
   * @throws {OutputError} on Windows, if the name is that of a device
   */
  at(entry: string): string {
    if (!isEntryName(entry)) throw new RangeError(`not the name of a directory entry: "${entry}"`);
    if (isDeviceName(entry)) throw new OutputError(`${entry}: is the name of a device on Windows; nothing was written`);
    return `${this.base}/${entry}`;
  }

  /** The descriptor to hand to a child process; undefined without handles. */
  get handle(): number | undefined {
    return this.descriptor;
  }

  /** The stats of an entry; a symbolic link is not followed. */
  stat(entry: string): Stats | undefined {
    return lstatSync(this.at(entry), { throwIfNoEntry: false });
  }

  /** The text of a symbolic link; undefined if the entry is missing or not a symbolic link. */
  linkText(entry: string): string | undefined {
    // For other files, Windows answers with various errors, depending on the file system.
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

  /** Opens a directory in this one; undefined if there is no directory of this name. Symbolic links are not followed. */
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

  /** Syncs the directory, so that created, renamed and removed entries survive a power cut. */
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

  /** Whether its file system is mounted read-only, as Kubernetes mounts ConfigMaps, whatever the mode says. */
  isReadOnly(): boolean {
    try {
      accessSync(`${this.base}/.`, constants.W_OK);
      return false;
    } catch (error) {
      return isSystemError(error, 'EROFS');
    }
  }

  /** Its present path: parent directories may have been renamed since it was opened. */
  realPath(): string {
    return this.descriptor === undefined ? this.base : readlinkSync(this.base);
  }

  /** Sets the mode of the directory, and its owner where that differs. */
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

  /** Whether an entry of another directory is this very directory. */
  isEntryOf(other: Directory, entry: string): boolean {
    const found = other.stat(entry);
    return found?.ino === this.stats.ino && found.dev === this.stats.dev;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
  }
}

/** Whether Node's permission model is on: it forbids everything that works on an open file but reading and writing. */
export const isRestricted: boolean = (() => {
  try {
    // No such descriptor: the call changes nothing, but the permission model refuses it before looking.
    fchmodSync(-1, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED';
  }
  return false;
})();

/** Whether a path below an open directory leads into it: so on Linux with /proc mounted, and not on macOS and Windows. */
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
