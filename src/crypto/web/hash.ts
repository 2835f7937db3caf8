import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512, sha512_224, sha512_256 } from '@noble/hashes/sha2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import type { CHash } from '@noble/hashes/utils.js';
import { toHex } from '../../bytes/encoding.js';
import type { RunningHash } from '../platform.js';

/** noble's hash functions, by OpenSSL's names. */
const hashes: ReadonlyMap<string, CHash> = new Map<string, CHash>([
  ['md5', md5],
  ['ripemd160', ripemd160],
  ['sha1', sha1],
  ['sha224', sha224],
  ['sha256', sha256],
  ['sha384', sha384],
  ['sha512', sha512],
  ['sha512-224', sha512_224],
  ['sha512-256', sha512_256],
  ['sha3-224', sha3_224],
  ['sha3-256', sha3_256],
  ['sha3-384', sha3_384],
  ['sha3-512', sha3_512],
]);

/** @throws {Error} if the browser build does not support the hash */
export function hashFunction(algorithm: string): CHash {
  const found = hashes.get(algorithm);
  if (found === undefined) throw new Error(`no hash ${algorithm}`);
  return found;
}

export function hasHash(algorithm: string): boolean {
  return hashes.has(algorithm);
}

export function hashOnce(algorithm: string, content: Uint8Array, form: 'buffer'): Uint8Array;
export function hashOnce(algorithm: string, content: Uint8Array, form: 'hex'): string;
export function hashOnce(algorithm: string, content: Uint8Array, form: 'buffer' | 'hex'): Uint8Array | string {
  const digest = hashFunction(algorithm)(content);
  return form === 'hex' ? toHex(digest) : digest;
}

export function startHash(algorithm: string): RunningHash {
  return hashFunction(algorithm).create();
}

export function hmac(algorithm: string, key: Uint8Array, content: Uint8Array): Uint8Array {
  return nobleHmac(hashFunction(algorithm), key, content);
}

export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= (a[at] as number) ^ (b[at] as number);
  return difference === 0;
}

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
