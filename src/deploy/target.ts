import { lstatSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OutputError } from '../errors.js';
import type { Owner } from './owner.js';
import { isSystemError } from './system-error.js';

/** A file to be written: what it is to hold, and under which rights. */
export interface FileContent {
  readonly content: Uint8Array;
  /** Permission bits of a file that does not exist yet. */
  readonly defaultMode: number;
  /** Permission bits asked for; left out, a file that exists keeps its own. */
  readonly mode?: number;
  /** Left out, a file that exists keeps its own, and a new one gets that of the process. */
  readonly owner?: Owner;
  /** Whether a file with these bytes needs no change; left out, if they are the same. */
  readonly isCurrent?: (existing: Uint8Array) => boolean | Promise<boolean>;
}

/** What stands where a file is to be written, behind all symbolic links. */
export interface Target {
  readonly path: string;
  readonly existing: Stats | undefined;
}

/** Linux gives up after as many links, too (path_resolution(7)). */
const mostLinks = 40;

/** What a symbolic link says; undefined if there is none. */
export function linkText(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}

/** Whether there is something of this name, be it a link that leads nowhere. */
export function entryExists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/**
 * The place behind a path, links followed so that they stay links, be it that they lead to something that is not there yet.
 * @param isEnd a link that is not followed
 */
export function followLinks(start: string, isEnd: (path: string) => boolean = () => false): string {
  let path = resolve(start);
  for (let i = 0; i <= mostLinks; i++) {
    path = join(realpathSync(dirname(path)), basename(path));
    const text = linkText(path);
    if (text === undefined || isEnd(path)) return path;
    path = resolve(dirname(path), text);
  }
  throw new OutputError(`${start}: too many symbolic links`);
}

/**
 * Looks at a place without opening what is there: to open a pipe would wait for its writer.
 * @param name what the user calls it
 * @throws {OutputError} if what is there is no regular file
 */
export function examineTarget(path: string, name: string): Target {
  const existing = statOf(path);
  if (existing !== undefined) requireRegular(existing, name);
  return { path, existing };
}

/** @throws {OutputError} if this is no regular file */
export function requireRegular(existing: Stats, name: string): void {
  if (existing.isDirectory()) throw new OutputError(`${name}: is a directory; --layout certbot writes into one`);
  if (!existing.isFile()) throw new OutputError(`${name}: not a regular file; nothing was written`);
}

/** Whether a file already holds what it should, under the rights that were asked for. */
export async function isCurrent({ path, existing }: Target, wanted: FileContent): Promise<boolean> {
  if (existing === undefined || !mayBeCurrent(existing, wanted)) return false;
  return isSameContent(readFileSync(path), wanted);
}

/** Whether a file already holds what it should; its bytes are overwritten then. */
export async function isSameContent(bytes: Buffer, { content, isCurrent }: FileContent): Promise<boolean> {
  try {
    return isCurrent ? await isCurrent(bytes) : bytes.equals(content);
  } finally {
    // It holds a key, as likely as not the one in use.
    bytes.fill(0);
  }
}

/** Whether it is worth reading a file to see if it has to be changed. */
export function mayBeCurrent(existing: Stats, wanted: FileContent): boolean {
  const hasSize = wanted.isCurrent !== undefined || existing.size === wanted.content.length;
  return hasSize && hasAskedRights(existing, wanted);
}

function hasAskedRights(existing: Stats, { mode, owner = {} }: FileContent): boolean {
  return (
    (mode === undefined || (existing.mode & 0o7777) === mode) &&
    (owner.uid === undefined || existing.uid === owner.uid) &&
    (owner.gid === undefined || existing.gid === owner.gid)
  );
}

/** @throws {OutputError} if the file has other names, which would go on showing the old content */
export function requireOneName({ existing }: Target, name: string): void {
  if (existing === undefined || existing.nlink === 1) return;
  throw new OutputError(`${name}: has ${existing.nlink} hard links, of which only one would get the new content`);
}

/** Whether two paths lead to one file; not so if one of them cannot be followed. */
export function isSameFile(a: string, b: string): boolean {
  let first: Stats | undefined;
  let second: Stats | undefined;
  try {
    [first, second] = [statOf(a), statOf(b)];
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
  return first !== undefined && second !== undefined && first.dev === second.dev && first.ino === second.ino;
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
