import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { OutputError } from '../errors.js';
import { groupName, userName } from './owner.js';
import { describeSystemError } from './system-error.js';
import type { FileContent, Target } from './target.js';

/** Everything but the rights of files: type bits are not ours to set. */
const permissionBits = 0o7777;

/** How a file is opened that nobody else may have made. */
export const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Writes a new file under its final mode, owner and access control list, set before the first byte, and syncs it.
 * @param path a name that does not exist yet
 * @param target where it will go, whose rights it takes over
 */
export async function writeStaged(path: string, wanted: FileContent, target: Target): Promise<void> {
  const fd = openSync(path, newFile, 0o600);
  try {
    if (target.existing !== undefined && wanted.mode === undefined) {
      const { copyAccessList } = await import('./access-list.js');
      copyAccessList(target.path, fd);
    }
    setRights(fd, wanted, target);
    writeContent(fd, wanted.content);
    fsyncSync(fd);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(fd);
  }
}

export function writeContent(fd: number, content: Uint8Array): void {
  for (let at = 0; at < content.length; ) at += writeSync(fd, content, at);
}

/**
 * Gives an open file mode and owner: those asked for, else those of the file that it replaces.
 * @throws {OutputError} if the system does not allow it
 */
export function setRights(
  fd: number,
  { mode, defaultMode, owner = {} }: FileContent,
  { path, existing }: Target,
): void {
  const before = fstatSync(fd);
  const uid = owner.uid ?? existing?.uid ?? before.uid;
  const gid = owner.gid ?? existing?.gid ?? before.gid;
  if (uid !== before.uid || gid !== before.gid) {
    try {
      fchownSync(fd, uid, gid);
    } catch (error) {
      throw new OutputError(
        `${path}: cannot be given to ${userName(uid)}:${groupName(gid)}: ${describeSystemError(error)}`,
        {
          cause: error,
        },
      );
    }
  }
  const bits = mode ?? (existing === undefined ? defaultMode : existing.mode & permissionBits);
  // After the owner: to change that takes set-id bits away.
  fchmodSync(fd, bits);
  const found = fstatSync(fd).mode & permissionBits;
  if (found & ~bits)
    throw new OutputError(`${path}: the file system gives mode ${octal(found)} where ${octal(bits)} is asked for`);
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** Makes what was done to the entries of a directory last through a power cut. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
