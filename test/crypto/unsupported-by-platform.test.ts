import { expect, it } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeInteger, encodeObjectIdentifier, encodeOctetString, encodeSequence } from '../../src/asn1/encode.js';
import { decryptCbc } from '../../src/crypto/cipher/block-cipher.js';
import { digest, hmac } from '../../src/crypto/hash/digest.js';
import { readPasswordDerivation, scryptOid } from '../../src/crypto/kdf/pbkdf2-and-scrypt.js';
import { defaultLimits } from '../../src/limits.js';

const bytes = new Uint8Array(16);

it.each<[string, () => unknown]>([
  ['a hash', () => digest('no-such-hash', bytes)],
  ['an HMAC', () => hmac('no-such-hash', bytes, bytes)],
  ['a cipher', () => decryptCbc('no-such-cipher', bytes, bytes, bytes)],
])('%s that this OpenSSL does not provide is no foreign error', (_, run) => {
  expect(run).toThrow(expect.objectContaining({ code: 'ERR_STORE_UNSUPPORTED' }));
});

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

it('what OpenSSL refuses to derive is no foreign error', () => {
  expect(() => scrypt(2, 1, 1).derive(bytes, -1)).toThrow(expect.objectContaining({ code: 'ERR_STORE_UNSUPPORTED' }));
});
