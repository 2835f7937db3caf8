import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { completedKey } from '../../../src/crypto/key/complete-rsa-key.js';
import { publicNumber, readDhParameters, readDsaParameters } from '../../../src/crypto/key/dsa-and-dh-key.js';
import { withoutEcPublicKey } from '../../../src/crypto/key/ec-private-key.js';
import { fitsCertificate, fitsPublicKey } from '../../../src/crypto/key/key-fits-certificate.js';
import { toKeyObject } from '../../../src/crypto/key/key-object.js';
import {
  bitLength,
  greatestCommonDivisor,
  modularInverse,
  modularPower,
} from '../../../src/crypto/key/modular-arithmetic.js';
import { normalizePkcs8 } from '../../../src/crypto/key/pkcs8-normalize.js';
import type { PrivateKey } from '../../../src/crypto/key/private-key.js';
import { readPrivateKeyInfo } from '../../../src/crypto/key/private-key.js';
import { publicKeyBits, publicKeyInfoOf } from '../../../src/crypto/key/public-key.js';
import {
  completeRsaPrivateKey,
  likelyPublicExponent,
  readRsaPrivateKey,
  readRsaPublicKey,
} from '../../../src/crypto/key/rsa-private-key.js';
import { toTraditionalKey } from '../../../src/crypto/key/traditional-key.js';
import { readEncryptedPrivateKey } from '../../../src/crypto/pbe/decrypt-private-key.js';
import { makeEc, makeRsa, pkcs8Of, pkcs8With, rsaAlgorithm, spkiWith } from './key-maker.js';

const only = (der: Uint8Array) => Asn1Element.only(der, 'key');
const number = (value: number | bigint) => encodeInteger(value);
const numbers = (...values: (number | bigint)[]) => encodeSequence(...values.map(number));
const nothing = encodeElement(5);
const octets = encodeOctetString(nothing);
const dsaOid = encodeObjectIdentifier('1.2.840.10040.4.1');
const ec = makeEc('prime256v1', '1.2.840.10045.3.1.7');
const key = (pkcs8: Uint8Array): PrivateKey => ({ algorithm: 'any', pkcs8 });
const certificate = (...fields: Uint8Array[]) => encodeSequence(encodeSequence(...fields));

