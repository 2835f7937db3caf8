import { describe, expect, test } from 'vitest';
import { encodeElement, encodeInteger, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { concat } from '../../../src/bytes/concat.js';
import { looksLikeBcfks } from '../../../src/keystore/detect/bcfks-detection.js';
import { fixture } from '../../fixtures.js';
import { algorithm, certificateObject, makeBcfks, oids, time } from '../bcfks/bcfks-maker.js';

const objects = [certificateObject('trusted', fixture('story/intermed.der'))];
const pbes2 = algorithm(oids.pbes2);
const number = encodeInteger(1);
const octets = encodeOctetString(Uint8Array.of(1));
const date = time('20200102030405Z');
const empty = encodeSequence();
/** Returns a SEQUENCE whose length is encoded as `length`. */
const withLength = (length: readonly number[], content: Uint8Array) => concat(Uint8Array.of(0x30, ...length), content);

describe('an encrypted store', () => {
  test('is recognized, even if it is cut off after the OID', () => {
    const store = makeBcfks({ objects });
    for (let length = 25; length <= store.length; length++)
      expect(looksLikeBcfks(store.subarray(0, length)), String(length)).toBe(true);
  });

  const inner = encodeSequence(pbes2);
  test.each([
    ['lengths of one octet', encodeSequence(inner), true],
    ['a length of two octets', withLength([0x81, inner.length], inner), true],
    ['a length of five octets', withLength([0x84, 0, 0, 0, inner.length], inner), true],
    ['an indefinite length', withLength([0x80], inner), true],
    ['a SET outside', encodeElement(0x31, inner), false],
    ['a SET inside', encodeSequence(encodeElement(0x31, pbes2)), false],
    ['a SET instead of the algorithm', encodeSequence(encodeSequence(encodeElement(0x31, pbes2.subarray(2)))), false],
    ['two SEQUENCEs around the OID', inner, false],
    ['four SEQUENCEs around the OID', encodeSequence(encodeSequence(inner)), false],
    ['another OID', encodeSequence(encodeSequence(algorithm(oids.pbkdf2))), false],
    ['an OID that is cut off', encodeSequence(inner).subarray(0, -1), false],
  ])('with %s', (_, bytes, expected) => expect(looksLikeBcfks(bytes)).toBe(expected));
});

describe('an unencrypted store', () => {
  test('is recognized', () => expect(looksLikeBcfks(makeBcfks({ objects, clear: true }))).toBe(true));

  const data = encodeSequence(number, empty, date);
  test.each([
    ['data and check', encodeSequence(data, empty), true],
    ['bytes after its end', concat(encodeSequence(data, empty), Uint8Array.of(0)), true],
    ['more elements in its data', encodeSequence(encodeSequence(number, empty, date, date), empty), true],
    ['nothing', encodeSequence(), false],
    ['data alone', encodeSequence(data), false],
    ['three parts', encodeSequence(data, empty, empty), false],
    ['data that is not a SEQUENCE', encodeSequence(number, empty), false],
    ['empty data', encodeSequence(empty, empty), false],
    ['octets in place of the version', encodeSequence(encodeSequence(octets, empty, date), empty), false],
    ['a number in place of the algorithm', encodeSequence(encodeSequence(number, number, date), empty), false],
    ['a SEQUENCE in place of the date', encodeSequence(encodeSequence(number, empty, empty), empty), false],
    ['data without a date', encodeSequence(encodeSequence(number, empty), empty), false],
    ['its end cut off', encodeSequence(data, empty).subarray(0, -1), false],
  ])('with %s', (_, bytes, expected) => expect(looksLikeBcfks(bytes)).toBe(expected));
});

test.each(['certificate.der', 'pkcs1.der', 'pkcs8.der', 'pkcs8-encrypted.der', 'request.der', 'certificates.p7b'])(
  '%s is not a store',
  (name) => expect(looksLikeBcfks(fixture(`not-keystores/${name}`))).toBe(false),
);

test.each([[[]], [[0x30]], [[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]], [[0x06, 0x00]]])(
  'the bytes %j are not a store',
  (bytes) => {
    expect(looksLikeBcfks(Uint8Array.from(bytes))).toBe(false);
  },
);
