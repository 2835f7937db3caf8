import { createDecipheriv } from 'node:crypto';
import { wipe } from '../../bytes/wipe.js';
import { provided } from '../openssl.js';

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
  const decipher = provided('aes-256-ccm', () =>
    createDecipheriv('aes-256-ccm', key, nonce, { authTagLength: tagLength }),
  );
  decipher.setAuthTag(ciphertext.subarray(end));
  let plain: Uint8Array | undefined;
  try {
    plain = decipher.update(ciphertext.subarray(0, end));
    decipher.final();
    // As a Uint8Array, since the slice() of a Buffer does not copy.
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  } catch {
    wipe(plain);
    return undefined;
  }
}

/** RFC 3610 2.1: the message length is stored in the 15 bytes that nonce and length share. */
function longestMessage(nonceLength: number): number {
  return 2 ** (8 * (15 - nonceLength)) - 1;
}
