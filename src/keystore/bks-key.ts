import { ByteReader } from '../bytes/byte-reader.js';
import { wipe } from '../bytes/wipe.js';
import { unsealTripleDes } from '../crypto/bouncy-castle-pbe.js';
import { StoreMalformedError } from '../errors.js';
import type { Limits } from '../limits.js';
import { readIterations, readSalt } from './bks-header.js';

/** A key in the clear, as BcKeyStoreSpi.encodeKey writes it. */
export interface BksKey {
  readonly kind: 'private' | 'public' | 'secret';
  /** Java's name. */
  readonly algorithm: string;
  /** PrivateKeyInfo, SubjectPublicKeyInfo or the raw key, by kind. */
  readonly encoded: Uint8Array;
}

/** BcKeyStoreSpi's KEY_PRIVATE, KEY_PUBLIC and KEY_SECRET, in that order from 0, and the formats it takes for each. */
const keyKinds = [
  { kind: 'private', formats: ['PKCS#8', 'PKCS8'] },
  { kind: 'public', formats: ['X.509', 'X509'] },
  { kind: 'secret', formats: ['RAW'] },
] as const;

/** Reads a key: its kind, the format and algorithm by Java's names, and its encoding, which is a view. */
export function readBksKey(reader: ByteReader): BksKey {
  const at = reader.offset;
  const number = reader.u8('key type');
  const found = keyKinds[number];
  if (found === undefined) throw reader.malformed(`key type: ${number} is no kind of key`, at);
  const format = reader.utf('key format').text;
  if (!(found.formats as readonly string[]).includes(format)) {
    throw reader.malformed(`key format: not the one of a ${found.kind} key`, at + 1);
  }
  const algorithm = reader.utf('key algorithm').text;
  return { kind: found.kind, algorithm, encoded: reader.blob('key') };
}

/** A key sealed under a password, which need not be the one of the store. */
export interface SealedBksKey {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly ciphertext: Uint8Array;
}

/**
 * Reads the frame of a sealed key.
 * @throws {StoreMalformedError} if it is damaged
 * @throws {LimitExceededError} if salt or iteration count is beyond the limits
 */
export function readSealedBksKey(blob: Uint8Array, path: string, limits: Limits): SealedBksKey {
  const reader = new ByteReader(blob, () => path);
  const salt = readSalt(reader, path, limits);
  const iterations = readIterations(reader, 'BKS', limits, path);
  return { salt, iterations, ciphertext: reader.take(reader.left, 'sealed key') };
}

/**
 * Opens a sealed key.
 * @returns the key, whose bytes are the caller's to overwrite; undefined if the password does not fit. The cipher has no keyed
 *   check, but what it gives must be a key to its last byte, which noise is not.
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
