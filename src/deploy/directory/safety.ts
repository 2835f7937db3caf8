import { closeSync, fstatSync, openSync, type Stats } from 'node:fs';
import { isWindows } from '../windows.js';
import { directoryFlags, handlePath } from './directory.js';

const writableByOthers = 0o022;
const allButOwner = 0o077;
const sticky = 0o1000;

/** The user whose rights this process has; undefined on systems without user numbers, where nothing is checked. */
export type User = number | undefined;

/** Whether a user may control the output: root, who can change everything, or the user of this run. */
export function isTrusted(uid: number, user: User): boolean {
  return user === undefined || uid === 0 || uid === user;
}

/**
 * Whether only root and the user of the run can change the entries of a directory. The write bit of the group covers
 * access control lists: with one, these bits are its mask, the most that any entry of the list can grant (acl(5)).
 */
export function isControlled({ uid, mode }: Stats, user: User): boolean {
  return user === undefined || (isTrusted(uid, user) && (mode & writableByOthers) === 0);
}

/** Whether other users have no rights in a directory. */
export function isClosedToOthers({ mode }: Stats): boolean {
  return isWindows || (mode & allButOwner) === 0;
}

/** Whether only the owner of an entry can rename or remove it: in a sticky directory, unless its own owner is another user. */
export function protectsEntries({ uid, mode }: Stats, user: User): boolean {
  return isTrusted(uid, user) && (mode & sticky) !== 0;
}

/** Whether a directory and all directories above it are safe; those above may be sticky instead of closed. */
export function isSafeDirectory(descriptor: number, user: User): boolean {
  if (user === undefined) return true;
  if (!isControlled(fstatSync(descriptor), user)) return false;
  return holdsAbove(descriptor, (parent) => isControlled(parent, user) || protectsEntries(parent, user));
}

/**
 * Whether a directory and all directories above it belong to root or the user of the run. If not, another user may have
 * given one of them a default access control list, which new directories and files in it inherit.
 */
export function isOwnedThroughout(descriptor: number, user: User): boolean {
  const isOwned = ({ uid }: Stats) => isTrusted(uid, user);
  return isOwned(fstatSync(descriptor)) && holdsAbove(descriptor, isOwned);
}

/** Whether a condition is true of all parents of an open directory. */
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
    // A directory above cannot be searched, so nothing is known about it.
    return false;
  } finally {
    for (const each of opened) closeSync(each);
  }
}

/**
 * Whether a symbolic link is followed: if nobody but root and the user of the run can have put it there, as the kernel's
 * fs.protected_symlinks demands, here for every directory that others can write to; or if it stays inside its directory.
 */
export function isFollowed(directory: Stats, isSafe: boolean, link: Stats, text: string, user: User): boolean {
  if (isSafe) return true;
  if (isControlled(directory, user) || protectsEntries(directory, user)) return isTrusted(link.uid, user);
  return !text.startsWith('/') && !text.split('/').includes('..');
}
