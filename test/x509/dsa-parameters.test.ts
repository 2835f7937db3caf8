import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeElement, encodeObjectIdentifier, encodeSequence } from '../../src/asn1/encode.js';
import { Oid } from '../../src/asn1/oids.js';
import { inheritsDsaParameters, keyWithParametersOf } from '../../src/x509/dsa-parameters.js';
import { leafOf, party } from './certificate-maker.js';

const ca = party('CA');
const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
const spki = new Uint8Array(dsa.publicKey.export({ format: 'der', type: 'spki' }));
const [algorithm, bits] = Asn1Element.only(spki, 'key').children() as [Asn1Element, Asn1Element];
const [oid, parameters] = algorithm.children().map(({ raw }) => raw) as [Uint8Array, Uint8Array];
const nothing = encodeElement(5);
const withKey = (...parts: readonly Uint8Array[]) => leafOf(ca, { spki: encodeSequence(...parts) });

const whole = withKey(algorithm.raw, bits.raw);
const inheriting = withKey(encodeSequence(oid), bits.raw);
const withNull = withKey(encodeSequence(oid, nothing), bits.raw);
const ec = leafOf(ca);
/** Keys that are no DSA keys. */
const others: [string, ReturnType<typeof leafOf>][] = [
  ['an EC key', ec],
  ['a key without parts', withKey()],
  ['a key without an algorithm', withKey(encodeSequence(), bits.raw)],
  ['a DSA algorithm without a key', withKey(encodeSequence(oid))],
  ['a key of another algorithm', withKey(encodeSequence(encodeObjectIdentifier('1.2.3')), bits.raw)],
];

describe('the parameters of a DSA key are inherited', () => {
  test.each<[string, ReturnType<typeof leafOf>, boolean]>([
    ['if they are missing', inheriting, true],
    ['if they are NULL', withNull, true],
    ['unless the key has them', whole, false],
    ...others.map(([what, key]): [string, ReturnType<typeof leafOf>, boolean] => [`not by ${what}`, key, false]),
  ])('%s', (_, certificate, expected) => expect(inheritsDsaParameters(certificate)).toBe(expected));
});

test.each([
  ['a key without parameters', inheriting],
  ['a key with NULL', withNull],
])('%s and the parameters of another make the whole key', (_, certificate) => {
  expect(keyWithParametersOf(certificate, whole)?.export({ format: 'der', type: 'spki' })).toEqual(Buffer.from(spki));
});

describe('there is no whole key', () => {
  test.each(others)('from %s', (_, other) => {
    expect(keyWithParametersOf(other, whole)).toBeUndefined();
    expect(keyWithParametersOf(inheriting, other)).toBeUndefined();
  });

  test.each([
    ['the other key has no parameters', inheriting, inheriting],
    ['the platform rejects it', withKey(encodeSequence(oid), nothing), whole],
    ['the parameters are malformed', inheriting, withKey(encodeSequence(oid, encodeSequence()), bits.raw)],
  ])('if %s', (_, certificate, source) => expect(keyWithParametersOf(certificate, source)).toBeUndefined());
});

test('the key of this test is a DSA key with parameters', () => {
  expect([oid, parameters[0]]).toEqual([encodeObjectIdentifier(Oid.dsa), 0x30]);
});
