import { hash as nodeHash } from 'node:crypto';

/** Hashes a digest again and again, `count` times: the inner loop of password-based key derivation. */
export function iterateDigest(algorithm: string, first: Uint8Array, count: number): Uint8Array {
  let value = first;
  for (let i = 0; i < count; i++) value = nodeHash(algorithm, value, 'buffer');
  return value;
}
