import type { Warning } from '../../warnings.js';
import type { Rights } from './options.js';

/** Anybody but owner and group; the group of a key file is often the server's. */
const readableByAll = 0o004;

/**
 * A key that everybody can read is none.
 * @param existing mode of the file that is there, type bits included
 */
export function readableKeyWarning(path: string, existing: number | undefined, { mode }: Rights): Warning | undefined {
  const kept = existing !== undefined && isFile(existing) ? existing : 0;
  if (((mode ?? kept) & readableByAll) === 0) return undefined;
  return { code: 'WARN_OUTPUT_READABLE', message: `${path}: holds a private key, and everybody can read it` };
}

/** By the type bits of a mode (inode(7)): a pipe or a directory is refused later on. */
function isFile(mode: number): boolean {
  return (mode & 0o170000) === 0o100000;
}
