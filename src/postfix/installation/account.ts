import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountRecords, nameIn } from '../../deploy/owner.js';
import { describeSystemError, isSystemError } from '../../deploy/system-error.js';
import { PostfixError } from '../../errors.js';

/** The directory of passwd(5) and group(5). */
const systemDirectory = '/etc';

/** A user account of the system. */
export interface Account {
  readonly uid: number;
  /** The primary group and all other groups of the user. */
  readonly gids: ReadonlySet<number>;
}

/** Reads a user from the files passwd and group; undefined if passwd does not contain the user. */
export function findAccount(name: string, directory = systemDirectory): Account | undefined {
  const entry = rows(directory, 'passwd').find(([user]) => user === name);
  if (entry === undefined) return undefined;
  const groups = rows(directory, 'group').filter(([, , , members = '']) => members.split(',').includes(name));
  return { uid: Number(entry[2]), gids: new Set([Number(entry[3]), ...groups.map(([, , gid]) => Number(gid))]) };
}

/** Formats an owner as `user:group`. Users and groups without a name are given by number, except root. */
export function ownerName(uid: number, gid: number, directory = systemDirectory): string {
  const user = nameIn(rows(directory, 'passwd'), uid) ?? (uid === 0 ? 'root' : uid);
  return `${user}:${nameIn(rows(directory, 'group'), gid) ?? gid}`;
}

/**
 * Reads the records of passwd(5) or group(5). Small containers may lack these files.
 * @throws {PostfixError} if the file exists but cannot be read
 */
function rows(directory: string, file: 'passwd' | 'group'): string[][] {
  const path = join(directory, file);
  try {
    return accountRecords(readFileSync(path, 'utf8'));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw new PostfixError(`${path}: ${describeSystemError(error)}`, { cause: error });
  }
}
