import { describe, expect, it } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeInteger, encodeObjectIdentifier, encodeOctetString, encodeSequence } from '../../src/asn1/encode.js';
import { decryptAesCcm } from '../../src/crypto/cipher/aes-ccm.js';
import { unwrapAesPadded } from '../../src/crypto/cipher/aes-key-wrap.js';
import { decryptCbc, decryptGcm } from '../../src/crypto/cipher/block-cipher.js';
import { digest, hmac } from '../../src/crypto/hash/digest.js';
import { readPasswordDerivation, scryptOid } from '../../src/crypto/kdf/pbkdf2-and-scrypt.js';
import { defaultLimits } from '../../src/limits.js';

const bytes = new Uint8Array(16);

const scrypt = (N: number, r: number, p: number) => {
  const parameters = encodeSequence(encodeOctetString(bytes), ...[N, r, p].map(encodeInteger));
  const algorithm = encodeSequence(encodeObjectIdentifier(scryptOid), parameters);
  return readPasswordDerivation(Asn1Element.only(algorithm, 'test'), defaultLimits, 'test');
};

// RFC 7914 6: N < 2^(16 · r).
it('scrypt takes the largest N that its r allows, and none above', () => {
  expect(scrypt(2 ** 15, 1, 1).derive(bytes, 32)).toHaveLength(32);
  expect(scrypt(2 ** 16, 2, 1).derive(bytes, 32)).toHaveLength(32);
  expect(() => scrypt(2 ** 16, 1, 1)).toThrow(expect.objectContaining({ code: 'ERR_STORE_MALFORMED' }));
});

const pbkdf2 = () => {
  const parameters = encodeSequence(encodeOctetString(bytes), encodeInteger(1));
  const algorithm = encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.5.12'), parameters);
  return readPasswordDerivation(Asn1Element.only(algorithm, 'test'), defaultLimits, 'test');
};

// Each gets a name, a key or a length that OpenSSL refuses.
describe('what OpenSSL refuses is no foreign error', () => {
  const [five, sixteen] = [new Uint8Array(5), new Uint8Array(16)];
  it.each<[string, () => unknown]>([
    ['no-such-hash', () => digest('no-such-hash', bytes)],
    ['HMAC with no-such-hash', () => hmac('no-such-hash', bytes, bytes)],
    ['no-such-cipher', () => decryptCbc('no-such-cipher', bytes, bytes, bytes)],
    ['aes-128-gcm', () => decryptGcm('aes-128-gcm', five, bytes, 16, bytes)],
    ['aes-256-ccm', () => decryptAesCcm(sixteen, new Uint8Array(12), 8, bytes)],
    ['id-aes256-wrap-pad', () => unwrapAesPadded(five, bytes)],
    ['scrypt', () => scrypt(2, 1, 1).derive(bytes, -1)],
    ['scrypt', () => scrypt(2, 1, 1).deriveInPool(bytes, -1)],
    ['PBKDF2 with sha1', () => pbkdf2().derive(bytes, -1)],
    ['PBKDF2 with sha1', () => pbkdf2().deriveInPool(bytes, -1)],
  ])('%s', async (name, run) => {
    await expect(async () => run()).rejects.toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
      message: `the cryptographic library of this runtime does not provide ${name}`,
    });
  });
});

it.each([
  ['no ciphertext', 0],
  ['a part of a block', 15],
  ['a ciphertext shorter than its tag', 11],
])('%s is not decrypted, and nothing is asked of OpenSSL', (_, length) => {
  expect(decryptCbc('no-such-cipher', bytes, bytes, new Uint8Array(length))).toBeUndefined();
  expect(decryptGcm('aes-128-gcm', new Uint8Array(5), bytes, 16, new Uint8Array(length))).toBeUndefined();
  expect(decryptAesCcm(new Uint8Array(5), new Uint8Array(12), 16, new Uint8Array(length))).toBeUndefined();
  expect(unwrapAesPadded(new Uint8Array(5), new Uint8Array(length))).toBeUndefined();
});

it.each([8, 17, 23])('%i bytes are not wrapped with AES', (length) => {
  expect(unwrapAesPadded(new Uint8Array(5), new Uint8Array(length))).toBeUndefined();
});
