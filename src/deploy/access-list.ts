import { spawnSync } from 'node:child_process';

/**
 * Gives an open file the access control list, security label and other extended attributes of another, where there are any;
 * of its content nothing is read. Node has no call for them, GNU cp has; without it mode and owner are all that is kept.
 */
export function copyAccessList(from: string, to: number): void {
  // The permission bits of a file with a list do not say what its group may do: a copy of the bits alone could open it to more.
  // By descriptor: a cp that outlives us could find another file under the name.
  cp(['--', from, '/proc/self/fd/3'], to);
}

/** The same for many files at once, to the files of their names in a directory where nobody else makes any. */
export function copyAccessLists(from: readonly string[], directory: string): void {
  cp(['--target-directory', directory, '--', ...from]);
}

/** Nothing of our environment goes along: passwords may be in it. */
function cp(args: readonly string[], descriptor: number | 'ignore' = 'ignore'): void {
  const options = ['--attributes-only', '--preserve=all', ...args];
  spawnSync('/bin/cp', options, { env: {}, stdio: ['ignore', 'ignore', 'ignore', descriptor] });
}
