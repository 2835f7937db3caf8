import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { Oid } from '../../../src/asn1/oids.js';
import * as page from '../../../src/crypto/platform-web.js';
import { pointOf } from '../../../src/crypto/web/elliptic-curve.js';
import { watchWiping } from '../../wiping.js';
import { curves, makeEc, partsOf, pkcs8Of, pkcs8With, rsaAlgorithm, spkiWith } from '../key/key-maker.js';

afterEach(() => void vi.restoreAllMocks());

const nothing = encodeElement(5);
const algorithm = (oid: string, ...parameters: Uint8Array[]) =>
  encodeSequence(encodeObjectIdentifier(oid), ...parameters);
const ec = (curve: string) => algorithm(Oid.ecPublicKey, encodeObjectIdentifier(curve));
const spkiOf = (key: ReturnType<typeof page.importPublicKey>) =>
  new Uint8Array(key.export({ format: 'der', type: 'spki' }));

const p256Oid = encodeObjectIdentifier('1.2.840.10045.3.1.7');
// The last octet of an OID has no continuation bit (X.690 8.19.2).
const malformedCurve = algorithm(Oid.ecPublicKey, encodeElement(6, Uint8Array.of(0x80)));

describe('a public key that the page does not import', () => {
  test.each<[string, Uint8Array, string]>([
    [
      'an algorithm alone',
      encodeSequence(rsaAlgorithm),
      'public key: SubjectPublicKeyInfo: algorithm and key expected (at byte 0)',
    ],
    ['another type', nothing, 'public key: SubjectPublicKeyInfo expected, tag null found (at byte 0)'],
    [
      'an algorithm of another type',
      encodeSequence(nothing, nothing),
      'public key: key algorithm expected, tag null found (at byte 2)',
    ],
    [
      'bits of another type',
      encodeSequence(rsaAlgorithm, nothing),
      `public key: public key expected, tag null found (at byte ${2 + rsaAlgorithm.length})`,
    ],
    [
      'DSA with a number of another type',
      spkiWith(algorithm(Oid.dsa, encodeSequence(...[23, 11, 2].map(encodeInteger))), nothing),
      'public key: y expected, tag null found (at byte 0)',
    ],
    ['another algorithm', spkiWith(algorithm('1.2.3'), nothing), 'no key of 1.2.3'],
    ['OAEP', spkiWith(algorithm(Oid.rsaesOaep), nothing), `no key of ${Oid.rsaesOaep}`],
    ['DSA that inherits its parameters', spkiWith(algorithm(Oid.dsa), encodeInteger(9)), `no key of ${Oid.dsa}`],
    ['a curve without a name', spkiWith(algorithm(Oid.ecPublicKey), nothing), `no key of ${Oid.ecPublicKey}`],
    [
      'a curve in numbers',
      spkiWith(algorithm(Oid.ecPublicKey, encodeSequence()), nothing),
      `no key of ${Oid.ecPublicKey}`,
    ],
    ['another curve', spkiWith(ec('1.3.132.0.33'), nothing), 'no curve 1.3.132.0.33'],
    [
      'a curve with a malformed OID',
      spkiWith(malformedCurve, nothing),
      'public key: curve: bad OBJECT IDENTIFIER (at byte 13)',
    ],
    ['another algorithm with a curve', spkiWith(algorithm('1.2.3', p256Oid), nothing), 'no key of 1.2.3'],
  ])('%s', (_, spki, message) =>
    expect(() => page.importPublicKey(spki, 'spki')).toThrow(expect.objectContaining({ message })),
  );
});

describe('a private key of which the page derives no public key', () => {
  const key = (of: Uint8Array, octets: Uint8Array) => pkcs8With(of, octets).pkcs8;
  const p256 = ec('1.2.840.10045.3.1.7');
  test.each<[string, Uint8Array, string]>([
    ['no octets', encodeSequence(encodeInteger(0), p256), 'private key: PrivateKeyInfo: too short (at byte 0)'],
    ['EC without a number', key(p256, encodeSequence(encodeInteger(1))), 'no private key'],
    ['another type', nothing, 'private key: PrivateKeyInfo expected, tag null found (at byte 0)'],
    [
      'an algorithm of another type',
      encodeSequence(encodeInteger(0), nothing, nothing),
      'private key: key algorithm expected, tag null found (at byte 5)',
    ],
    ['EC of another type', key(p256, nothing), 'private key: ECPrivateKey expected, tag null found (at byte 0)'],
    ['RSA, which is computed elsewhere', key(rsaAlgorithm, encodeSequence()), `no key of ${Oid.rsaEncryption}`],
    ['a curve without a name', key(algorithm(Oid.ecPublicKey), encodeSequence()), `no key of ${Oid.ecPublicKey}`],
    [
      'another curve',
      key(ec('1.3.132.0.33'), encodeSequence(encodeInteger(1), encodeOctetString(Uint8Array.of(1)))),
      'no curve 1.3.132.0.33',
    ],
    [
      'a curve with a malformed OID',
      key(malformedCurve, encodeSequence(encodeInteger(1), encodeOctetString(Uint8Array.of(1)))),
      'private key: curve: bad OBJECT IDENTIFIER (at byte 16)',
    ],
    [
      'another algorithm with a curve',
      key(algorithm('1.2.3', p256Oid), encodeSequence(encodeInteger(1), encodeOctetString(Uint8Array.of(1)))),
      'no key of 1.2.3',
    ],
  ])('%s', (_, pkcs8, message) =>
    expect(() => page.derivePublicKey(pkcs8)).toThrow(expect.objectContaining({ message })),
  );
});

