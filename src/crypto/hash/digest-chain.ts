import { hash as nodeHash } from 'node:crypto';
import { iterateSha1 } from './sha1-loop.js';
import { isSha2, iterateSha2 } from './sha2-loop.js';
import { hasWebAssembly } from './wasm-module.js';

/** Below this many rounds a call of OpenSSL for each costs less than setting up a loop. */
const worthALoop = 500;

/**
 * Hashes a digest again and again, `count` times: the inner loop of password-based key derivation.
 * A call of node:crypto for each round takes more than ten times as long as the hash itself.
 */
export function iterateDigest(algorithm: string, first: Uint8Array, count: number): Uint8Array {
  const hasLoop = count >= worthALoop && hasWebAssembly;
  if (hasLoop && algorithm === 'sha1') return iterateSha1(first, count);
  if (hasLoop && isSha2(algorithm)) return iterateSha2(algorithm, first, count);
  let value = first;
  for (let i = 0; i < count; i++) value = nodeHash(algorithm, value, 'buffer');
  return value;
}
