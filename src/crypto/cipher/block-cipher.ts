import { wipe } from '../../bytes/wipe.js';
import { decryptAead, decryptCbc as platformDecryptCbc } from '../platform.js';
import { provided } from '../unsupported-by-platform.js';

/**
 * Decrypts in CBC mode and removes the padding.
 * @param cipher OpenSSL's name of the cipher, with the mode
 * @returns undefined if the ciphertext does not consist of one or more whole blocks, or if the padding is invalid, usually because the key
 * is wrong
 * @throws {StoreUnsupportedError} if the platform does not provide the cipher
 */
export function decryptCbc(
  cipher: string,
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  if (ciphertext.length === 0 || ciphertext.length % iv.length !== 0) return undefined;
  const padded = provided(cipher, () => platformDecryptCbc(cipher, key, iv, ciphertext));
  return removePadding(padded, iv.length);
}

/**
 * Decrypts single DES in CBC mode as triple DES with the same key three times, which is equivalent. OpenSSL 3 provides single DES only in
 * its legacy provider.
 */
export function decryptDesCbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  const tripled = new Uint8Array(24);
  for (const at of [0, 8, 16]) tripled.set(key, at);
  try {
    return decryptCbc('des-ede3-cbc', tripled, iv, ciphertext);
  } finally {
    wipe(tripled);
  }
}

/**
 * Decrypts in GCM mode. The tag is at the end of `ciphertext`.
 * @returns undefined if the tag differs, or if `ciphertext` is shorter than the tag
 */
export function decryptGcm(
  cipher: 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm',
  key: Uint8Array,
  nonce: Uint8Array,
  tagLength: number,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  if (ciphertext.length < tagLength) return undefined;
  return provided(cipher, () => decryptAead(cipher, key, nonce, tagLength, ciphertext));
}

/**
 * Removes PKCS#7 padding (RFC 5652 6.3) after checking all its octets. After decryption with a wrong key, the padding is valid by chance
 * once in 256 times. Therefore the caller must check the plaintext too.
 * @returns a view of `padded`; undefined if the padding is invalid, and `padded` is overwritten then
 */
export function removePadding(padded: Uint8Array, blockSize: number): Uint8Array | undefined {
  const count = padded[padded.length - 1] ?? 0;
  let right = count >= 1 && count <= blockSize && count <= padded.length;
  for (let i = padded.length - count; right && i < padded.length; i++) right = padded[i] === count;
  if (right) return padded.subarray(0, padded.length - count);
  wipe(padded);
  return undefined;
}
