import { expect, test } from 'vitest';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { describeDer } from '../../../src/keystore/detect/other-der-file.js';

const algorithm = encodeSequence(encodeObjectIdentifier('1.2.3'));
const octets = encodeElement(0x04, Uint8Array.of(1));
const bits = encodeElement(0x03, Uint8Array.of(0, 1));
const utcTime = encodeElement(0x17, Buffer.from('260101000000Z'));
const generalizedTime = encodeElement(0x18, Buffer.from('20260101000000Z'));
const attributes = encodeElement(0xa0, new Uint8Array());
const number = encodeInteger(1);
const signed = (...fields: readonly Uint8Array[]) => encodeSequence(encodeSequence(...fields), algorithm, bits);

const certificate = 'a certificate in DER form, which has no private key';
test.each<[string, Uint8Array, string | undefined]>([
  [
    'ContentInfo',
    encodeSequence(encodeObjectIdentifier('1.2.3'), attributes),
    'a PKCS#7 bundle of certificates (.p7b), which has no private key',
  ],
  ['PrivateKeyInfo', encodeSequence(number, algorithm, octets), 'a private key in PKCS#8 form, not encrypted'],
  ['PrivateKeyInfo without a key', encodeSequence(number, algorithm), undefined],
  ['RSAPrivateKey', encodeSequence(number, number, number), 'an RSA private key in PKCS#1 form, not encrypted'],
  ['ECPrivateKey', encodeSequence(number, octets), 'an EC private key in SEC1 form, not encrypted'],
  [
    'RSAPrivateKey with octets',
    encodeSequence(number, number, octets),
    'an RSA private key in PKCS#1 form, not encrypted',
  ],
  ['an empty SEQUENCE', encodeSequence(), undefined],
  ['two strings', encodeSequence(octets, octets), undefined],
  ['a number', encodeSequence(number), undefined],
  ['EncryptedPrivateKeyInfo', encodeSequence(algorithm, octets), 'an encrypted private key in PKCS#8 form'],
  ['the same and more', encodeSequence(algorithm, octets, octets), undefined],
  ['a list with a UTCTime', signed(algorithm, algorithm, utcTime), 'a certificate revocation list'],
  ['a list with a GeneralizedTime', signed(algorithm, algorithm, generalizedTime), 'a certificate revocation list'],
  ['a request', signed(number, algorithm, algorithm, attributes), 'a certificate request (CSR)'],
  ['a certificate', signed(attributes, number, algorithm, algorithm), certificate],
  ['a certificate of version 1', signed(number, algorithm, algorithm, algorithm), certificate],
  ['a request without a version', signed(algorithm, algorithm, algorithm, attributes), certificate],
  ['a request with a number for a name', signed(number, number, algorithm, attributes), certificate],
  ['no signature', encodeSequence(encodeSequence(number), algorithm, octets), undefined],
  ['an algorithm alone', encodeSequence(algorithm), undefined],
  ['an algorithm and a number', encodeSequence(algorithm, number), undefined],
  ['a SEQUENCE of strings', encodeSequence(octets), undefined],
  ['not a SEQUENCE', octets, undefined],
  ['cut short', Uint8Array.of(0x30, 5, 2), undefined],
])('%s', (_, bytes, description) => expect(describeDer(bytes)).toBe(description));
