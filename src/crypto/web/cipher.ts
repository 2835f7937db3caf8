import { aeskwp, cbc, ctr, gcm } from '@noble/ciphers/aes.js';
import { concat } from '../../bytes/concat.js';
import { wipe } from '../../bytes/wipe.js';
import type { AeadCipher } from '../platform.js';
import { timingSafeEqual } from './hash.js';
import { decryptTripleDesCbc } from './triple-des.js';

/** Block length of AES in bytes (FIPS 197). */
const blockLength = 16;

/** Decrypts whole blocks in CBC mode, without removing the padding. @throws {Error} if the browser build does not support the cipher */
export function decryptCbc(cipher: string, key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  if (cipher === 'des-ede3-cbc') return decryptTripleDesCbc(key, iv, ciphertext);
  requireCipher(cipher, key, 'cbc');
  return cbc(key, iv, { disablePadding: true }).decrypt(ciphertext);
}

/** Encrypts in CBC mode with PKCS#7 padding. @throws {Error} if the browser build does not support the cipher */
export function encryptCbc(cipher: string, key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array[] {
  requireCipher(cipher, key, 'cbc');
  return [cbc(key, iv).encrypt(plain)];
}

/**
 * Decrypts in an authenticated mode, without additional data.
 * @param ciphertext the ciphertext, with the tag at its end
 * @returns undefined if the tag differs
 * @throws {Error} if the browser build does not support the cipher
 */
export function decryptAead(
  cipher: AeadCipher,
  key: Uint8Array,
  nonce: Uint8Array,
  tagLength: number,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  if (cipher === 'aes-256-ccm') return decryptCcm(key, nonce, tagLength, ciphertext);
  requireCipher(cipher, key, 'gcm');
  const end = ciphertext.length - tagLength;
  // noble checks tags of 16 octets only; shorter ones are allowed (NIST SP 800-38D 5.2.1.2). In GCM, encrypting the ciphertext decrypts
  // it, and encrypting the result computes the whole tag.
  const plain = gcm(key, nonce).encrypt(ciphertext.subarray(0, end)).subarray(0, end);
  const sealed = gcm(key, nonce).encrypt(plain);
  if (timingSafeEqual(sealed.subarray(end, end + tagLength), ciphertext.subarray(end))) return plain;
  wipe(plain);
  return undefined;
}

/** Decrypts in CCM mode (RFC 3610), which noble does not provide. */
function decryptCcm(
  key: Uint8Array,
  nonce: Uint8Array,
  tagLength: number,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  const lengthSize = blockLength - 1 - nonce.length;
  const end = ciphertext.length - tagLength;
  const body = ciphertext.subarray(0, end);
  const tag = ciphertext.subarray(end);
  // RFC 3610 2.3: counter 0 encrypts the tag, the others the message.
  const counter = concat(Uint8Array.of(lengthSize - 1), nonce, new Uint8Array(lengthSize));
  const stream = ctr(key, counter).decrypt(concat(tag, new Uint8Array(blockLength - tagLength), body));
  const plain = stream.slice(blockLength);
  // RFC 3610 2.2: the first block of the MAC contains flags, nonce and length.
  const flags = 8 * ((tagLength - 2) / 2) + lengthSize - 1;
  const padding = new Uint8Array((blockLength - (end % blockLength)) % blockLength);
  const blocks = concat(Uint8Array.of(flags), nonce, bigEndian(end, lengthSize), plain, padding);
  const mac = cbc(key, new Uint8Array(blockLength), { disablePadding: true }).encrypt(blocks).slice(-blockLength);
  const isAuthentic = timingSafeEqual(mac.subarray(0, tagLength), stream.subarray(0, tagLength));
  wipe(blocks, stream, isAuthentic ? undefined : plain);
  return isAuthentic ? plain : undefined;
}

/** Unwraps with AES Key Wrap with Padding (RFC 5649). @returns undefined if initial value, length or padding differ */
export function unwrapAesPadded(key: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined {
  try {
    return aeskwp(key).decrypt(wrapped);
  } catch {
    return undefined;
  }
}

/** Throws unless the cipher is AES with a key of this length in this mode. noble itself determines the AES variant from the key alone. */
function requireCipher(cipher: string, key: Uint8Array, mode: 'cbc' | 'gcm'): void {
  if (cipher !== `aes-${8 * key.length}-${mode}`)
    throw new Error(`no cipher ${cipher} with a key of ${key.length} octets`);
}

function bigEndian(value: number, length: number): Uint8Array {
  const octets = new Uint8Array(length);
  for (let at = length - 1, left = value; at >= 0; at--, left = Math.floor(left / 256)) octets[at] = left % 256;
  return octets;
}
