import { readFileSync } from 'node:fs';
import { OutputError } from '../errors.js';

/** The owner to set. A missing user or group is not changed. */
export interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** The largest user number: chown(2) takes (uid_t) -1 as "do not change". */
const largestId = 2 ** 32 - 2;

/**
 * Reads `USER`, `USER:GROUP`, `:GROUP` or `USER:` (the user's own group), as chown(1) does: names from /etc/passwd and
 * /etc/group, or numbers, which containers without those files need.
 * @throws {OutputError} if there is no such user or group
 */
export function resolveOwner(text: string): Owner {
  const [user = '', group] = text.split(/:(.*)/s);
  if (user === '' && !group) throw new OutputError(`owner "${text}": USER, USER:GROUP or :GROUP expected`);
  const uid = user === '' ? undefined : idOf(user, '/etc/passwd', 2, 'user');
  const gid = group === undefined ? undefined : group === '' ? ownGroup(user) : idOf(group, '/etc/group', 2, 'group');
  return { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
}

/** The name of a user, or its number if this system has no name for it. */
export function userName(uid: number): string {
  return nameOf(uid, '/etc/passwd');
}

/** The name of a group, or its number if this system has no name for it. */
export function groupName(gid: number): string {
  return nameOf(gid, '/etc/group');
}

/** Both files have the name in the first field and the number in the third (passwd(5), group(5)). */
function idOf(name: string, file: string, field: number, kind: string): number {
  const found = records(file).find(([first]) => first === name)?.[field];
  const id = Number(found ?? (/^\d+$/.test(name) ? name : Number.NaN));
  if (Number.isSafeInteger(id) && id <= largestId) return id;
  throw new OutputError(`no ${kind} "${name}" in ${file}; one that only a directory service knows is given by number`);
}

function ownGroup(user: string): number {
  const record = records('/etc/passwd').find(([name, , uid]) => name === user || uid === user);
  if (record === undefined) throw new OutputError(`user "${user}" has no group in /etc/passwd`);
  return Number(record[3]);
}

function nameOf(id: number, file: string): string {
  return records(file).find((record) => record[2] === String(id))?.[0] ?? String(id);
}

function records(file: string): string[][] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // A container image without users. Numbers work without the file.
    return [];
  }
  return text.split('\n').map((line) => line.split(':'));
}
