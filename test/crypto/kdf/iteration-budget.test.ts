import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeInteger, encodeObjectIdentifier, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { IterationBudget } from '../../../src/crypto/kdf/iteration-budget.js';
import { readPasswordDerivation } from '../../../src/crypto/kdf/pbkdf2-and-scrypt.js';
import { pkcs12Hashes } from '../../../src/crypto/kdf/pkcs12-kdf.js';
import { unsealingHashes } from '../../../src/crypto/pbe/bks-encryption.js';
import { sunJceSchemes } from '../../../src/crypto/pbe/jceks-key-protector.js';
import { readPbeScheme } from '../../../src/crypto/pbe/read-pbe-scheme.js';
import { defaultLimits, withDefaults } from '../../../src/limits.js';

const salt = new Uint8Array(8);
const element = (...parts: Uint8Array[]) => Asn1Element.only(encodeSequence(...parts), 'algorithm');
const derivation = (oid: string, ...parameters: Uint8Array[]) =>
  readPasswordDerivation(
    element(encodeObjectIdentifier(oid), encodeSequence(...parameters)),
    defaultLimits,
    'derivation',
  );

describe('a budget', () => {
  test('is spent by all derivations together, each by what it costs', () => {
    const budget = new IterationBudget(withDefaults({ totalIterations: 100 }));
    for (const hashes of [40, 1, 59]) budget.spend({ iterations: 1, hashes }, 'here');
    expect([budget.spent, budget.left]).toEqual([100, 0]);
    expect(() => budget.spend({ iterations: 1, hashes: 1 }, 'here')).toThrow(
      expect.objectContaining({
        code: 'ERR_LIMIT_EXCEEDED',
        limit: 'totalIterations',
        found: 101,
        maximum: 100,
        message: 'here: totalIterations 101 is over the limit of 100',
      }),
    );
  });

  test('is not spent by what is refused', () => {
    const budget = new IterationBudget(withDefaults({ totalIterations: 100 }));
    expect(() => budget.spend({ iterations: 1, hashes: 101 }, 'here')).toThrow(
      expect.objectContaining({ limit: 'totalIterations', found: 101 }),
    );
    expect(budget.left).toBe(100);
  });

  test('refuses a count by what the file states, whatever it costs', () => {
    const budget = new IterationBudget(withDefaults({ iterations: 10 }));
    budget.spend({ iterations: 10, hashes: 1 }, 'here');
    expect(() => budget.spend({ iterations: 11, hashes: 1 }, 'here')).toThrow(
      expect.objectContaining({
        limit: 'iterations',
        found: 11,
        message: 'here: iterations 11 is over the limit of 10',
      }),
    );
    expect(budget.spent).toBe(1);
  });
});

// Every block of output is derived by itself, with the whole count.
describe('what a derivation costs, in hashes', () => {
  test.each([
    ['sha1', 20, 10],
    ['sha1', 21, 20],
    ['sha1', 24, 20],
    ['sha256', 32, 10],
    ['sha512', 0, 0],
  ])('PKCS#12 with %s, %i bytes of output', (hash, length, hashes) => {
    expect(pkcs12Hashes(hash, 10, length)).toBe(hashes);
  });

  test('a key sealed by Bouncy Castle: two blocks of key and one of IV', () => {
    expect(unsealingHashes(10)).toBe(30);
  });

  test("triple DES under PKCS#12's derivation: two blocks of key and one of IV", () => {
    const parameters = encodeSequence(encodeOctetString(salt), encodeInteger(10));
    const algorithm = { oid: '1.2.840.113549.1.12.1.3', parameters: Asn1Element.only(parameters, 'parameters') };
    expect(readPbeScheme(algorithm, defaultLimits, 'scheme').work).toEqual({ iterations: 10, hashes: 30 });
  });

  test("Sun's JCE: two chains", () => {
    expect(
      sunJceSchemes({ salt: Uint8Array.from({ length: 8 }, (_, i) => i), iterations: 10 }, 'key')[0]?.work,
    ).toEqual({
      iterations: 10,
      hashes: 20,
    });
  });

  test.each([
    [20, 10],
    [21, 20],
    [64, 40],
  ])('PBKDF2 with SHA-1, %i bytes of output', (length, hashes) => {
    const pbkdf2 = derivation('1.2.840.113549.1.5.12', encodeOctetString(salt), encodeInteger(10));
    expect(pbkdf2.work(length)).toEqual({ iterations: 10, hashes });
  });

  test('scrypt: N, r and p multiplied, for any length', () => {
    const numbers = [1024, 4, 3].map((number) => encodeInteger(number));
    const scrypt = derivation('1.3.6.1.4.1.11591.4.11', encodeOctetString(salt), ...numbers);
    expect(scrypt.work(1)).toEqual({ iterations: 1024 * 4 * 3, hashes: 1024 * 4 * 3 });
    expect(scrypt.work(128)).toEqual(scrypt.work(1));
  });
});
