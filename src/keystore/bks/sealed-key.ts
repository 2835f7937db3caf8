import { ByteReader } from '../../bytes/byte-reader.js';
import { wipe } from '../../bytes/wipe.js';
import { unsealTripleDes } from '../../crypto/pbe/bks-encryption.js';
import { StoreMalformedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import { readBksIterations, readBksSalt } from './header.js';
import { type BksKey, readBksKey } from './key-record.js';

/** A key that is encrypted with a password, which may differ from the store password. */
export interface SealedBksKey {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly ciphertext: Uint8Array;
}

/**
 * Reads salt, iteration count and ciphertext of a sealed key.
 * @throws {StoreMalformedError} if it is malformed
 * @throws {LimitExceededError} if the salt or the iteration count exceeds its limit
 */
export function readSealedBksKey(blob: Uint8Array, path: string, limits: Limits): SealedBksKey {
  const reader = new ByteReader(blob, () => path);
  const salt = readBksSalt(reader, path, limits);
  const iterations = readBksIterations(reader, 'BKS', limits, path);
  return { salt, iterations, ciphertext: blob.subarray(reader.offset) };
}

/**
 * Decrypts a sealed key. The encryption has no MAC. Therefore, the password counts as right if the plaintext is exactly one key record.
 * @returns a copy of the key, which the caller may overwrite; undefined if the password is wrong
 */
export function openSealedBksKey(sealed: SealedBksKey, password: string): BksKey | undefined {
  const plain = unsealTripleDes(sealed.ciphertext, password, sealed);
  if (plain === undefined) return undefined;
  try {
    const reader = new ByteReader(plain, () => 'sealed key');
    const key = readBksKey(reader);
    if (reader.left === 0) return { ...key, encoded: new Uint8Array(key.encoded) };
  } catch (error) {
    if (!(error instanceof StoreMalformedError)) throw error;
  } finally {
    wipe(plain);
  }
  return undefined;
}
