import { describe, expect, test } from 'vitest';
import { encodeElement, encodeInteger, encodeSequence } from '../../../src/asn1/encode.js';
import { modularInverse } from '../../../src/crypto/key/modular-arithmetic.js';
import {
  completeRsaPrivateKey,
  encodeRsaPrivateKey,
  fitsRsaPublicKey,
  isIncomplete,
  likelyPublicExponent,
  readRsaPrivateKey,
  readRsaPublicKey,
} from '../../../src/crypto/key/rsa-private-key.js';
import { StoreMalformedError } from '../../../src/errors.js';

type RsaPrivateKey = ReturnType<typeof readRsaPrivateKey>;

/** A key that can be checked by hand: n = 5 · 11, e · d = 3 · 27 = 1 modulo 4 and modulo 10, and 11 = 1 modulo 5. */
const key: RsaPrivateKey = {
  modulus: 55n,
  publicExponent: 3n,
  privateExponent: 27n,
  prime1: 5n,
  prime2: 11n,
  exponent1: 3n,
  exponent2: 7n,
  coefficient: 1n,
  otherPrimes: [],
};
/** The same with a third prime: 17, 3 · 11 = 1 modulo 16, and 13 · 55 = 1 modulo 17; d = 27 modulo 40 and 11 modulo 16. */
const three: RsaPrivateKey = {
  ...key,
  modulus: 935n,
  privateExponent: 107n,
  otherPrimes: [{ prime: 17n, exponent: 11n, coefficient: 13n }],
};
const publicOf = ({ modulus, publicExponent }: RsaPrivateKey) => ({ modulus, publicExponent });

describe('the numbers of a private key', () => {
  test.each([
    ['two primes', key],
    ['three primes', three],
  ])('that belong together fit: %s', (_, each) => expect(fitsRsaPublicKey(each, publicOf(each))).toBe(true));

  test.each<[string, Partial<RsaPrivateKey>]>([
    ['private exponent', { privateExponent: 28n }],
    ['first prime', { prime1: 7n }],
    ['second prime', { prime2: 13n }],
    ['primes that are 1 and the modulus', { prime1: 1n, prime2: 55n }],
    ['primes that are negative', { prime1: -5n, prime2: -11n }],
    ['first exponent', { exponent1: 1n }],
    ['second exponent', { exponent2: 3n }],
    ['coefficient', { coefficient: 2n }],
    ['another prime', { otherPrimes: [{ prime: 17n, exponent: 11n, coefficient: 13n }] }],
  ])('with a wrong one do not: %s', (_, change) =>
    expect(fitsRsaPublicKey({ ...key, ...change }, publicOf(key))).toBe(false),
  );

  test.each([
    ['exponent', { prime: 17n, exponent: 3n, coefficient: 13n }],
    ['coefficient', { prime: 17n, exponent: 11n, coefficient: 1n }],
  ])('with a wrong one of the third prime do not: %s', (_, other) =>
    expect(fitsRsaPublicKey({ ...three, otherPrimes: [other] }, publicOf(three))).toBe(false),
  );

  test('do not fit another public key', () => {
    expect(fitsRsaPublicKey(key, { modulus: 65n, publicExponent: 3n })).toBe(false);
    expect(fitsRsaPublicKey(key, { modulus: 55n, publicExponent: 7n })).toBe(false);
    expect(fitsRsaPublicKey({ ...key, modulus: 1n }, { modulus: 1n, publicExponent: 3n })).toBe(false);
    expect(fitsRsaPublicKey({ ...key, publicExponent: 1n }, { modulus: 55n, publicExponent: 1n })).toBe(false);
  });

  test('do not fit with an exponent below 2, even if the equations hold', () => {
    const fits = (e: bigint, d: bigint, exponent2 = d) => {
      const each = { ...key, publicExponent: e, privateExponent: d, exponent1: d, exponent2 };
      return fitsRsaPublicKey(each, publicOf(each));
    };
    expect([fits(1n, 1n), fits(-3n, -27n, -7n), fits(3n, 27n)]).toEqual([false, false, true]);
  });

  // The primes of a key with three cannot be computed, so they must be used as they are.
  test.each([
    ['two primes', key],
    ['three primes', three],
  ])('fit if the public exponent is not stated: %s', (_, each) =>
    expect(fitsRsaPublicKey({ ...each, publicExponent: 0n }, publicOf(each))).toBe(true),
  );

  test('cannot be checked if they are longer than OpenSSL accepts', () => {
    const of = (bits: bigint) => ({ ...key, modulus: (1n << bits) - 1n });
    for (const [bits, result] of [
      [16_384n, false],
      [16_385n, undefined],
    ] as const)
      expect(fitsRsaPublicKey(of(bits), publicOf(of(bits)))).toBe(result);
    const withExponent = (publicExponent: bigint) =>
      fitsRsaPublicKey({ ...key, publicExponent }, { modulus: 55n, publicExponent });
    expect(withExponent((1n << 16_383n) | 1n)).toBe(false);
    expect(withExponent((1n << 16_384n) | 1n)).toBeUndefined();
    // Completing takes much longer than checking.
    for (const [bits, result] of [
      [8_192n, false],
      [8_193n, undefined],
    ] as const) {
      const incomplete = { ...of(bits), prime1: 0n };
      expect(fitsRsaPublicKey(incomplete, publicOf(incomplete))).toBe(result);
    }
  });
});

