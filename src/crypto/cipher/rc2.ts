import { bytesFromLatin1, toLatin1 } from '../../bytes/encoding.js';
import { removePadding } from './block-cipher.js';

/** The part of node-forge that is used here. Its strings contain one byte in each character. */
interface Rc2 {
  createDecryptionCipher(key: string, effectiveBits: number): Rc2Cipher;
}

interface Rc2Cipher {
  start(iv: string): void;
  update(input: { getBytes(): string }): void;
  readonly output: { getBytes(): string };
}

const blockSize = 8;
/** Maximum number of bytes in one call. node-forge copies its whole input for each block: 400 KB in one call take 6.6 s. */
const sliceLength = 16 * 1024;

/**
 * Decrypts RC2 (RFC 2268) in CBC mode and removes the padding. OpenSSL 3 provides RC2 only in its legacy provider. node-forge is loaded at
 * the first use, because keystores that JDK 16 and later or OpenSSL 3 wrote do not need it.
 * @param effectiveBits a multiple of 8; node-forge decrypts wrongly with other values, and no known program uses them
 * @returns undefined if the ciphertext does not consist of one or more whole blocks, or if the padding is invalid
 */
export async function decryptRc2Cbc(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (ciphertext.length % blockSize !== 0) return undefined;
  // @ts-expect-error: node-forge comes without types.
  const { default: rc2 } = (await import('node-forge/lib/rc2.js')) as { default: Rc2 };
  const padded = new Uint8Array(ciphertext.length);
  for (let at = 0; at < ciphertext.length; at += sliceLength) {
    const slice = ciphertext.subarray(at, at + sliceLength);
    // A node-forge cipher can be used only once. The IV of each further slice is the ciphertext block before it.
    const cipher = rc2.createDecryptionCipher(toLatin1(key), effectiveBits);
    cipher.start(toLatin1(at === 0 ? iv : ciphertext.subarray(at - blockSize, at)));
    cipher.update({ getBytes: () => toLatin1(slice) });
    // finish() is not called: it would check only the last octet of the padding. removePadding checks all of them.
    padded.set(bytesFromLatin1(cipher.output.getBytes()), at);
  }
  return removePadding(padded, blockSize);
}
