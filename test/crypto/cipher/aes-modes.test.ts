import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/concat.js';
import { decryptAesCcm } from '../../../src/crypto/cipher/aes-ccm.js';
import { unwrapAesPadded } from '../../../src/crypto/cipher/aes-key-wrap.js';

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => 255 - (i % 251));
const changed = (original: Uint8Array, at: number) => original.map((octet, i) => (i === at ? octet ^ 1 : octet));

function sealCcm(nonce: Uint8Array, tagLength: number, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-ccm', key, nonce, { authTagLength: tagLength });
  const sealed = cipher.update(plain);
  cipher.final();
  return concat(sealed, cipher.getAuthTag());
}

function wrap(plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv('id-aes256-wrap-pad', key, Buffer.from('a65959a6', 'hex'));
  return concat(cipher.update(plain), cipher.final());
}

describe('AES-CCM', () => {
  test.each([
    [0, 12, 8],
    [1, 7, 4],
    [16, 13, 16],
    [1000, 12, 12],
    // As many as two bytes count, which is what a nonce of 13 leaves.
    [65_535, 13, 16],
  ])(
    'gives back %i bytes under a nonce of %i and a tag of %i, and a plain Uint8Array',
    (length, nonceLength, tagLength) => {
      const [nonce, plain] = [bytes(nonceLength), bytes(length)];
      const opened = decryptAesCcm(key, nonce, tagLength, sealCcm(nonce, tagLength, plain));
      expect(opened).toEqual(plain);
      expect(Buffer.isBuffer(opened)).toBe(false);
    },
  );

  test('gives nothing if a byte of ciphertext, tag, nonce or key is another, or the end is missing', () => {
    const nonce = bytes(12);
    const sealed = sealCcm(nonce, 8, bytes(20));
    for (let at = 0; at < sealed.length; at++) {
      expect(decryptAesCcm(key, nonce, 8, changed(sealed, at))).toBeUndefined();
      expect(decryptAesCcm(key, nonce, 8, sealed.subarray(0, at))).toBeUndefined();
    }
    expect(decryptAesCcm(key, changed(nonce, 0), 8, sealed)).toBeUndefined();
    expect(decryptAesCcm(changed(key, 0), nonce, 8, sealed)).toBeUndefined();
  });

  test('takes no more than the nonce leaves room to count, where OpenSSL would throw', () => {
    expect(decryptAesCcm(key, bytes(13), 8, new Uint8Array(2 ** 16 + 8))).toBeUndefined();
  });
});

describe('AES key wrap with padding', () => {
  test.each([1, 7, 8, 9, 16, 1000])('gives back %i bytes, and a plain Uint8Array', (length) => {
    const opened = unwrapAesPadded(key, wrap(bytes(length)));
    expect(opened).toEqual(bytes(length));
    expect(Buffer.isBuffer(opened)).toBe(false);
  });

  test('gives nothing if a byte of what is wrapped or of the key is another, or the end is missing', () => {
    const wrapped = wrap(bytes(20));
    for (let at = 0; at < wrapped.length; at++) {
      expect(unwrapAesPadded(key, changed(wrapped, at))).toBeUndefined();
      expect(unwrapAesPadded(key, wrapped.subarray(0, at))).toBeUndefined();
    }
    expect(unwrapAesPadded(changed(key, 0), wrapped)).toBeUndefined();
  });
});