describe('what is missing or of another type is named', () => {
  test.each<[string, () => unknown, string]>([
    ['no PrivateKeyInfo', () => readPrivateKeyInfo(nothing, 'key'), 'key: PrivateKeyInfo expected'],
    [
      'a PrivateKeyInfo of one part',
      () => readPrivateKeyInfo(encodeSequence(number(0)), 'key'),
      'key: PrivateKeyInfo: too short',
    ],
    [
      'one of two parts',
      () => readPrivateKeyInfo(encodeSequence(number(0), rsaAlgorithm), 'key'),
      'PrivateKeyInfo: too short',
    ],
    [
      'version 2',
      () => readPrivateKeyInfo(encodeSequence(number(2), rsaAlgorithm, octets), 'key'),
      'version: 0 or 1 expected',
    ],
    [
      'a version of another type',
      () => readPrivateKeyInfo(encodeSequence(nothing, rsaAlgorithm, octets), 'key'),
      'version expected',
    ],
    [
      'an algorithm of another type',
      () => readPrivateKeyInfo(encodeSequence(number(0), nothing, octets), 'key'),
      'key algorithm expected',
    ],
    [
      'a key of another type',
      () => readPrivateKeyInfo(encodeSequence(number(0), rsaAlgorithm, nothing), 'key'),
      'private key expected',
    ],
    [
      'no EncryptedPrivateKeyInfo',
      () => readEncryptedPrivateKey(nothing, 'key'),
      'key: EncryptedPrivateKeyInfo expected',
    ],
    [
      'one of no parts',
      () => readEncryptedPrivateKey(encodeSequence(), 'key'),
      'EncryptedPrivateKeyInfo: two parts expected',
    ],
    [
      'one of one part',
      () => readEncryptedPrivateKey(encodeSequence(rsaAlgorithm), 'key'),
      'EncryptedPrivateKeyInfo: two parts expected',
    ],
    [
      'an encryption of another type',
      () => readEncryptedPrivateKey(encodeSequence(nothing, octets), 'key'),
      'key protection algorithm expected',
    ],
    [
      'a ciphertext of another type',
      () => readEncryptedPrivateKey(encodeSequence(rsaAlgorithm, nothing), 'key'),
      'protected key expected',
    ],
    [
      'an RSA key of two numbers',
      () => readRsaPrivateKey(numbers(0, 1, 1), 'key'),
      'RSAPrivateKey: modulus and two exponents expected',
    ],
    ['an RSA key of another type', () => readRsaPrivateKey(nothing, 'key'), 'RSAPrivateKey expected'],
    [
      'a modulus of another type',
      () => readRsaPrivateKey(encodeSequence(number(0), nothing, number(1), number(1)), 'key'),
      'modulus expected',
    ],
    [
      'an RSA public key of one number',
      () => readRsaPublicKey(numbers(1)),
      'RSA public key: RSAPublicKey: two numbers expected',
    ],
    ['an RSA public key of another type', () => readRsaPublicKey(nothing), 'RSAPublicKey expected'],
    [
      'a modulus of it of another type',
      () => readRsaPublicKey(encodeSequence(nothing, number(1))),
      'RSA public key: modulus expected, tag null found',
    ],
    [
      'an exponent of it of another type',
      () => readRsaPublicKey(encodeSequence(number(1), nothing)),
      'RSA public key: public exponent expected, tag null found',
    ],
    [
      'an RSA key to complete under another algorithm',
      () => completedKey(key(encodeSequence(number(0), nothing, octets)), ec.spki),
      'key: key algorithm expected, tag null found',
    ],
    [
      'a public key of another type to complete one',
      () => completedKey(makeRsa(512).key([1n, 0n, 1n]), encodeSequence(rsaAlgorithm, nothing)),
      'public key: public key expected, tag null found',
    ],
    [
      'a traditional key under an algorithm of another type',
      () => toTraditionalKey(key(encodeSequence(number(0), nothing, octets))),
      'private key: key algorithm expected, tag null found',
    ],
    [
      'a traditional key of DSA with a number of another type',
      () => toTraditionalKey(pkcs8With(encodeSequence(dsaOid, numbers(23, 11, 2)), nothing)),
      'DSA private key: DSA private key expected, tag null found',
    ],
    [
      'a traditional key of DSA with parameters of another type',
      () => toTraditionalKey(pkcs8With(encodeSequence(dsaOid, nothing), number(5))),
      'private key: DSA parameters expected, tag null found',
    ],
    [
      'a key of version 2 under an algorithm of another type',
      () => normalizePkcs8(encodeSequence(number(1), nothing, octets, encodeElement(0x81))),
      'private key: key algorithm expected, tag null found',
    ],
    ['a key to normalize of another type', () => normalizePkcs8(nothing), 'private key: PrivateKeyInfo expected'],
    [
      'a key to compare under an algorithm of another type',
      () => fitsPublicKey(key(encodeSequence(number(0), nothing, octets)), ec.spki),
      'key: key algorithm expected, tag null found',
    ],
    [
      'a public key to compare under an algorithm of another type',
      () => fitsPublicKey(ec.key(), encodeSequence(nothing, octets)),
      'public key: key algorithm expected, tag null found',
    ],
    [
      'a certificate whose fields are of another type',
      () => fitsCertificate(ec.key(), encodeSequence(nothing)),
      'certificate: TBSCertificate expected, tag null found',
    ],
    [
      'DSA parameters of two numbers',
      () => readDsaParameters(only(numbers(1, 1))),
      'DSA parameters: three numbers expected',
    ],
    ['DSA parameters of another type', () => readDsaParameters(only(nothing)), 'DSA parameters expected'],
    ...[0, 1, 2].map((at): [string, () => unknown, string] => [
      `DSA parameter ${at + 1} of another type`,
      () => readDsaParameters(only(encodeSequence(...[0, 1, 2].map((i) => (i === at ? nothing : number(1)))))),
      'key: DSA parameter expected, tag null found',
    ]),
    ['DH parameters of one number', () => readDhParameters(only(numbers(1))), 'DH parameters: two numbers expected'],
    ['DH parameters of another type', () => readDhParameters(only(nothing)), 'DH parameters expected'],
    ...[0, 1].map((at): [string, () => unknown, string] => [
      `DH parameter ${at + 1} of another type`,
      () => readDhParameters(only(encodeSequence(...[0, 1].map((i) => (i === at ? nothing : number(1)))))),
      'key: DH parameter expected, tag null found',
    ]),
    [
      'an EC key of two parts',
      () => withoutEcPublicKey(encodeSequence(number(0), rsaAlgorithm)),
      'EC key: PrivateKeyInfo: too short',
    ],
    ['no EC key', () => withoutEcPublicKey(nothing), 'PrivateKeyInfo expected'],
    [
      'no ECPrivateKey in it',
      () => withoutEcPublicKey(pkcs8With(ec.algorithm, nothing).pkcs8),
      'EC key: ECPrivateKey expected',
    ],
    [
      'a key to compare of one part',
      () => fitsPublicKey(key(encodeSequence(number(0))), ec.spki),
      'key: PrivateKeyInfo: too short',
    ],
    [
      'a key to compare of two parts',
      () => fitsPublicKey(key(encodeSequence(number(0), rsaAlgorithm)), ec.spki),
      'key: PrivateKeyInfo: too short',
    ],
    ['no key to compare', () => fitsPublicKey(key(nothing), ec.spki), 'PrivateKeyInfo expected'],
    ['no public key', () => fitsPublicKey(ec.key(), nothing), 'SubjectPublicKeyInfo expected'],
    [
      'a public key of no parts',
      () => fitsPublicKey(ec.key(), encodeSequence()),
      'public key: SubjectPublicKeyInfo: algorithm and key expected',
    ],
    [
      'a public key of one part',
      () => fitsPublicKey(ec.key(), encodeSequence(rsaAlgorithm)),
      'SubjectPublicKeyInfo: algorithm and key expected',
    ],
    ['no certificate', () => fitsCertificate(ec.key(), nothing), 'Certificate expected'],
    [
      'a certificate of nothing',
      () => fitsCertificate(ec.key(), encodeSequence()),
      'certificate: Certificate: no public key',
    ],
    [
      'a certificate without a key',
      () => fitsCertificate(ec.key(), certificate(...new Array(5).fill(nothing))),
      'Certificate: no public key',
    ],
    [
      'a certificate of version 3 without a key',
      () => fitsCertificate(ec.key(), certificate(encodeElement(0xa0, number(2)), ...new Array(5).fill(nothing))),
      'Certificate: no public key',
    ],
    [
      'an RSA key without a SubjectPublicKeyInfo',
      () => completedKey(makeRsa(512).key([1n, 0n, 1n]), nothing),
      'SubjectPublicKeyInfo expected',
    ],
    ['a traditional key of another type', () => toTraditionalKey(key(nothing)), 'PrivateKeyInfo expected'],
    [
      'a traditional key without octets',
      () => toTraditionalKey(key(encodeSequence(number(0), rsaAlgorithm))),
      'private key: PrivateKeyInfo: too short',
    ],
  ])('%s', (_, read, message) => expect(read).toThrow(message));
});

