import { decryptAead } from '../platform.js';
import { provided } from '../unsupported-by-platform.js';

/**
 * Decrypts AES-256 in CCM mode (NIST SP 800-38C, RFC 3610).
 * @param nonce 7 to 13 bytes
 * @param tagLength length of the tag in bytes: even, 4 to 16
 * @param ciphertext the ciphertext, with the tag at its end
 * @returns undefined if the tag differs (the key is wrong, or the nonce or the ciphertext was changed), or if the ciphertext is shorter than
 * the tag or too long for the nonce
 */
export function decryptAesCcm(
  key: Uint8Array,
  nonce: Uint8Array,
  tagLength: number,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  const end = ciphertext.length - tagLength;
  if (end < 0 || end > longestMessage(nonce.length)) return undefined;
  return provided('aes-256-ccm', () => decryptAead('aes-256-ccm', key, nonce, tagLength, ciphertext));
}

/**
 * Returns the maximum length of a message in bytes. RFC 3610 2.1: the nonce and the field for the message length together take 15 bytes.
 */
function longestMessage(nonceLength: number): number {
  return 2 ** (8 * (15 - nonceLength)) - 1;
}
