import { pbkdf2 as noblePbkdf2, pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { scrypt as nobleScrypt, scryptAsync } from '@noble/hashes/scrypt.js';
import type { ScryptCost } from '../platform.js';
import { hashFunction } from './hash.js';

/** The hashes that browsers provide (Web Cryptography API, section SHA), by OpenSSL's names. */
const webHashes: ReadonlyMap<string, string> = new Map([
  ['sha1', 'SHA-1'],
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
]);

export function pbkdf2Sync(
  algorithm: string,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Uint8Array {
  return noblePbkdf2(hashFunction(algorithm), password, salt, { c: iterations, dkLen: length });
}

/** Computes PBKDF2 (RFC 8018 5.2), with the browser's own code where possible, because noble is several times slower. */
export async function pbkdf2(
  algorithm: string,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Promise<Uint8Array> {
  const hash = webHashes.get(algorithm);
  // `subtle` exists only in pages that were loaded over https or from a disk, and some browsers reject an empty password.
  const subtle = password.length === 0 ? undefined : globalThis.crypto?.subtle;
  if (hash === undefined || subtle === undefined)
    return pbkdf2Async(hashFunction(algorithm), password, salt, { c: iterations, dkLen: length });
  const key = await subtle.importKey('raw', Uint8Array.from(password), 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash, salt: Uint8Array.from(salt), iterations };
  return new Uint8Array(await subtle.deriveBits(parameters, key, 8 * length));
}

export function scryptSync(password: Uint8Array, salt: Uint8Array, length: number, cost: ScryptCost): Uint8Array {
  return nobleScrypt(password, salt, { ...cost, dkLen: length });
}

export function scrypt(password: Uint8Array, salt: Uint8Array, length: number, cost: ScryptCost): Promise<Uint8Array> {
  return scryptAsync(password, salt, { ...cost, dkLen: length });
}
