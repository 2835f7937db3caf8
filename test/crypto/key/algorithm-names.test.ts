import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { keyAlgorithmName } from '../../../src/crypto/key/key-algorithm.js';
import { readSecretKeyInfo, secretKeyAlgorithmName } from '../../../src/crypto/key/secret-key.js';

const nist = '2.16.840.1.101.3.4';

test.each([
  ['1.2.840.113549.1.1.1', 'RSA'],
  ['1.2.840.113549.1.1.7', 'RSA'],
  ['1.2.840.113549.1.1.10', 'RSASSA-PSS'],
  ['1.2.840.10040.4.1', 'DSA'],
  ['1.2.840.10045.2.1', 'EC'],
  ['1.2.840.10046.2.1', 'DH'],
  ['1.2.840.113549.1.3.1', 'DH'],
  ['1.3.101.110', 'X25519'],
  ['1.3.101.111', 'X448'],
  ['1.3.101.112', 'Ed25519'],
  ['1.3.101.113', 'Ed448'],
  [`${nist}.3.17`, 'ML-DSA-44'],
  [`${nist}.3.18`, 'ML-DSA-65'],
  [`${nist}.3.19`, 'ML-DSA-87'],
  [`${nist}.4.1`, 'ML-KEM-512'],
  [`${nist}.4.2`, 'ML-KEM-768'],
  [`${nist}.4.3`, 'ML-KEM-1024'],
  ['1.2.3', '1.2.3'],
])('a private key of %s is called %s', (oid, name) => expect(keyAlgorithmName(oid)).toBe(name));

test.each<[string, string | undefined]>([
  [`${nist}.1`, 'AES'],
  [`${nist}.1.2`, 'AES'],
  [`${nist}.1.22`, 'AES'],
  [`${nist}.1.42`, 'AES'],
  ['1.3.14.3.2.7', 'DES'],
  ['1.3.14.3.2.17', 'DESede'],
  ['1.2.840.113549.3.7', 'DESede'],
  ['1.2.840.113549.3.2', 'RC2'],
  ['1.2.840.113549.3.4', 'ARCFOUR'],
  ['1.3.6.1.4.1.3029.1.1.2', 'Blowfish'],
  ...['SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512', 'SHA512/224', 'SHA512/256'].map((hash, i): [string, string] => [
    `1.2.840.113549.2.${i + 7}`,
    `Hmac${hash}`,
  ]),
  ...['224', '256', '384', '512'].map((bits, i): [string, string] => [`${nist}.2.${i + 13}`, `HmacSHA3-${bits}`]),
  [`${nist}.2.19`, 'KMAC128'],
  [`${nist}.2.20`, 'KMAC256'],
  ['1.2.840.113549.1.5.3', 'PBEWithMD5AndDES'],
  ['1.2.410.200004.1.4', 'SEED'],
  ...[2, 3, 4].map((last): [string, string] => [`1.2.392.200011.61.1.1.1.${last}`, 'Camellia']),
  ...[2, 7, 12].map((last): [string, string] => [`1.2.410.200046.1.1.${last}`, 'ARIA']),
  ['1.2.3', undefined],
])('a secret key of %s is called %s', (oid, name) => expect(secretKeyAlgorithmName(oid)).toBe(name));

const algorithm = (oid: string) => encodeSequence(encodeObjectIdentifier(oid));
const info = (...parts: Uint8Array[]) => encodeSequence(encodeInteger(0), ...parts);
const octets = encodeOctetString(Uint8Array.of(1, 2, 3));

test('a secret key is copied, named, and not shown', () => {
  const bytes = info(algorithm(`${nist}.1`), octets);
  const secret = readSecretKeyInfo(bytes, 'entry');
  expect([secret.algorithm, secret.key]).toEqual(['AES', Uint8Array.of(1, 2, 3)]);
  bytes.fill(0);
  expect(secret.key).toEqual(Uint8Array.of(1, 2, 3));
  expect(inspect(secret)).toBe("{ algorithm: 'AES', key: '[3 secret bytes]' }");
  expect(readSecretKeyInfo(info(algorithm('1.2.3'), octets), 'entry').algorithm).toBe('1.2.3');
});

test.each([
  ['no algorithm', info(), 'secret key: algorithm and key expected'],
  ['an algorithm without an OID', info(encodeSequence(), octets), 'secret key: algorithm and key expected'],
  ['no key', info(algorithm('1.2.3')), 'secret key: algorithm and key expected'],
  ['no SEQUENCE', encodeElement(5), 'secret key expected, tag null found'],
  ['an algorithm of another type', info(encodeElement(5), octets), 'algorithm expected, tag null found'],
  ['an OID of another type', info(encodeSequence(encodeElement(5)), octets), 'algorithm expected, tag null found'],
  ['a key of another type', info(algorithm('1.2.3'), encodeElement(5)), 'key expected, tag null found'],
])('a secret key with %s is malformed', (_, bytes, message) => {
  expect(() => readSecretKeyInfo(bytes, 'entry')).toThrow(`entry: ${message}`);
});
