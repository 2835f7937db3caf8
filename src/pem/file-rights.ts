import { readableByOthers } from '../bytes/file-mode.js';
import type { Severity } from '../warnings.js';

/** Bits of a file's mode (inode(7)). */
const readableByGroup = 0o040;
const writableByGroup = 0o020;
const writableByOthers = 0o002;

/** Mode and owner of a PEM file. */
interface FileRights {
  readonly mode: number;
  readonly owner: string;
  /** Undefined if it is unknown. */
  readonly group: string | undefined;
  readonly holdsKey: boolean;
}

/** Something that the mode of a file allows to users other than its owner. */
export interface RightsProblem {
  readonly severity: Severity;
  /** What others can do: `every user can read the private key`. */
  readonly what: string;
}

/**
 * Lists what the mode of a PEM file allows to users other than its owner and root. If the group can read a key, this is only `info`,
 * because a separate group for TLS keys, such as Debian's ssl-cert, is common; it is left out if the group is unknown, root's or the
 * owner's own.
 */
export function rightsProblems({ mode, owner, group, holdsKey }: FileRights): readonly RightsProblem[] {
  const isOwnGroup = group === 'root' || group === owner;
  const who = group === undefined ? 'its group' : `the group ${group}`;
  const problems: RightsProblem[] = [];
  if (holdsKey && mode & readableByOthers)
    problems.push({ severity: 'error', what: 'every user can read the private key' });
  else if (holdsKey && mode & readableByGroup && group !== undefined && !isOwnGroup)
    problems.push({ severity: 'info', what: `${who} can read the private key` });
  if (mode & writableByOthers) problems.push({ severity: 'error', what: 'every user can change it' });
  else if (mode & writableByGroup) problems.push({ severity: 'error', what: `${who} can change it` });
  return problems;
}
