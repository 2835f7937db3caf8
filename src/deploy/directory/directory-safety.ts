import { closeSync, fstatSync, openSync, type Stats } from 'node:fs';
import { isWindows } from '../windows.js';
import { directoryFlags, handlePath } from './directory.js';

const writableByOthers = 0o022;
const allButOwner = 0o077;
const sticky = 0o1000;

/** The user whose rights this process has; undefined on systems without user numbers, where nothing is checked. */
export type User = number | undefined;

/** Checks whether a user is trusted. Only root, who can change everything, and the user of this run are trusted. */
export function isTrusted(uid: number, user: User): boolean {
  return user === undefined || uid === 0 || uid === user;
}

/**
 * Checks whether only root and the user of the run can change a file, or the entries of a directory. The group's write bit also covers access
 * control lists: if there is such a list, the group bits are the mask of the list, the maximum that it grants to named users and groups (acl(5)).
 */
export function isControlled({ uid, mode }: Stats, user: User): boolean {
  return user === undefined || (isTrusted(uid, user) && (mode & writableByOthers) === 0);
}

/** Checks whether other users have no rights in a directory. */
export function isClosedToOthers({ mode }: Stats): boolean {
  return isWindows || (mode & allButOwner) === 0;
}

/**
 * Checks whether other users can rename or remove only their own entries of a directory. That is so if it is sticky and belongs to root or the
 * user of the run.
 */
export function protectsEntries({ uid, mode }: Stats, user: User): boolean {
  return isTrusted(uid, user) && (mode & sticky) !== 0;
}

/**
 * Checks whether a directory is safe: only root and the user of the run can change its entries, or replace it or a directory above it. Other
 * users may write to a directory above it if that is sticky.
 */
export function isSafeDirectory(descriptor: number, user: User): boolean {
  if (user === undefined) return true;
  if (!isControlled(fstatSync(descriptor), user)) return false;
  return holdsAbove(descriptor, (parent) => isControlled(parent, user) || protectsEntries(parent, user));
}

/**
 * Checks whether a directory and all its parents belong to root or the user of the run. If not, another user may have given one of them a
 * default access control list, which new directories and files inherit.
 */
export function isOwnedThroughout(descriptor: number, user: User): boolean {
  const isOwned = ({ uid }: Stats) => isTrusted(uid, user);
  return isOwned(fstatSync(descriptor)) && holdsAbove(descriptor, isOwned);
}

/** Checks whether a condition is true for all parents of an open directory. */
function holdsAbove(descriptor: number, holds: (stats: Stats) => boolean): boolean {
  const opened: number[] = [];
  try {
    for (let here = descriptor, stats = fstatSync(descriptor); ; ) {
      const above = openSync(`${handlePath(here)}/..`, directoryFlags);
      opened.push(above);
      const parent = fstatSync(above);
      // The root directory is its own parent.
      if (parent.ino === stats.ino && parent.dev === stats.dev) return true;
      if (!holds(parent)) return false;
      [here, stats] = [above, parent];
    }
  } catch {
    // A directory above cannot be opened, so nothing is known about it.
    return false;
  } finally {
    for (const each of opened) closeSync(each);
  }
}

/**
 * Checks whether a symbolic link may be followed. In a safe directory, every link may be followed. In an unsafe directory in which other users
 * can replace at most their own links, the link must belong to root or the user of the run, similar to fs.protected_symlinks of Linux. In all
 * other directories, the link must not lead out of its directory.
 * @param directory the directory of the link
 */
export function isFollowed(directory: Stats, isSafe: boolean, link: Stats, text: string, user: User): boolean {
  if (isSafe) return true;
  if (isControlled(directory, user) || protectsEntries(directory, user)) return isTrusted(link.uid, user);
  return !text.startsWith('/') && !text.split('/').includes('..');
}
