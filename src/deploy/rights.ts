import { chmodSync, chownSync, fchmodSync, fchownSync, fstatSync } from 'node:fs';
import { octal, permissionBits, readableByOthers } from '../bytes/file-mode.js';
import { OutputError } from '../errors.js';
import { removeAccessList } from './access-list.js';
import { type Directory, isRestricted } from './directory/directory.js';
import { isOwnedThroughout, type User } from './directory/directory-safety.js';
import type { ExistingFile } from './existing-file.js';
import type { FileContent } from './file-content.js';
import { groupName, userName } from './owner.js';
import { ownAbilities } from './process-identity.js';
import { describeSystemError } from './system-error.js';
import { isWindows } from './windows.js';

const allButOwner = 0o077;

/** The rights of a new file. If `uid` or `gid` is undefined, the file gets that of the process. */
export interface Rights {
  readonly mode: number;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** The existing file whose access control list and other extended attributes are copied. */
  readonly like: ExistingFile | undefined;
}

/**
 * Chooses owner and mode of a new file: the wanted ones, or else those of the existing file, or else the defaults.
 *
 * In a directory to which other users can write (`isSafe` is false), they may have created the existing file, or may have renamed another file
 * to its name. Therefore, in such a directory, the group of the existing file is not kept, a file of another user is refused if no owner is
 * wanted, and a file with rights for others is refused if no mode is wanted for a private key.
 * @param found the existing file
 * @param ownUid the owner of files that this process creates
 * @throws {OutputError} if a file of another user is refused, or the rights of the existing file would allow others to read a private key
 */
export function chooseRights(
  name: string,
  wanted: FileContent,
  found: ExistingFile | undefined,
  { isSafe, ownUid }: { readonly isSafe: boolean; readonly ownUid: number },
): Rights {
  const { mode, owner = {}, defaultMode, holdsKey } = wanted;
  if (isWindows) return { mode: defaultMode, uid: undefined, gid: undefined, like: undefined };
  // The mode of an empty file is not kept: touch(1) or mktemp(1) may have chosen it, without regard to a private key.
  const existing = found !== undefined && found.stats.size > 0 ? found : undefined;
  if (existing === undefined) return { mode: mode ?? defaultMode, uid: owner.uid, gid: owner.gid, like: undefined };
  const old = existing.stats;
  if (!isSafe && old.uid !== ownUid && owner.uid === undefined) throw foreign(name, old.uid, ownUid);
  if (holdsKey && mode === undefined) {
    if (!isSafe && old.mode & allButOwner) throw openInUnsafeDirectory(name, old.mode);
    if (old.mode & readableByOthers && !existing.holdsKey()) throw publicFile(name);
  }
  return {
    mode: mode ?? old.mode & permissionBits,
    uid: owner.uid ?? (isSafe ? old.uid : undefined),
    gid: owner.gid ?? (isSafe ? old.gid : undefined),
    like: isSafe && mode === undefined ? existing : undefined,
  };
}

/**
 * Throws the errors that {@link chooseRights} or the system would cause later. This is called before a file is created, and in a dry run.
 * @throws {OutputError} if a new file cannot get its rights
 */
export function requireRights(
  name: string,
  wanted: FileContent,
  found: ExistingFile | undefined,
  { isSafe, user }: { readonly isSafe: boolean; readonly user: User },
): void {
  // Systems without numeric users have no owners.
  if (user === undefined) return;
  const { uid = user, gid } = chooseRights(name, wanted, found, { isSafe, ownUid: user });
  const abilities = ownAbilities();
  if (abilities === undefined || abilities.canGiveFiles) return;
  if (uid !== user || (gid !== undefined && !abilities.groups.includes(gid)))
    throw cannotBeGiven(name, uid, gid, 'operation not permitted');
}

/**
 * Sets owner and mode of an open file.
 * @param path the path of the file, which is used under Node's permission model: it forbids fchown(2) and fchmod(2)
 * @throws {OutputError} if the system refuses, or sets more permission bits than requested
 */
export function setRights(
  descriptor: number,
  path: string,
  { mode, uid, gid }: Omit<Rights, 'like'>,
  name: string,
): void {
  if (isWindows) return;
  const before = fstatSync(descriptor);
  const owner = [uid ?? before.uid, gid ?? before.gid] as const;
  if (owner[0] !== before.uid || owner[1] !== before.gid) {
    try {
      if (isRestricted) chownSync(path, ...owner);
      else fchownSync(descriptor, ...owner);
    } catch (error) {
      throw cannotBeGiven(name, ...owner, describeSystemError(error), error);
    }
  }
  // The mode is set after the owner, because a change of owner clears the set-user-ID and set-group-ID bits.
  if (isRestricted) chmodSync(path, mode);
  else fchmodSync(descriptor, mode);
  const given = fstatSync(descriptor).mode & permissionBits;
  if (given & ~mode)
    throw new OutputError(`${name}: the file system set mode ${octal(given)} instead of ${octal(mode)}`);
}

/**
 * Removes the access control list that a new file may have inherited from the default list of a directory, if another user may have set that
 * list. This is done only for a private key whose mode has bits for group or others: with such a mode, the users in the list may read the key.
 * @param made the directory in which the file was created, inside `target`
 * @returns whether setfacl(1) was run
 * @throws {OutputError} if it must be removed, but setfacl(1) fails or is missing
 */
export function removeInheritedList(
  { target, ownUid }: { readonly target: Directory; readonly ownUid: number },
  made: Directory,
  entry: string,
  { mode }: Omit<Rights, 'like'>,
  { holdsKey }: FileContent,
): boolean {
  if (target.isSafe || target.handle === undefined || !holdsKey || (mode & allButOwner) === 0) return false;
  if (isOwnedThroughout(target.handle, ownUid)) return false;
  if (removeAccessList(made, entry)) return true;
  throw new OutputError(
    `${target.name}: this directory or one above it belongs to another user, whose default access control list could let others read the private key`,
    { hint: 'install setfacl (package acl), or write with --mode 0600' },
  );
}

function cannotBeGiven(
  name: string,
  uid: number,
  gid: number | undefined,
  reason: string,
  cause?: unknown,
): OutputError {
  const group = gid === undefined ? '' : `:${groupName(gid)}`;
  return new OutputError(`${name}: cannot be given to ${userName(uid)}${group}: ${reason}`, { cause });
}

function foreign(name: string, uid: number, ownUid: number): OutputError {
  const user = userName(uid);
  // Only root can give a file to another user.
  const choice =
    ownUid === 0 ? `if the file is meant for this user, say so: --owner ${user}; otherwise` : 'to replace it,';
  return new OutputError(
    `${name}: belongs to ${user}, in a directory that other users can write to; nothing was written`,
    { hint: `${choice} remove it first` },
  );
}

function openInUnsafeDirectory(name: string, mode: number): OutputError {
  const bits = octal(mode & permissionBits);
  return new OutputError(
    `${name}: has mode ${bits}, in a directory that other users can write to, and would let others read the private key; nothing was written`,
    { hint: `--mode 0600 lets only the owner read the key; --mode ${bits} keeps the mode` },
  );
}

function publicFile(name: string): OutputError {
  return new OutputError(
    `${name}: everyone can read this file, which holds no private key, so none is written into it`,
    { hint: 'choose another file, or add --mode 0600' },
  );
}
