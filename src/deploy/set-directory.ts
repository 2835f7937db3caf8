import { mkdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { randomName } from '../crypto/random.js';
import { OutputError } from '../errors.js';
import type { Directory } from './directory/directory.js';
import { isSystemError } from './system-error.js';
import type { WorkDirectory } from './work-directory.js';

/** The common link that all files of a set go through. */
export const linkName = '.jks2pem';
/** The names of the directories that the common link points to. */
export const setName = /^\.jks2pem-[0-9a-f]{24}$/;

/** Mode of a set whose parent other users can write to. They may enter the set but not change it; the files' modes protect the key. */
const modeInUnsafeDirectory = 0o755;

/** Whether an entry is a link into the current set. */
export function isOwnLink(directory: Directory, entry: string): boolean {
  return directory.linkText(entry) === join(linkName, entry);
}

/** Creates the directory of a set inside the work directory, where other users cannot enter it until it is complete. */
export function makeSet({ directory }: WorkDirectory): { readonly name: string; readonly set: Directory } {
  const name = `${linkName}-${randomName()}`;
  mkdirSync(directory.at(name), 0o700);
  const set = directory.subdirectory(name);
  if (set === undefined) throw new OutputError(`${directory.name}/${name}: was removed during this run`);
  return { name, set };
}

/** Gives a complete set the mode and owner of its parent directory. The files' modes protect the key. */
export function openSet({ target }: WorkDirectory, set: Directory): void {
  const { uid, gid, mode } = target.stats;
  if (target.isSafe) set.setRights(mode & 0o7777, { uid, gid });
  else set.setRights(modeInUnsafeDirectory);
  set.sync();
}

/** Removes sets that the common link does not point to, and the links of files if the common link is missing. */
export function removeUnusedSets({ target, ownUid }: WorkDirectory): void {
  const current = target.linkText(linkName);
  for (const entry of target.list()) {
    if (current === undefined && isOwnLink(target, entry)) unlinkSync(target.at(entry));
    else if (setName.test(entry) && entry !== current) removeSet(target, entry, ownUid);
  }
}

/** Removes the files of a set, and then its directory if nothing else is in it. */
function removeSet(target: Directory, name: string, ownUid: number): void {
  const set = target.subdirectory(name);
  if (set === undefined) return;
  try {
    // Another user may have given the name to a directory of their own.
    if (!target.isSafe && set.stats.uid !== ownUid) return;
    for (const file of set.list()) if (set.stat(file)?.isFile()) unlinkSync(set.at(file));
    if (set.isEntryOf(target, name)) rmdirSync(target.at(name));
  } catch (error) {
    // The directory holds something else, or another user has taken its name. The next run tries again.
    if (!isSystemError(error)) throw error;
  } finally {
    set.close();
  }
}
