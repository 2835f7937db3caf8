import type { Certificate } from '../../x509/certificate.js';
import { nameNumbers, rootsByName } from '../../x509/roots.js';
import type { Host } from '../host.js';

const memoryName = 'roots';

/** Node's list of roots if an earlier run left what is needed to do without loading it; undefined if none did. */
export function recallRoots({ memory, builtInRoot }: Host): Iterable<Certificate> | undefined {
  const kept = memory.recall(memoryName);
  if (kept === undefined || kept.length === 0 || kept.length % Int32Array.BYTES_PER_ELEMENT !== 0) return undefined;
  // Copied, since a view needs an offset that the bytes may not have.
  return rootsByName(new Int32Array(new Uint8Array(kept).buffer), builtInRoot);
}

/** Leaves it for the next run, and for the threads of this one. */
export async function rememberRoots({ memory }: Host): Promise<void> {
  memory.remember(memoryName, new Uint8Array((await nameNumbers()).buffer));
}
