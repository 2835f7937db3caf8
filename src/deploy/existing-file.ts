import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { includesText } from '../bytes/equal.js';
import { permissionBits } from '../bytes/file-mode.js';
import { equalInConstantTime } from '../crypto/hash/digest.js';
import { OutputError } from '../errors.js';
import type { Directory } from './directory/directory.js';
import type { FileContent } from './file-content.js';
import { directoryInPlaceOfFile, isForbidden, isSystemError } from './system-error.js';
import { isWindows } from './windows.js';

/**
 * Maximum size in bytes of an existing file that is read; a larger one counts as different, and as a file without a private key. PEM files
 * have a few kilobytes, the largest truststores a few megabytes.
 */
const mostBytesRead = 2 ** 26;

/** End of the first line of every PEM block that contains a private key, such as `-----BEGIN RSA PRIVATE KEY-----`. */
const keyLabel = 'PRIVATE KEY-----';

/** A regular file at the destination of an output. */
export class ExistingFile {
  private constructor(
    readonly directory: Directory,
    readonly entry: string,
    /** The path as the user wrote it, for messages. */
    readonly name: string,
    readonly stats: Stats,
  ) {}

  /**
   * Examines a destination without opening it, because opening a pipe would wait for its writer.
   * @returns undefined if nothing has this name
   * @throws {OutputError} if something other than a regular file has this name
   */
  static find(directory: Directory, entry: string, name: string): ExistingFile | undefined {
    const stats = directory.stat(entry);
    if (stats === undefined) return undefined;
    requireRegular(stats, name);
    return new ExistingFile(directory, entry, name, stats);
  }

  /** Checks whether the file already has the wanted content, and the mode and owner if they are given. */
  async isCurrent(wanted: FileContent): Promise<boolean> {
    const hasSize = wanted.isCurrent !== undefined || this.stats.size === wanted.content.length;
    if (!hasSize || this.stats.size > mostBytesRead || !hasRightsAskedFor(this.stats, wanted)) return false;
    const bytes = this.read();
    try {
      return wanted.isCurrent ? await wanted.isCurrent(bytes) : equalInConstantTime(bytes, wanted.content);
    } finally {
      // The bytes may contain the private key that a server uses.
      bytes.fill(0);
    }
  }

  holdsKey(): boolean {
    if (this.stats.size > mostBytesRead) return false;
    const bytes = this.read();
    try {
      return containsPrivateKey(bytes);
    } finally {
      bytes.fill(0);
    }
  }

  /**
   * Checks that the file has only one hard link.
   * @throws {OutputError} if it has others, which would keep the old content
   */
  requireOneName(): void {
    const { nlink } = this.stats;
    if (nlink === 1) return;
    throw new OutputError(`${this.name}: has ${nlink} hard links, of which only one would get the new content`);
  }

  /** Reads the file. The caller must overwrite the returned bytes after use. */
  read(): Uint8Array {
    // Another user may have replaced the file by a pipe or a link. O_NONBLOCK prevents waiting for a pipe; O_NOFOLLOW refuses a link.
    const descriptor = openSync(
      this.directory.at(this.entry),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    try {
      if (!isSameFile(fstatSync(descriptor), this.stats)) throw changed(this.name);
      return readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Checks whether a PEM file contains a private key, encrypted or not. */
export function containsPrivateKey(pem: Uint8Array): boolean {
  return includesText(pem, keyLabel);
}

/** Creates the error for a file that was replaced after it was examined. */
export function changed(name: string): OutputError {
  return new OutputError(`${name}: was changed by another program during this run, so it was not replaced`);
}

/** Checks whether two entries are the same file. False if one of them is missing. */
export function isSameFile(a: Stats | undefined, b: Stats | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  // Windows has volume numbers with 64 and with 32 bits. Which one Node returns depends on the call, so they are not compared.
  const isSameVolume = isWindows || a.dev === b.dev;
  return a.ino === b.ino && isSameVolume && a.isFile() === b.isFile();
}

/**
 * Follows the symbolic links of a path; if the file is missing, those of its directory.
 * @returns the path itself if its directory cannot be examined either
 */
export function realPlace(path: string): string {
  return realPath(path) ?? join(realPath(dirname(path)) ?? dirname(path), basename(path));
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    // The file may be missing. Any other reason is reported when it is read or written.
    if (isSystemError(error) || isForbidden(error)) return undefined;
    throw error;
  }
}

/** Checks whether two paths lead to the same file. False if the file of one of them is missing or cannot be examined. */
export function leadToSameFile(a: string, b: string): boolean {
  try {
    // An output usually does not exist yet. An exception for each would take 1 % of the time of a large batch.
    return isSameFile(statSync(a, { throwIfNoEntry: false }), statSync(b, { throwIfNoEntry: false }));
  } catch (error) {
    // The reason is reported when the file is read or written.
    if (isSystemError(error) || isForbidden(error)) return false;
    throw error;
  }
}

function requireRegular(stats: Stats, name: string): void {
  if (stats.isDirectory()) throw directoryInPlaceOfFile(name);
  if (stats.isSymbolicLink()) throw new OutputError(`${name}: is a symbolic link; nothing was written`);
  if (!stats.isFile()) throw new OutputError(`${name}: not a regular file; nothing was written`);
}

function hasRightsAskedFor(existing: Stats, { mode, owner = {} }: FileContent): boolean {
  return (
    (mode === undefined || (existing.mode & permissionBits) === mode) &&
    (owner.uid === undefined || existing.uid === owner.uid) &&
    (owner.gid === undefined || existing.gid === owner.gid)
  );
}
