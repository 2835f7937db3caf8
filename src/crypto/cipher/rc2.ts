import { removePadding } from './block-cipher.js';

/** What is used of node-forge, whose strings hold one byte in each character. */
interface Rc2 {
  createDecryptionCipher(key: string, effectiveBits: number): Rc2Cipher;
}

interface Rc2Cipher {
  start(iv: string): void;
  update(input: { getBytes(): string }): void;
  finish(unpad: () => boolean): boolean;
  readonly output: { getBytes(): string };
}

const blockSize = 8;
/** Bytes at a time. node-forge copies all that it was given for every block, so that 400 KB in one piece took 6.6 s. */
const sliceLength = 16 * 1024;

/**
 * Decrypts RC2 (RFC 2268) in CBC mode, which OpenSSL 3 no longer provides, and takes the padding off.
 * node-forge is loaded at the first use only: nothing written since 2019 needs it.
 * @param effectiveBits a multiple of 8; node-forge is wrong for others, and nobody writes them
 * @returns undefined if the padding is not right
 */
export async function decryptRc2Cbc(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (ciphertext.length === 0 || ciphertext.length % blockSize !== 0) return undefined;
  // @ts-expect-error: node-forge comes without types.
  const { default: rc2 } = (await import('node-forge/lib/rc2.js')) as { default: Rc2 };
  const padded = new Uint8Array(ciphertext.length);
  for (let at = 0; at < ciphertext.length; at += sliceLength) {
    const slice = ciphertext.subarray(at, at + sliceLength);
    // Key schedules are used up with their cipher; what CBC mixes into a slice is the last block before it.
    const cipher = rc2.createDecryptionCipher(binary(key), effectiveBits);
    cipher.start(binary(at === 0 ? iv : ciphertext.subarray(at - blockSize, at)));
    cipher.update({ getBytes: () => binary(slice) });
    // node-forge looks at the last octet of the padding alone, so it is told to leave it.
    cipher.finish(() => true);
    padded.set(Buffer.from(cipher.output.getBytes(), 'latin1'), at);
  }
  return removePadding(padded, blockSize);
}

function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
