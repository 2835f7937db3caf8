import { createPublicKey, generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { fitsCertificate, fitsPublicKey } from '../../../src/crypto/key/key-fits-certificate.js';
import type { PrivateKey } from '../../../src/crypto/key/private-key.js';
import { curves, makeEc, makeRsa, partsOf, pkcs8Of, pkcs8With, spkiWith } from './key-maker.js';

const rsa = '1.2.840.113549.1.1.1';
const pss = '1.2.840.113549.1.1.10';
const oaep = '1.2.840.113549.1.1.7';
const unknown = '1.2.3.4.5';

const algorithm = (oid: string) => encodeSequence(encodeObjectIdentifier(oid));
const bits = (content: Uint8Array) => encodeElement(0x03, Uint8Array.of(0), content);

/** As much of a certificate as is looked at: a version, or none, and the key behind four fields more. */
function certificate(subjectPublicKeyInfo: Uint8Array, version = true): Uint8Array {
  const four = Array.from({ length: 4 }, () => encodeSequence());
  const stated = version ? [encodeElement(0xa0, encodeInteger(2))] : [];
  return encodeSequence(encodeSequence(...stated, encodeInteger(1), ...four, subjectPublicKeyInfo));
}

const spkiOf = (key: KeyObject) => new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
const keyOf = (key: KeyObject): PrivateKey => ({
  algorithm: 'any',
  pkcs8: new Uint8Array(key.export({ format: 'der', type: 'pkcs8' })),
});
/** The numbers of a key under another name. */
const renamed = (spki: Uint8Array, oid: string) =>
  encodeSequence(algorithm(oid), Asn1Element.only(spki, 'key').sequence('key')[1]?.raw ?? expect.fail());
const keyUnder = (oid: string, octets: Uint8Array): PrivateKey => ({
  algorithm: 'any',
  pkcs8: encodeSequence(encodeInteger(0), algorithm(oid), encodeOctetString(octets)),
});

const generate = {
  RSA: () => generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
  'RSA for PSS': () => generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).privateKey,
  EC: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  Ed25519: () => generateKeyPairSync('ed25519').privateKey,
};

describe.each(Object.entries(generate))('%s', (_, make) => {
  const [own, other] = [make(), make()];

  test.each([true, false])('fits its own certificate and no other (with a version: %s)', (version) => {
    expect(fitsCertificate(keyOf(own), certificate(spkiOf(own), version))).toBe(true);
    expect(fitsCertificate(keyOf(own), certificate(spkiOf(other), version))).toBe(false);
  });
});

describe('a key', () => {
  const [rsaKey, pssKey, ecKey] = [generate.RSA(), generate['RSA for PSS'](), generate.EC()];

  test('of RSA is the same under each of its three names', () => {
    for (const oid of [rsa, pss])
      expect(fitsCertificate(keyOf(pssKey), certificate(renamed(spkiOf(pssKey), oid)))).toBe(true);
    expect(fitsCertificate(keyOf(rsaKey), certificate(renamed(spkiOf(rsaKey), pss)))).toBe(true);
    // OpenSSL does not know the third, so cannot tell; that it does not fit would be wrong.
    expect(fitsCertificate(keyOf(rsaKey), certificate(renamed(spkiOf(rsaKey), oaep)))).not.toBe(false);
  });

  test('of another algorithm does not fit', () => {
    expect(fitsCertificate(keyOf(ecKey), certificate(spkiOf(rsaKey)))).toBe(false);
    expect(fitsCertificate(keyOf(rsaKey), certificate(renamed(spkiOf(rsaKey), unknown)))).toBe(false);
  });

  test('of RSA does not fit by modulus or exponent alone', () => {
    const [modulus, exponent] = Asn1Element.only(
      Asn1Element.only(spkiOf(rsaKey), 'key').sequence('key')[1]?.bitOctets('key') ?? expect.fail(),
      'numbers',
    ).sequence('numbers');
    const spki = (...numbers: Uint8Array[]) =>
      encodeSequence(
        encodeSequence(encodeObjectIdentifier(rsa), encodeElement(0x05)),
        bits(encodeSequence(...numbers)),
      );
    const [n, e] = [modulus?.raw ?? expect.fail(), exponent?.raw ?? expect.fail()];
    expect(fitsCertificate(keyOf(rsaKey), certificate(spki(n, e)))).toBe(true);
    expect(fitsCertificate(keyOf(rsaKey), certificate(spki(n, encodeInteger(3))))).toBe(false);
    const other = n.map((octet, i) => (i === 20 ? octet ^ 1 : octet));
    expect(fitsCertificate(keyOf(rsaKey), certificate(spki(other, e)))).toBe(false);
  });

  test('that is broken fits nothing', () => {
    expect(fitsCertificate(keyUnder(rsa, Uint8Array.of(1, 2, 3)), certificate(spkiOf(rsaKey)))).toBe(false);
  });

  test('of an algorithm that OpenSSL does not know may fit or not', () => {
    const spki = encodeSequence(algorithm(unknown), bits(Uint8Array.of(1)));
    expect(fitsCertificate(keyUnder(unknown, Uint8Array.of(1)), certificate(spki))).toBeUndefined();
  });

  test('is not held against what is no certificate', () => {
    expect(() => fitsCertificate(keyOf(ecKey), encodeSequence())).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_MALFORMED' }),
    );
  });
});

