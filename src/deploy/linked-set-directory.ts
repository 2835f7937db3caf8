import { mkdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { permissionBits } from '../bytes/file-mode.js';
import { randomName } from '../crypto/random-name.js';
import { OutputError } from '../errors.js';
import type { Directory } from './directory/directory.js';
import { isSystemError } from './system-error.js';
import type { WorkDirectory } from './work-directory.js';

/** The name of the common link, through which all files of a set are read; see {@link LinkedSetOutput}. */
export const linkName = '.jks2pem';
/** Matches the names of the directories to which the common link points. */
export const setName = /^\.jks2pem-[0-9a-f]{24}$/;

/**
 * Mode of the directory of a set if other users can change its parent. Everyone can enter it, because the server can run as any user, but only
 * its owner can change it. The mode of each file protects the key.
 */
const modeInUnsafeDirectory = 0o755;

/** Checks whether an entry is a link through the common link, such as `privkey.pem -> .jks2pem/privkey.pem`. */
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

/**
 * Gives the directory of a complete set the mode and owner of its parent, so that the same users can read it. If other users can change the
 * parent (see {@link Directory.isSafe}), its mode would let them change the set, too; then {@link modeInUnsafeDirectory} is set instead.
 */
export function openSet({ target }: WorkDirectory, set: Directory): void {
  const { uid, gid, mode } = target.stats;
  if (target.isSafe) set.setRights(mode & permissionBits, { uid, gid });
  else set.setRights(modeInUnsafeDirectory);
  set.sync();
}

/** Removes the sets to which the common link does not point. If there is no common link, also removes the links that would lead through it. */
export function removeUnusedSets({ target, ownUid }: WorkDirectory): void {
  const current = target.linkText(linkName);
  for (const entry of target.list()) {
    if (current === undefined && isOwnLink(target, entry)) target.removeIfPresent(entry);
    else if (setName.test(entry) && entry !== current) removeSet(target, entry, ownUid);
  }
}

/** Removes the files of a set, and then its directory if it is empty. */
function removeSet(target: Directory, name: string, ownUid: number): void {
  const set = target.subdirectory(name);
  if (set === undefined) return;
  try {
    // Another user may have created this directory, or given this name to another directory.
    if (!target.isSafe && set.stats.uid !== ownUid) return;
    for (const file of set.list()) if (set.stat(file)?.isFile()) unlinkSync(set.at(file));
    if (set.isEntryOf(target, name)) rmdirSync(target.at(name));
  } catch (error) {
    // The directory may contain something other than files, or another user may have replaced it. The next run tries again.
    if (!isSystemError(error)) throw error;
  } finally {
    set.close();
  }
}
