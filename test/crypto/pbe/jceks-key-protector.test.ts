import { describe, expect, test } from 'vitest';
import type { AlgorithmIdentifier } from '../../../src/asn1/algorithm-identifier.js';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeInteger, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { readSunJce, sunJceSchemes } from '../../../src/crypto/pbe/jceks-key-protector.js';
import { defaultLimits } from '../../../src/limits.js';

const parameters = (saltLength: number, count: number) =>
  Asn1Element.only(
    encodeSequence(encodeOctetString(new Uint8Array(saltLength)), encodeInteger(count)),
    'key protector',
  );

describe("keys under Sun's JCE", () => {
  test.each([0, 7, 9, 16])('have no salt of %i bytes', (length) => {
    expect(() => sunJceSchemes({ salt: new Uint8Array(length), iterations: 1 }, 'key')).toThrow(
      `8 bytes expected, ${length} found`,
    );
  });

  test.each<[string, AlgorithmIdentifier, string]>([
    ['without parameters', { oid: '1.2.3' }, 'entry 2: algorithm 1.2.3 has no parameters (at byte 0)'],
    [
      'with a salt of 7 bytes',
      { oid: '1.2.3', parameters: parameters(7, 1) },
      'entry 2: salt: 8 bytes expected, 7 found (at byte 0)',
    ],
  ])('name the entry %s', (_, algorithm, message) => {
    expect(() => readSunJce(algorithm, defaultLimits, 'entry 2')).toThrow(expect.objectContaining({ message }));
  });

  test('name the entry in an error about the salt', () => {
    expect(() => sunJceSchemes({ salt: new Uint8Array(7), iterations: 1 }, 'entry 2')).toThrow(
      expect.objectContaining({
        code: 'ERR_STORE_MALFORMED',
        message: 'entry 2: salt: 8 bytes expected, 7 found (at byte 0)',
      }),
    );
  });

  test('are under one scheme, or under two where the halves of the salt are equal', () => {
    const count = (...salt: number[]) => sunJceSchemes({ salt: Uint8Array.from(salt), iterations: 1 }, 'key').length;
    expect(count(1, 2, 3, 4, 1, 2, 3, 5)).toBe(1);
    expect(count(1, 2, 3, 4, 1, 2, 3, 4)).toBe(2);
  });
});