describe.each(curves.filter(([name]) => name !== 'SM2'))('EC on %s', (name, oid) => {
  const own = makeEc(name, oid);
  const half = (own.point.length - 1) / 2;

  test('with a compressed point is the same key, and exported with the whole point', () => {
    const compressed = Uint8Array.of(2 + ((own.point.at(-1) ?? 0) & 1), ...own.point.subarray(1, 1 + half));
    const key = page.importPublicKey(spkiWith(own.algorithm, compressed), 'spki');
    expect(spkiOf(key)).toEqual(own.spki);
    expect(key.equals(page.importPublicKey(own.spki, 'spki'))).toBe(true);
    expect(key.equals(page.importPublicKey(makeEc(name, oid).spki, 'spki'))).toBe(false);
  });

  // SEC 1 C.4 wants the length of the order.
  test('with leading zeros that are missing or too many has the same public key', () => {
    const key = (...scalar: number[]) =>
      pkcs8With(own.algorithm, encodeSequence(encodeInteger(1), encodeOctetString(Uint8Array.from(scalar)))).pkcs8;
    const whole = spkiOf(page.derivePublicKey(key(...new Array(half - 2).fill(0), 3, 5)));
    expect(spkiOf(page.derivePublicKey(key(3, 5)))).toEqual(whole);
    expect(spkiOf(page.derivePublicKey(key(...new Array(half + 3).fill(0), 3, 5)))).toEqual(whole);
    expect(spkiOf(page.derivePublicKey(key(3, 6)))).not.toEqual(whole);
    const node = createPublicKey({ key: Buffer.from(whole), format: 'der', type: 'spki' });
    expect(new Uint8Array(node.export({ format: 'der', type: 'spki' }))).toEqual(whole);
  });

  test('computes the point uncompressed', () => {
    const scalar = partsOf(own.key().pkcs8).octets;
    const octets = Asn1Element.only(scalar, 'key').sequence('key')[1]?.octets() ?? expect.fail();
    expect(pointOf(oid, octets)).toEqual(own.point);
  });

  test('leaves no copy of the private number', () => {
    const scalar = new Uint8Array(half).fill(1);
    const inner = encodeSequence(encodeInteger(1), encodeOctetString(scalar));
    const wiped = watchWiping();
    page.derivePublicKey(pkcs8With(own.algorithm, inner).pkcs8);
    expect(wiped).toContain(Buffer.from(scalar).toString('latin1'));
  });
});

test('an RSAPublicKey is exported as SubjectPublicKeyInfo, as Node writes it', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const key = page.importPublicKey(publicKey.export({ format: 'der', type: 'pkcs1' }), 'pkcs1');
  expect(spkiOf(key)).toEqual(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })));
  expect(key.asymmetricKeyType).toBe('rsa');
});

test.each(['ed25519', 'ed448', 'x25519', 'x448'] as const)(
  'a derived key of %s is exported as Node writes it',
  (type) => {
    const { publicKey, privateKey } = generateKeyPairSync(type as 'ed25519');
    const derived = page.derivePublicKey(pkcs8Of(privateKey));
    expect(spkiOf(derived)).toEqual(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })));
  },
);

test.each([
  ['RSA', 'rsa'],
  ['EC', 'ec'],
])('a signature of %s without a hash cannot be verified', (_, type) => {
  const { publicKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 1024 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = page.importPublicKey(publicKey.export({ format: 'der', type: 'spki' }), 'spki');
  expect(() => page.verifySignature({}, nothing, key, nothing)).toThrow(new Error('no hash '));
});

test.each(['ed25519', 'ed448'] as const)('a derived key of %s verifies a signature', (type) => {
  const { privateKey } = generateKeyPairSync(type as 'ed25519');
  const derived = page.derivePublicKey(pkcs8Of(privateKey));
  expect(page.verifySignature({}, nothing, derived, sign(null, nothing, privateKey))).toBe(true);
});

test('what the page does not do is said', () => {
  expect(page.platformName).toBe('this page');
  expect(() => page.verifyCertificate()).toThrow(new Error('no RSASSA-PSS with two different hashes'));
  expect(() => page.decryptPrivateKey()).toThrow(new Error('the page reads no PEM files'));
});