test.each(['prime1', 'prime2', 'exponent1', 'exponent2', 'coefficient', 'publicExponent'] as const)(
  'a key without %s is incomplete',
  (name) => expect([isIncomplete({ ...key, [name]: 0n }), isIncomplete(key)]).toEqual([true, false]),
);

test.each([
  [3n, { modulus: 55n, privateExponent: 27n }],
  [undefined, { modulus: 55n, privateExponent: 3n }],
  [undefined, { modulus: 14n, privateExponent: 27n }],
  [undefined, { modulus: 0n, privateExponent: 27n }],
  [3n, { modulus: 15n, privateExponent: 3n }],
  [undefined, { modulus: 55n, privateExponent: 1n }],
])('the public exponent is probably %s', (exponent, change) =>
  expect(likelyPublicExponent({ ...key, ...change })).toBe(exponent),
);

test('the public exponent is looked for up to 8,192 bits', () => {
  // Modulo 2^bits - 1 the order of 2 is the number of bits, so that 3 and its inverse modulo that are a pair.
  const guess = (bits: bigint, privateExponent: bigint) =>
    likelyPublicExponent({ ...key, modulus: (1n << bits) - 1n, privateExponent });
  expect([(3n * 2_731n) % 8_192n, (3n * 5_463n) % 8_194n]).toEqual([1n, 1n]);
  expect([guess(8_192n, 2_731n), guess(8_194n, 5_463n)]).toEqual([3n, undefined]);
});

test('an encoded key is read as it was; what is not one is refused', () => {
  expect(readRsaPrivateKey(encodeRsaPrivateKey(key), 'key')).toEqual(key);
  expect(() => readRsaPrivateKey(Uint8Array.of(0x30, 0), 'key')).toThrow(StoreMalformedError);
  expect(readRsaPublicKey(Uint8Array.of(0x30, 6, 2, 1, 55, 2, 1, 3))).toEqual({ modulus: 55n, publicExponent: 3n });
  expect(() => readRsaPublicKey(Uint8Array.of(0x30, 3, 2, 1, 55))).toThrow(/RSAPublicKey: two numbers expected/);
});

test.each([
  ['modulus', 0],
  ['public exponent', 1],
  ['private exponent', 2],
  ['prime 1', 3],
  ['prime 2', 4],
  ['exponent 1', 5],
  ['exponent 2', 6],
  ['coefficient', 7],
])('a %s that is not a number is named', (name, at) => {
  const numbers = Array.from({ length: 9 }, () => encodeInteger(1));
  numbers[at + 1] = encodeElement(5);
  expect(() => readRsaPrivateKey(encodeSequence(...numbers), 'key')).toThrow(
    new RegExp(`^key: ${name} expected, tag null found`),
  );
});

