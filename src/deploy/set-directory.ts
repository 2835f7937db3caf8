import { mkdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { randomName } from '../crypto/random.js';
import { OutputError } from '../errors.js';
import type { Directory } from './directory/directory.js';
import { isSystemError } from './system-error.js';
import type { WorkDirectory } from './work-directory.js';

/** The link that all files of a set are reached through. */
export const linkName = '.jks2pem';
/** The directories that it leads to, one after another. */
export const setName = /^\.jks2pem-[0-9a-f]{24}$/;

/** In a directory that others can write to, they must not write into the set; they are let in, as the files have their own rights. */
const modeInUnsafeDirectory = 0o755;

/** Whether an entry is a link into the current set. */
export function isOwnLink(directory: Directory, entry: string): boolean {
  return directory.linkText(entry) === join(linkName, entry);
}

/** Makes a directory for the files of a set, inside the work directory and closed to others until it is complete. */
export function makeSet({ directory }: WorkDirectory): { readonly name: string; readonly set: Directory } {
  const name = `${linkName}-${randomName()}`;
  mkdirSync(directory.at(name), 0o700);
  const set = directory.subdirectory(name);
  if (set === undefined) throw new OutputError(`${directory.name}/${name}: was removed during this run`);
  return { name, set };
}

/** Lets everyone enter a complete set who may enter the directory that it is for. The files' own rights protect the key. */
export function openSet({ target }: WorkDirectory, set: Directory): void {
  const { uid, gid, mode } = target.stats;
  if (target.isSafe) set.setRights(mode & 0o7777, { uid, gid });
  else set.setRights(modeInUnsafeDirectory);
  set.sync();
}

/** Removes sets that the shared link does not lead to, and links of files that lead nowhere because it is missing. */
export function removeUnusedSets({ target, ownUid }: WorkDirectory): void {
  const current = target.linkText(linkName);
  for (const entry of target.list()) {
    if (current === undefined && isOwnLink(target, entry)) unlinkSync(target.at(entry));
    else if (setName.test(entry) && entry !== current) removeSet(target, entry, ownUid);
  }
}

/** Removes the files of a set, and the directory if that was all: other things in it are not ours. */
function removeSet(target: Directory, name: string, ownUid: number): void {
  const set = target.subdirectory(name);
  if (set === undefined) return;
  try {
    // Another user may have given the name to a directory of their own.
    if (!target.isSafe && set.stats.uid !== ownUid) return;
    for (const file of set.list()) if (set.stat(file)?.isFile()) unlinkSync(set.at(file));
    if (set.isEntryOf(target, name)) rmdirSync(target.at(name));
  } catch (error) {
    // Something else is in it, or another user has taken its name. The next run tries again.
    if (!isSystemError(error)) throw error;
  } finally {
    set.close();
  }
}