describe('the private half is what counts', () => {
  const rsa = makeRsa(1024);
  const another = makeRsa(1024);

  test('of RSA, with two to four primes', () => {
    for (const { key, spki } of [rsa, makeRsa(1020, 3), makeRsa(1020, 4)])
      expect(fitsPublicKey(key(), spki)).toBe(true);
  });

  test.each(['modulus', 'public exponent', 'private exponent', 'p', 'q', 'd mod p-1', 'd mod q-1', '1/q mod p'])(
    'of RSA: another %s does not fit',
    (name) => {
      const at = [
        'modulus',
        'public exponent',
        'private exponent',
        'p',
        'q',
        'd mod p-1',
        'd mod q-1',
        '1/q mod p',
      ].indexOf(name);
      const changed = rsa.numbers.map((number, i) => (i === at ? (another.numbers[i] ?? 0n) + 2n : number));
      expect(fitsPublicKey(rsa.key(changed), rsa.spki)).toBe(false);
    },
  );

  test('of RSA: modulus and public exponent alone do not fit', () => {
    const changed = rsa.numbers.map((number, i) => (i < 2 ? number : (another.numbers[i] ?? 0n)));
    expect(fitsPublicKey(rsa.key(changed), rsa.spki)).toBe(false);
    const swapped = rsa.numbers.map((number, i, all) => (i === 3 ? (all[4] ?? 0n) : i === 4 ? (all[3] ?? 0n) : number));
    expect(fitsPublicKey(rsa.key(swapped), rsa.spki)).toBe(false);
  });

  test('of RSA with three primes: another third prime, or its numbers, do not fit', () => {
    const three = makeRsa(1020, 3);
    const { algorithm, octets } = partsOf(three.key().pkcs8);
    for (const from of [40, 10, 1]) {
      // The third prime and its numbers stand at the end.
      const changed = octets.map((octet, i) => (i === octets.length - from ? octet ^ 2 : octet));
      expect(fitsPublicKey(pkcs8With(algorithm, changed), three.spki), `octet ${from}`).toBe(false);
    }
  });

  test('of RSA without primes, which are computed', () => {
    const without = (d: bigint) => rsa.key(rsa.numbers.map((number, i) => (i === 0 ? number : i === 2 ? d : 0n)));
    const [, , d = 0n] = rsa.numbers;
    expect(fitsPublicKey(without(d), rsa.spki)).toBe(true);
    for (const wrong of [d + 2n, 1n, 0n, another.numbers[2] ?? 0n])
      expect(fitsPublicKey(without(wrong), rsa.spki)).toBe(false);
  });

  test('of RSA too long to compute with: nothing is claimed', () => {
    const long = rsa.numbers.map((number) => number << 16_384n);
    const spki = spkiWith(
      encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.1.1'), encodeElement(0x05)),
      encodeSequence(encodeInteger(long[0] ?? 0n), encodeInteger(long[1] ?? 0n)),
    );
    expect(fitsPublicKey(rsa.key(long), spki)).toBeUndefined();
  });

  describe.each(curves)('of EC on %s', (curve, oid) => {
    const [own, other] = [makeEc(curve, oid), makeEc(curve, oid)];

    test('fits with its point, and without one', () => {
      expect(fitsPublicKey(own.key(), own.spki)).toBe(true);
      expect(fitsPublicKey(own.key(new Uint8Array()), own.spki)).toBe(true);
    });

    test('does not fit where another point stands beside the scalar', () => {
      expect(fitsPublicKey(own.key(other.point), other.spki)).toBe(false);
      // Its own certificate it fits all the same.
      expect(fitsPublicKey(own.key(other.point), own.spki)).toBe(true);
    });

    test('fits a certificate with a compressed point', () => {
      const { point, algorithm } = own;
      const half = (point.length - 1) / 2;
      const compressed = Uint8Array.of(2 + ((point.at(-1) ?? 0) & 1), ...point.subarray(1, 1 + half));
      expect(fitsPublicKey(own.key(), spkiWith(algorithm, compressed))).toBe(true);
      expect(fitsPublicKey(other.key(), spkiWith(algorithm, compressed))).toBe(false);
    });
  });

  test('of EC with its curve in numbers', () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' });
    const [own, spki] = [keyOf(pair.privateKey), spkiOf(pair.privateKey)];
    expect(fitsPublicKey(own, spki)).toBe(true);
    // The same curve, by its name in the certificate.
    const point = Asn1Element.only(spki, 'key').sequence('key')[1]?.bitOctets('key') ?? expect.fail();
    const named = makeEc('prime256v1', '1.2.840.10045.3.1.7');
    expect(fitsPublicKey(own, spkiWith(named.algorithm, point))).toBe(true);
    expect(fitsPublicKey(own, named.spki)).toBe(false);
  });

  test.each(['ed25519', 'ed448', 'x25519', 'x448'] as const)('of %s', (type) => {
    const [own, other] = [1, 2].map(() => generateKeyPairSync(type as 'ed25519').privateKey);
    if (!own || !other) expect.fail();
    const { algorithm, octets } = partsOf(pkcs8Of(own));
    // As Bouncy Castle writes it, with a public key that is not looked at.
    const beside = encodeElement(0x81, Uint8Array.of(0), new Uint8Array(octets.length - 2));
    const pkcs8 = encodeSequence(encodeInteger(1), algorithm, encodeOctetString(octets), beside);
    expect(fitsPublicKey({ algorithm: type, pkcs8 }, spkiOf(own))).toBe(true);
    expect(fitsPublicKey({ algorithm: type, pkcs8 }, spkiOf(other))).toBe(false);
  });

  describe.each<[string, KeyObject]>([
    ['DSA', generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey],
    // Node's types have no overload for it.
    [
      'DH',
      (generateKeyPairSync as (type: string, options: object) => KeyPairKeyObjectResult)('dh', { group: 'modp5' })
        .privateKey,
    ],
  ])('of %s', (_, privateKey) => {
    const { algorithm, octets } = partsOf(pkcs8Of(privateKey));
    const spki = spkiOf(privateKey);
    const bitsOf = (der: Uint8Array) =>
      Asn1Element.only(der, 'key').sequence('key')[1]?.bitOctets('key') ?? expect.fail();

    test('fits its own certificate, also one that inherits the parameters', () => {
      expect(fitsPublicKey(keyOf(privateKey), spki)).toBe(true);
      const oid = Asn1Element.only(algorithm, 'algorithm').sequence('algorithm')[0]?.raw ?? expect.fail();
      expect(fitsPublicKey(keyOf(privateKey), spkiWith(encodeSequence(oid), bitsOf(spki)))).toBe(true);
    });

    test('does not fit with another number, or with other parameters', () => {
      const x = Asn1Element.only(octets, 'x').integer('x');
      expect(fitsPublicKey(pkcs8With(algorithm, encodeInteger(x - 1n)), spki)).toBe(false);
      expect(fitsPublicKey(pkcs8With(algorithm, Uint8Array.of(4, 0)), spki)).toBe(false);
      const changed = algorithm.map((octet, i) => (i === 40 ? octet ^ 1 : octet));
      expect(fitsPublicKey(keyOf(privateKey), spkiWith(changed, bitsOf(spki)))).toBe(false);
    });
  });
});
