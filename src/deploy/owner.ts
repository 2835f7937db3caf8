import { readFileSync } from 'node:fs';
import { OutputError } from '../errors.js';

/** The owner to set. If `uid` or `gid` is undefined, the user or group is not changed. */
export interface Owner {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/** The largest user or group number. The next number, 2^32 - 1, is -1, which means "do not change" in chown(2). */
const largestId = 2 ** 32 - 2;

/**
 * Reads `USER`, `USER:GROUP`, `:GROUP` or `USER:` (the user's own group) like chown(1). Names are looked up in /etc/passwd and /etc/group.
 * Numbers are allowed too, because containers may lack these files.
 * @throws {OutputError} if there is no such user or group
 */
export function resolveOwner(text: string): Owner {
  const [user = '', group] = text.split(/:(.*)/s);
  if (user === '' && !group) throw new OutputError(`owner "${text}": USER, USER:GROUP or :GROUP expected`);
  const uid = user === '' ? undefined : idOf(user, '/etc/passwd', 2, 'user');
  const gid = group === undefined ? undefined : group === '' ? ownGroup(user) : idOf(group, '/etc/group', 2, 'group');
  return { uid, gid };
}

/** Returns the name of a user, or the number if this system has no name for it. */
export function userName(uid: number): string {
  return nameOf(uid, '/etc/passwd');
}

/** Returns the name of a group, or the number if this system has no name for it. */
export function groupName(gid: number): string {
  return nameOf(gid, '/etc/group');
}

/** Looks up a number by name. In both files the name is the first field and the number the third (passwd(5), group(5)). */
function idOf(name: string, file: string, field: number, kind: string): number {
  const found = records(file).find(([first]) => first === name)?.[field];
  const id = Number(found ?? (/^\d+$/.test(name) ? name : Number.NaN));
  if (Number.isSafeInteger(id) && id <= largestId) return id;
  throw new OutputError(`no ${kind} "${name}" in ${file}; give the number of one that only a directory service knows`);
}

function ownGroup(user: string): number {
  const record = records('/etc/passwd').find(([name, , uid]) => name === user || uid === user);
  if (record === undefined) throw new OutputError(`user "${user}" has no group in /etc/passwd`);
  return Number(record[3]);
}

function nameOf(id: number, file: string): string {
  return nameIn(records(file), id) ?? String(id);
}

/** Returns the name that belongs to a number in the records of passwd or group; undefined if there is none. */
export function nameIn(records: readonly (readonly string[])[], id: number): string | undefined {
  return records.find((record) => record[2] === String(id))?.[0];
}

/** Splits the text of passwd(5) or group(5) into records, and these into their fields, which are separated by colons. */
export function accountRecords(text: string): string[][] {
  return text.split('\n').map((line) => line.split(':'));
}

function records(file: string): string[][] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // The file may be missing, as in container images without users. Numbers can be used without it.
    return [];
  }
  return accountRecords(text);
}