describe('a private key and a certificate', () => {
  test('of version 1 and of version 3 are compared', () => {
    const filler = new Array(5).fill(nothing);
    const version = encodeElement(0xa0, number(2));
    expect(fitsCertificate(ec.key(), certificate(...filler, ec.spki))).toBe(true);
    expect(fitsCertificate(ec.key(), certificate(version, ...filler, ec.spki))).toBe(true);
    const another = makeEc('prime256v1', '1.2.840.10045.3.1.7');
    expect(fitsCertificate(ec.key(), certificate(version, ...filler, another.spki))).toBe(false);
  });

  test('do not fit if the private key is none, while the public key is one', () => {
    const scalar = (...content: number[]) => encodeSequence(number(1), encodeOctetString(Uint8Array.from(content)));
    for (const inner of [scalar(0), scalar(), nothing])
      expect(fitsPublicKey(pkcs8With(ec.algorithm, inner), ec.spki)).toBe(false);
    const rsa = makeRsa(512);
    expect(fitsPublicKey(pkcs8With(rsaAlgorithm, nothing), rsa.spki)).toBe(false);
  });

  test('cannot be compared if the public key is none', () => {
    expect(fitsPublicKey(makeRsa(512).key(), spkiWith(rsaAlgorithm, nothing))).toBeUndefined();
    expect(fitsPublicKey(ec.key(), spkiWith(ec.algorithm, Uint8Array.of(9)))).toBeUndefined();
  });
});

describe('the public key of a private key', () => {
  test('is a SubjectPublicKeyInfo, as in a certificate', () => {
    expect(publicKeyInfoOf(ec.key())).toEqual(ec.spki);
    expect(publicKeyInfoOf(makeRsa(512).key([1n]))).toBeUndefined();
    expect(publicKeyInfoOf(key(nothing))).toBeUndefined();
    expect(publicKeyInfoOf(key(encodeSequence(number(0), ec.algorithm)))).toBeUndefined();
  });

  test.each([
    ['without an exponent', pkcs8With(rsaAlgorithm, numbers(0, 5))],
    ['without anything', pkcs8With(rsaAlgorithm, encodeSequence())],
    ['of another type', pkcs8With(rsaAlgorithm, nothing)],
  ])('is unknown for an RSA key %s', (_, rsa) => expect(publicKeyBits(rsa)).toBeUndefined());

  test('is an object of Node', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const object = toKeyObject({ algorithm: 'EC', pkcs8: pkcs8Of(privateKey) });
    expect(object.equals(createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })))).toBe(true);
    for (const mistake of ['pem', { algorithm: 'EC' }, { algorithm: 'EC', pkcs8: 'pem' }])
      expect(() => toKeyObject(mistake as unknown as PrivateKey)).toThrow(
        /^toKeyObject: key must be a PrivateKey; an entry's getPrivateKey\(\) returns one/,
      );
  });
});

