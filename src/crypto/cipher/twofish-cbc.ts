import { removePadding } from './block-cipher.js';
import { Twofish, twofishBlockLength } from './twofish.js';

/**
 * Decrypts Twofish-256 in CBC mode (NIST SP 800-38A 6.2) and removes the PKCS#7 padding.
 * @param ciphertext the ciphertext; it is not changed
 * @returns the plaintext, which the caller must overwrite after use; undefined if the ciphertext does not consist of one or more whole
 * blocks, or if the padding is invalid, usually because the key is wrong
 */
export function decryptTwofishCbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  if (ciphertext.length % twofishBlockLength !== 0) return undefined;
  const twofish = new Twofish(key);
  const plain = Uint8Array.from(ciphertext);
  const view = new DataView(plain.buffer);
  for (let at = 0; at < plain.length; at += twofishBlockLength) {
    twofish.decryptBlock(view, at);
    // In CBC mode each block is XORed with the ciphertext block before it, or with the IV.
    const previous = at === 0 ? iv : ciphertext;
    const from = at === 0 ? 0 : at - twofishBlockLength;
    for (let i = 0; i < twofishBlockLength; i++) {
      plain[at + i] = (plain[at + i] as number) ^ (previous[from + i] as number);
    }
  }
  twofish.wipe();
  return removePadding(plain, twofishBlockLength);
}
