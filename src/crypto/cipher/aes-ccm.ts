import { decryptAead } from '../platform.js';
import { provided } from '../provided.js';

/**
 * Decrypts AES-256 in CCM mode (NIST SP 800-38C, RFC 3610).
 * @param nonce 7 to 13 bytes
 * @param tagLength bytes, even, 4 to 16
 * @param ciphertext ends with the tag
 * @returns undefined if the tag differs: the key is wrong, or nonce or ciphertext were changed
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

/** RFC 3610 2.1: the message length is stored in the 15 bytes that nonce and length share. */
function longestMessage(nonceLength: number): number {
  return 2 ** (8 * (15 - nonceLength)) - 1;
}