describe('the public number of DSA and DH', () => {
  // 2 has the order 11 modulo 23.
  const field = { p: 23n, g: 2n, q: 11n };
  test.each([
    ['g^x mod p', field, 5n, 9n],
    ['x = 1', field, 1n, 2n],
    ['x = 0', field, 0n, undefined],
    ['x = q - 1', field, 10n, 12n],
    ['x = q', field, 11n, undefined],
    ['x = p - 1, without q', { p: 23n, g: 2n }, 22n, 1n],
    ['x = p, without q', { p: 23n, g: 2n }, 23n, undefined],
    ['g = 1, with which every signature is valid', { ...field, g: 1n }, 5n, undefined],
    ['p = 2', { p: 2n, g: 3n }, 1n, undefined],
    ['p = 3', { p: 3n, g: 2n }, 1n, 2n],
  ])('%s', (_, { p, g, ...rest }, x, y) => expect(publicNumber({ p, g, ...rest }, x)).toBe(y));

  const odd = (bits: bigint) => (1n << (bits - 1n)) | 1n;
  test.each([
    ['4,096 bits and a long x', 4_096n, 4_000n, true],
    ['4,097 bits and a long x', 4_097n, 513n, false],
    ['4,097 bits and a short x', 4_097n, 512n, true],
    ['10,000 bits', 10_000n, 10n, true],
    ['10,001 bits', 10_001n, 10n, false],
  ])('is computed for numbers of %s: %s', (_, bits, bitsOfX, isComputed) => {
    // A small g and a sparse x take no time; the size alone decides.
    const x = bitsOfX > 600n ? 1n << (bitsOfX - 1n) : odd(bitsOfX);
    expect(publicNumber({ p: odd(bits), g: 2n }, x) !== undefined).toBe(isComputed);
  });

  test('has parameters in their order', () => {
    expect(readDsaParameters(only(numbers(23, 11, 2)))).toEqual(field);
    expect(readDhParameters(only(numbers(23, 2, 11)))).toEqual({ p: 23n, g: 2n });
  });
});

describe('the primes of an RSA key', () => {
  // n = 5 · 11, and 3 · 27 = 1 modulo 40.
  const small = readRsaPrivateKey(numbers(0, 55, 0, 27), 'key');
  test('follow from modulus and exponents', () => {
    expect(completeRsaPrivateKey(small, 3n)).toEqual({
      modulus: 55n,
      publicExponent: 3n,
      privateExponent: 27n,
      prime1: 11n,
      prime2: 5n,
      exponent1: 7n,
      exponent2: 3n,
      coefficient: 9n,
      otherPrimes: [],
    });
  });

  test.each([
    ['a private exponent of 1', { privateExponent: 1n }, 1n],
    ['a private exponent longer than the modulus', { privateExponent: 27n + 40n }, 3n],
    ['a modulus below the product of two odd primes', { modulus: 14n }, 3n],
    ['another exponent', {}, 5n],
    ['a prime modulus', { modulus: 53n, privateExponent: 35n }, 3n],
    ['an even modulus', { modulus: 54n, privateExponent: 5n }, 11n],
    ['a modulus longer than 8,192 bits', { modulus: (1n << 8_192n) | 1n }, 3n],
  ])('do not follow from %s', (_, change, exponent) => {
    expect(completeRsaPrivateKey({ ...small, ...change }, exponent)).toBeUndefined();
  });

  test('nor is a public exponent guessed for a private exponent of 1', () => {
    expect(likelyPublicExponent({ ...small, modulus: 15n, privateExponent: 1n })).toBeUndefined();
  });
});

test.each([
  [2n, 10n, 1_000n, 24n],
  [7n, 0n, 13n, 1n],
  [7n, 0n, 1n, 0n],
  [15n, 1n, 13n, 2n],
])('%i to the power of %i modulo %i is %i', (base, exponent, modulus, expected) => {
  expect(modularPower(base, exponent, modulus)).toBe(expected);
});

test.each([
  [3n, 40n, 27n],
  [43n, 40n, 27n],
  [1n, 7n, 1n],
  [6n, 40n, undefined],
  [0n, 7n, undefined],
])('the inverse of %i modulo %i is %s', (value, modulus, expected) => {
  expect(modularInverse(value, modulus)).toBe(expected);
});

test('divisors and lengths', () => {
  expect([greatestCommonDivisor(12n, 18n), greatestCommonDivisor(7n, 0n), greatestCommonDivisor(5n, 9n)]).toEqual([
    6n,
    7n,
    1n,
  ]);
  expect([0n, 1n, 2n, 255n, 256n, (1n << 100n) - 1n, 1n << 100n].map(bitLength)).toEqual([0, 1, 2, 8, 9, 100, 101]);
});
