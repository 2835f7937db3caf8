// @ts-expect-error: node-forge comes without types.
import des from 'node-forge/lib/des.js';
import { bytesFromLatin1, toLatin1 } from '../../bytes/encoding.js';

/** The part of node-forge that is used here. Its strings contain one byte in each character. */
interface Des {
  createDecryptionCipher(key: string): {
    start(iv: string): void;
    update(input: { getBytes(): string }): void;
    readonly output: { getBytes(): string };
  };
}

const blockLength = 8;
const keyLength = 24;
/** Maximum number of bytes in one call, because node-forge copies its whole input for each block. */
const sliceLength = 16 * 1024;

/** Decrypts triple DES in CBC mode, without removing the padding. @throws {RangeError} if the key or the IV has a wrong length */
export function decryptTripleDesCbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  if (key.length !== keyLength || iv.length !== blockLength) throw new RangeError('key or IV of a wrong length');
  const plain = new Uint8Array(ciphertext.length);
  for (let at = 0; at < ciphertext.length; at += sliceLength) {
    const slice = ciphertext.subarray(at, at + sliceLength);
    const cipher = (des as Des).createDecryptionCipher(toLatin1(key));
    // The IV of each further slice is the ciphertext block before it.
    cipher.start(toLatin1(at === 0 ? iv : ciphertext.subarray(at - blockLength, at)));
    cipher.update({ getBytes: () => toLatin1(slice) });
    plain.set(bytesFromLatin1(cipher.output.getBytes()), at);
  }
  return plain;
}
