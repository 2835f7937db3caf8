import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { publicKeyBits } from '../../../src/crypto/key/public-key.js';

const key = (pkcs8: Uint8Array) => ({ algorithm: 'any', pkcs8 });
const algorithm = (oid: string) => encodeSequence(encodeObjectIdentifier(oid));

describe('the public half of a key', () => {
  test.each([
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 1024 })],
    ['RSA for PSS', generateKeyPairSync('rsa-pss', { modulusLength: 1024 })],
    ['EC', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['Ed25519', generateKeyPairSync('ed25519')],
  ])('of %s is what stands in its certificate', (_, { privateKey }) => {
    const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    const bits = Asn1Element.only(spki, 'key').sequence('key')[1]?.bitOctets('key') ?? expect.fail();
    const found = publicKeyBits(key(privateKey.export({ format: 'der', type: 'pkcs8' }))) ?? expect.fail();
    expect(Buffer.from(found)).toEqual(Buffer.from(bits));
  });

  const unknown = [encodeInteger(1), algorithm('1.2.3.4.5'), encodeOctetString(Uint8Array.of(1))];

  test('of an unknown algorithm is the one stored beside the private key', () => {
    const beside = encodeElement(0x81, Uint8Array.of(0, 7, 8, 9));
    const attributes = encodeElement(0xa0, encodeSequence());
    expect(publicKeyBits(key(encodeSequence(...unknown, beside)))).toEqual(Uint8Array.of(7, 8, 9));
    expect(publicKeyBits(key(encodeSequence(...unknown, attributes, beside)))).toEqual(Uint8Array.of(7, 8, 9));
    expect(publicKeyBits(key(encodeSequence(...unknown, attributes)))).toBeUndefined();
  });

  test.each<[string, Uint8Array]>([
    ['does not tell it', encodeSequence(...unknown)],
    ['is no PrivateKeyInfo', encodeSequence(encodeInteger(0))],
    ['is no DER', Uint8Array.of(1, 2, 3)],
    [
      'is one of RSA without numbers',
      encodeSequence(encodeInteger(0), algorithm('1.2.840.113549.1.1.1'), encodeOctetString(encodeSequence())),
    ],
  ])('is not known where the key %s', (_, pkcs8) => {
    expect(publicKeyBits(key(pkcs8))).toBeUndefined();
  });
});
