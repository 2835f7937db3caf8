import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Account } from './account.js';

/** Permission bits of one class of users. */
const Permission = { read: 4, write: 2, search: 1 } as const;

/**
 * Checks whether a user can connect to a socket or read a file. This requires search permission in all parent directories, and write
 * permission for a socket (unix(7)) or read permission for a file. Without an account, checks only whether the path exists.
 */
export function isReachable(path: string, account: Account | undefined): 'yes' | 'missing' | 'denied' {
  const target = statusOf(path);
  if (target === undefined) return 'missing';
  if (account === undefined) return 'yes';
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const status = statusOf(directory);
    if (status === undefined || !allows(status, account, Permission.search)) return 'denied';
    if (directory === dirname(directory)) break;
  }
  return allows(target, account, target.isSocket() ? Permission.write : Permission.read) ? 'yes' : 'denied';
}

function allows({ mode, uid, gid }: Stats, account: Account, wanted: number): boolean {
  // The first matching class of owner, group and others decides (path_resolution(7)).
  const shift = uid === account.uid ? 6 : account.gids.has(gid) ? 3 : 0;
  return ((mode >> shift) & wanted) === wanted;
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // For example EACCES, if this process may not search a parent directory. The path is then treated as missing.
    return undefined;
  }
}
