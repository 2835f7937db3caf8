import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { decryptRc2Cbc } from '../../../src/crypto/cipher/rc2.js';
import { isLong } from '../../effort.js';
import { processorTime } from '../../processor-time.js';

interface Encryption {
  start(iv: string): void;
  update(input: { getBytes(): string }): void;
  finish(pad?: () => boolean): boolean;
  readonly output: { getBytes(): string };
}

const key = Uint8Array.of(1, 2, 3, 4, 5);
const iv = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const sliceLength = 8192;

/** RC2-40 in CBC mode with padding: a truststore of several hundred roots is one such text. */
async function encrypt(plain: Uint8Array): Promise<Uint8Array> {
  // @ts-expect-error: node-forge comes without types.
  const { default: rc2 } = (await import('node-forge/lib/rc2.js')) as {
    default: { createEncryptionCipher(key: string, bits: number): Encryption };
  };
  const parts: Buffer[] = [];
  let before = Buffer.from(iv);
  for (let at = 0; at <= plain.length; at += sliceLength) {
    const cipher = rc2.createEncryptionCipher(Buffer.from(key).toString('latin1'), 40);
    cipher.start(before.toString('latin1'));
    cipher.update({ getBytes: () => Buffer.from(plain.subarray(at, at + sliceLength)).toString('latin1') });
    if (at + sliceLength > plain.length) cipher.finish();
    else cipher.finish(() => true);
    const part = Buffer.from(cipher.output.getBytes(), 'latin1');
    parts.push(part);
    before = part.subarray(-8);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** A megabyte, and what `openssl enc -rc2-40-cbc` makes of it, as SHA-256: more than a second to encrypt. */
const large: [number, string] = [2 ** 20 - 3, 'f2ee1d024860e8b4d437249a0ddf6d9fefbaa12ad3b4a9c46ec08b0af89f463e'];

it.each<[number, string?]>([
  // Each side of the end of a slice.
  [16 * 1024 - 9],
  [16 * 1024 - 1],
  [16 * 1024],
  [16 * 1024 + 1],
  ...(isLong ? [large] : []),
])('RC2 decrypts %i bytes, in a time that grows no faster than they do', async (length, sha256) => {
  const plain = Uint8Array.from({ length }, (_, i) => i * 31 + (i >>> 8) * 7);
  const ciphertext = await encrypt(plain);
  if (sha256) expect(createHash('sha256').update(ciphertext).digest('hex')).toBe(sha256);
  let decrypted: Uint8Array | undefined;
  const time = await processorTime(async () => {
    decrypted = await decryptRc2Cbc(key, 40, iv, ciphertext);
  });
  expect(Buffer.compare(decrypted ?? expect.fail(), plain)).toBe(0);
  // A quarter of a second; in one piece it would be half a minute.
  expect(time).toBeLessThan(5000);
});
