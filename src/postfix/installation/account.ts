import { readFileSync } from 'node:fs';

/** A user account of the system. */
export interface Account {
  readonly uid: number;
  /** The primary group and all other groups of the user. */
  readonly gids: ReadonlySet<number>;
}

/** Reads a user from /etc/passwd and /etc/group; undefined if /etc/passwd does not contain the user. */
export function findAccount(name: string): Account | undefined {
  const entry = rows('/etc/passwd').find(([user]) => user === name);
  if (entry === undefined) return undefined;
  const groups = rows('/etc/group').filter(([, , , members = '']) => members.split(',').includes(name));
  return { uid: Number(entry[2]), gids: new Set([Number(entry[3]), ...groups.map(([, , gid]) => Number(gid))]) };
}

/** Formats an owner as `user:group`. Users and groups without a name are given by number. */
export function ownerName(uid: number, gid: number): string {
  const user = rows('/etc/passwd').find(([, , id]) => id === String(uid))?.[0] ?? String(uid);
  const group = rows('/etc/group').find(([, , id]) => id === String(gid))?.[0] ?? String(gid);
  return `${user}:${group}`;
}

/** Reads the lines of passwd(5) or group(5), whose fields are separated by colons. */
function rows(path: string): string[][] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
}
