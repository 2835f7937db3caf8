import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomName } from '../crypto/random.js';
import { OutputError } from '../errors.js';
import { describeSystemError, isSystemError } from './system-error.js';

export interface ReplaceOptions {
  /** Permission bits of a file that does not exist yet. One that does keeps its own. */
  readonly mode: number;
}

/**
 * Makes a file hold these bytes, in one step: whoever reads it sees the old content whole or the new content whole.
 * The new content is written beside it under its final mode and owner, synced, and renamed over it.
 * @returns whether anything was written; content that is already there is left alone
 * @throws {OutputError} if it cannot be done; the file is then as it was
 */
export function replaceFile(path: string, content: Uint8Array, options: ReplaceOptions): boolean {
  return describing(path, () => {
    const target = followLinks(path);
    const existing = statOf(target);
    if (existing !== undefined) {
      if (!existing.isFile()) throw new OutputError(`${path}: not a regular file; nothing was written`);
      if (readFileSync(target).equals(content)) return false;
    }
    const beside = writeBeside(target, content, existing, options.mode);
    try {
      renameSync(beside, target);
    } catch (error) {
      unlinkSync(beside);
      throw error;
    }
    syncDirectory(dirname(target));
    return true;
  });
}

/** Whether two paths lead to one file. */
export function isSameFile(a: string, b: string): boolean {
  const [first, second] = [statOf(a), statOf(b)];
  return first !== undefined && second !== undefined && first.dev === second.dev && first.ino === second.ino;
}

/** The file behind a symbolic link, so that the link stays a link. */
function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    // Not there yet; its directory decides whether it can be.
    if (isSystemError(error, 'ENOENT')) return join(realpathSync(dirname(path)), basename(path));
    throw error;
  }
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function writeBeside(target: string, content: Uint8Array, existing: Stats | undefined, mode: number): string {
  const path = join(dirname(target), `.${basename(target)}.${randomName()}.tmp`);
  // Created by nobody else, for the owner only, until mode and owner are final; only then the first byte.
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    if (existing !== undefined) fchownSync(fd, existing.uid, existing.gid);
    fchmodSync(fd, existing === undefined ? mode : existing.mode & 0o7777);
    for (let at = 0; at < content.length; ) at += writeSync(fd, content, at);
    fsyncSync(fd);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(fd);
  }
  return path;
}

/** Makes the rename itself last through a power cut. */
function syncDirectory(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function describing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof OutputError) throw error;
    throw new OutputError(`${path}: ${describeSystemError(error)}`, { cause: error });
  }
}