describe('further primes', () => {
  const eight = [55n, 3n, 27n, 5n, 11n, 3n, 7n, 1n].map(encodeInteger);
  const read = (others: Uint8Array) => readRsaPrivateKey(encodeSequence(encodeInteger(1), ...eight, others), 'key');

  test('have three numbers each; missing ones count as 0, which fits nothing', () => {
    const prime = encodeSequence(...[17n, 11n, 13n].map(encodeInteger));
    expect(read(encodeSequence(prime, encodeSequence())).otherPrimes).toEqual([
      { prime: 17n, exponent: 11n, coefficient: 13n },
      { prime: 0n, exponent: 0n, coefficient: 0n },
    ]);
  });

  test('of another type are named', () => {
    expect(() => read(encodeInteger(1))).toThrow('key: other primes expected');
    expect(() => read(encodeSequence(encodeInteger(1)))).toThrow('key: other prime expected');
    expect(() => read(encodeSequence(encodeSequence(encodeElement(5))))).toThrow('key: other prime expected');
  });
});

describe('the primes are computed', () => {
  test('for the smallest modulus, 15', () => {
    const completed = completeRsaPrivateKey({ ...key, modulus: 15n, privateExponent: 3n }, 3n);
    expect([completed?.prime1, completed?.prime2]).toEqual([5n, 3n]);
  });

  test('for no negative modulus', () => {
    for (const modulus of [-3n, -55n])
      expect(completeRsaPrivateKey({ ...key, modulus, privateExponent: 15n }, 7n)).toBeUndefined();
  });

  // In the first, 2^33 = 1 modulo 161; in the second, 2^145 = -1 modulo 649. Neither helps, so other bases are tried.
  test.each([
    [161n, 5n, 53n, 23n, 7n],
    [649n, 3n, 97n, 59n, 11n],
  ])('for %i, where the first bases do not lead to them', (modulus, e, privateExponent, prime1, prime2) => {
    expect(completeRsaPrivateKey({ ...key, modulus, privateExponent }, e)).toMatchObject({ prime1, prime2 });
  });

  test('for a private exponent that is as long as the modulus, and not for a longer one', () => {
    const complete = (privateExponent: bigint) => completeRsaPrivateKey({ ...key, privateExponent }, 3n)?.prime1;
    // 27 + 20 = 47, where 20 is the order modulo 55; 47 and 55 have six bits.
    expect([complete(27n), complete(47n), complete(67n)]).toEqual([11n, 11n, undefined]);
  });

  test('for exponents of 2 or more', () => {
    const complete = (e: bigint, privateExponent: bigint) =>
      completeRsaPrivateKey({ ...key, privateExponent }, e)?.prime1;
    // Modulo 55, 1 and 21 are inverse to each other, too, and so are -3 and 13.
    expect([complete(3n, 27n), complete(21n, 21n), complete(1n, 21n)]).toEqual([11n, 11n, undefined]);
    expect([complete(21n, 1n), complete(1n, 1n), complete(0n, 21n), complete(-3n, 13n)]).toEqual(
      Array(4).fill(undefined),
    );
  });

  // 2^4096 + 1 and 2^4095 + 1 are not prime, but coprime, and all equations hold: d · e - 1 is a multiple of 2^4096 and of 2^4095.
  test('for a modulus of 8,192 bits', () => {
    const [prime1, prime2] = [2n ** 4_096n + 1n, 2n ** 4_095n + 1n];
    const privateExponent = (1n + 4_095n * 2n ** 4_097n) / 11n;
    const completed = completeRsaPrivateKey({ ...key, modulus: prime1 * prime2, privateExponent }, 11n);
    expect(completed).toMatchObject({ prime1, prime2 });
  });

  // 2^9689 - 1 is prime, so these numbers would be complete in a second.
  test('for no modulus of more than 8,192 bits', () => {
    const prime = 2n ** 9_689n - 1n;
    const privateExponent = modularInverse(7n, prime - 1n) ?? expect.fail();
    expect(completeRsaPrivateKey({ ...key, modulus: 3n * prime, privateExponent }, 7n)).toBeUndefined();
  });

  // Otherwise a hundred modular powers would be computed, each of which takes a second.
  test('at once found to be impossible with an even public exponent', () => {
    const long = (1n << 8_191n) | 1n;
    expect(completeRsaPrivateKey({ ...key, modulus: long, privateExponent: long }, 4n)).toBeUndefined();
  });
});
