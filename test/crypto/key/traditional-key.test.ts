import { describe, expect, test } from 'vitest';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { Oid } from '../../../src/asn1/oids.js';
import { fromTraditionalKey, toTraditionalKey, traditionalLabel } from '../../../src/crypto/key/traditional-key.js';
import { pkcs8With, rsaAlgorithm } from './key-maker.js';

const numbers = (...values: number[]) => encodeSequence(...values.map(encodeInteger));
const algorithm = (oid: string, ...parameters: Uint8Array[]) =>
  encodeSequence(encodeObjectIdentifier(oid), ...parameters);
const curve = encodeObjectIdentifier('1.2.840.10045.3.1.7');
const scalar = encodeOctetString(Uint8Array.of(5, 6, 7));
const point = encodeElement(0xa1, encodeElement(3, Uint8Array.of(0, 4, 1, 2)));

describe('a traditional key becomes PKCS#8', () => {
  test.each<[string, string, Uint8Array, Uint8Array | undefined]>([
    ['RSA', 'RSA PRIVATE KEY', numbers(0, 55, 3), pkcs8With(rsaAlgorithm, numbers(0, 55, 3)).pkcs8],
    // The numbers are checked where they are used.
    ['RSA with two fields', 'RSA PRIVATE KEY', numbers(0, 55), pkcs8With(rsaAlgorithm, numbers(0, 55)).pkcs8],
    ['RSA with one field', 'RSA PRIVATE KEY', numbers(0), undefined],
    ['RSA with none', 'RSA PRIVATE KEY', encodeSequence(), undefined],
    [
      'EC',
      'EC PRIVATE KEY',
      encodeSequence(encodeInteger(1), scalar, encodeElement(0xa0, curve), point),
      pkcs8With(algorithm(Oid.ecPublicKey, curve), encodeSequence(encodeInteger(1), scalar, point)).pkcs8,
    ],
    ['EC without a curve', 'EC PRIVATE KEY', encodeSequence(encodeInteger(1), scalar, point), undefined],
    [
      'DSA',
      'DSA PRIVATE KEY',
      numbers(0, 23, 11, 2, 9, 5),
      pkcs8With(algorithm(Oid.dsa, numbers(23, 11, 2)), encodeInteger(5)).pkcs8,
    ],
    ['DSA without x', 'DSA PRIVATE KEY', numbers(0, 23, 11, 2, 9), undefined],
    ['DSA without g', 'DSA PRIVATE KEY', numbers(0, 23, 11), undefined],
    ['DSA without q', 'DSA PRIVATE KEY', numbers(0, 23), undefined],
    ['another label', 'PRIVATE KEY', numbers(0, 55, 3), undefined],
    ['the name of a method', 'constructor', numbers(0, 55, 3), undefined],
  ])('%s', (_, label, der, expected) => expect(fromTraditionalKey(label, der)).toEqual(expected));

  test.each<[string, string, Uint8Array, string]>([
    ['no SEQUENCE', 'RSA PRIVATE KEY', encodeInteger(1), 'private key: private key expected, tag integer found'],
    ['bytes after the end', 'RSA PRIVATE KEY', Uint8Array.of(0x30, 0, 0), 'private key: 1 bytes after the end'],
    [
      'two curves',
      'EC PRIVATE KEY',
      encodeSequence(encodeInteger(1), encodeElement(0xa0, curve, curve)),
      'private key: curve: one element expected',
    ],
  ])('but not with %s', (_, label, der, message) => expect(() => fromTraditionalKey(label, der)).toThrow(message));
});

describe('a traditional key is made of PKCS#8', () => {
  test('as a copy, which the caller may overwrite', () => {
    const key = pkcs8With(rsaAlgorithm, numbers(0, 55, 3));
    const before = key.pkcs8.slice();
    toTraditionalKey(key).der.fill(0);
    expect(key.pkcs8).toEqual(before);
  });

  test('of DSA with p, q, g, y and x, and nothing more of the parameters', () => {
    const parameters = numbers(23, 11, 2, 99);
    const key = pkcs8With(algorithm(Oid.dsa, parameters), encodeInteger(5), 'DSA');
    expect(toTraditionalKey(key)).toEqual({ label: 'DSA PRIVATE KEY', der: numbers(0, 23, 11, 2, 9, 5) });
  });

  test.each([
    ['x = 0', pkcs8With(algorithm(Oid.dsa, numbers(23, 11, 2)), encodeInteger(0))],
    ['x = q', pkcs8With(algorithm(Oid.dsa, numbers(23, 11, 2)), encodeInteger(11))],
  ])('but not of DSA with %s', (_, key) => {
    expect(() => toTraditionalKey(key)).toThrow(
      expect.objectContaining({
        code: 'ERR_STORE_MALFORMED',
        message: 'DSA private key: DSA private key: it does not fit its parameters (at byte 0)',
      }),
    );
  });

  test.each([
    ['DSA without parameters', pkcs8With(algorithm(Oid.dsa), encodeInteger(5), 'DSA'), 'DSA'],
    ['DH', pkcs8With(algorithm(Oid.dhKeyAgreement, numbers(23, 11, 2)), encodeInteger(5), 'DH'), 'DH'],
    ['Ed25519', pkcs8With(algorithm(Oid.ed25519), scalar, 'Ed25519'), 'Ed25519'],
    ['RSA for PSS', pkcs8With(algorithm(Oid.rsassaPss), numbers(0, 55, 3), 'RSASSA-PSS'), 'RSASSA-PSS'],
  ])('but not of %s', (_, key, name) => {
    expect(() => toTraditionalKey(key)).toThrow(
      expect.objectContaining({
        code: 'ERR_STORE_UNSUPPORTED',
        message: `${name} keys have no traditional form; only RSA, EC and DSA keys do`,
      }),
    );
  });
});

test('a mistake of the caller is not a missing label', () => {
  expect(() => traditionalLabel(undefined as unknown as Uint8Array)).toThrow(TypeError);
});
