import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { Oid } from '../../../src/asn1/oids.js';
import { derivedKey, fitsPublicKey } from '../../../src/crypto/key/key-fits-certificate.js';
import { publicKeyBits, publicKeyInfoOf } from '../../../src/crypto/key/public-key.js';
import { watchWiping } from '../../wiping.js';
import { makeEc, makeRsa, partsOf, pkcs8Of, pkcs8With, rsaAlgorithm, spkiWith } from './key-maker.js';

afterEach(() => void vi.restoreAllMocks());

const nothing = encodeElement(5);
const algorithm = (oid: string, ...parameters: Uint8Array[]) =>
  encodeSequence(encodeObjectIdentifier(oid), ...parameters);
const field = (...numbers: bigint[]) => encodeSequence(...numbers.map(encodeInteger));

// 2 has the order 11 modulo 23: 2^5 = 9, 2^6 = 18.
const [dsa, dh] = [algorithm(Oid.dsa, field(23n, 11n, 2n)), algorithm(Oid.dhKeyAgreement, field(23n, 2n))];

describe('DSA and DH are compared by their numbers', () => {
  const key = (of: Uint8Array, x: Uint8Array = encodeInteger(5)) => pkcs8With(of, x);
  const spki = (of: Uint8Array, y: Uint8Array = encodeInteger(9)) => spkiWith(of, y);
  const inherited = algorithm(Oid.dsa);

  test.each<[string, ReturnType<typeof key>, Uint8Array, boolean | undefined]>([
    ['the right numbers of DSA', key(dsa), spki(dsa), true],
    ['the right numbers of DH', key(dh), spki(dh), true],
    [
      'DH under its other OID',
      key(algorithm(Oid.dhPublicNumber, field(23n, 2n, 11n))),
      spki(algorithm(Oid.dhPublicNumber, field(23n, 2n, 11n))),
      true,
    ],
    ['one DH key under each OID', key(dh), spki(algorithm(Oid.dhPublicNumber, field(23n, 2n))), false],
    ['another y', key(dsa), spki(dsa, encodeInteger(18)), false],
    ['another x', key(dsa, encodeInteger(6)), spki(dsa), false],
    ['another p in the certificate', key(dsa), spki(algorithm(Oid.dsa, field(47n, 11n, 2n))), false],
    ['another g in the certificate', key(dsa), spki(algorithm(Oid.dsa, field(23n, 11n, 3n))), false],
    // 7 has the order 7 modulo 29, and 7^5 = 16.
    [
      'numbers that fit with the parameters of the certificate, which are not those of the key',
      key(dsa),
      spki(algorithm(Oid.dsa, field(29n, 7n, 7n)), encodeInteger(16)),
      false,
    ],
    ['parameters in the key alone', key(dsa), spki(inherited), true],
    ['parameters in the certificate alone', key(inherited), spki(dsa), true],
    ['NULL in the place of parameters', key(algorithm(Oid.dsa, nothing)), spki(dsa), true],
    ['parameters nowhere', key(inherited), spki(inherited), undefined],
    ['malformed parameters in the key', key(algorithm(Oid.dsa, field(23n))), spki(dsa), true],
    ['malformed parameters in the certificate', key(dsa), spki(algorithm(Oid.dsa, field(23n))), true],
    ['a y of another type', key(dsa), spki(dsa, nothing), undefined],
    ['an x of another type', key(dsa, nothing), spki(dsa), false],
    // g^0 = 1.
    ['an x of another type, and a y of 1', key(dsa, nothing), spki(dsa, encodeInteger(1)), false],
    ['both of another type', key(dsa, nothing), spki(dsa, nothing), undefined],
    ['an x that no key has', key(dsa, encodeInteger(11)), spki(dsa), undefined],
  ])('%s', (_, own, certified, expected) => expect(fitsPublicKey(own, certified)).toBe(expected));
});

describe('RSA with a malformed half', () => {
  const rsa = makeRsa(512);
  test.each([
    ['the public one', rsa.key(), spkiWith(rsaAlgorithm, nothing), undefined],
    ['the private one', pkcs8With(rsaAlgorithm, nothing), rsa.spki, false],
    ['both', pkcs8With(rsaAlgorithm, nothing), spkiWith(rsaAlgorithm, nothing), undefined],
  ])('%s', (_, key, spki, expected) => expect(fitsPublicKey(key, spki)).toBe(expected));

  test('under the OID of OAEP is compared as well', () => {
    const { octets } = partsOf(rsa.key().pkcs8);
    expect(fitsPublicKey(pkcs8With(algorithm(Oid.rsaesOaep), octets), rsa.spki)).toBe(true);
  });
});

describe('an OCTET STRING in more segments inside each other than are allowed is an error, not an answer', () => {
  let deep = encodeOctetString(encodeInteger(5));
  for (let i = 0; i < 150; i++) deep = encodeElement(0x24, deep);
  const limit = expect.objectContaining({ code: 'ERR_LIMIT_EXCEEDED', limit: 'asn1Depth' });
  const key = (of: Uint8Array) => ({ algorithm: 'any', pkcs8: encodeSequence(encodeInteger(0), of, deep) });

  test.each<[string, Uint8Array, Uint8Array]>([
    ['RSA', rsaAlgorithm, makeRsa(512).spki],
    ['DSA', dsa, spkiWith(dsa, encodeInteger(9))],
  ])('%s', (_, of, spki) => {
    expect(() => fitsPublicKey(key(of), spki)).toThrow(limit);
    expect(() => publicKeyBits(key(of))).toThrow(limit);
  });
});

describe('a derived public key', () => {
  const ec = makeEc('prime256v1', '1.2.840.10045.3.1.7');

  test('is computed once for each private key', () => {
    const key = ec.key();
    expect(fitsPublicKey(key, ec.spki)).toBe(true);
    // Nothing but the algorithm is read again.
    key.pkcs8.fill(0, -100);
    expect(fitsPublicKey(key, ec.spki)).toBe(true);
    expect(fitsPublicKey({ ...key }, ec.spki)).toBe(false);
  });

  test('does not exist for an invalid private key, whose copy is overwritten', () => {
    const copy = Uint8Array.of(0x30, 3, 2, 1, 77);
    const wiped = watchWiping();
    expect(derivedKey(() => copy, ec.key().pkcs8)).toBeUndefined();
    expect(wiped).toContain('0\u0003\u0002\u0001M');
  });

  test('is that of a key without a public half as well', () => {
    const x25519 = generateKeyPairSync('x25519');
    const key = { algorithm: 'X25519', pkcs8: pkcs8Of(x25519.privateKey) };
    const spki = new Uint8Array(x25519.publicKey.export({ format: 'der', type: 'spki' }));
    expect([fitsPublicKey(key, spki), publicKeyInfoOf(key)]).toEqual([true, spki]);
  });
});

describe('the bits of a public key', () => {
  test('of DSA are y', () => {
    expect(publicKeyBits(pkcs8With(dsa, encodeInteger(5)))).toEqual(encodeInteger(9));
    expect(publicKeyInfoOf(pkcs8With(dsa, encodeInteger(5)))).toEqual(spkiWith(dsa, encodeInteger(9)));
  });

  test.each([
    ['an x that no key has', pkcs8With(dsa, encodeInteger(11))],
    ['an x of another type', pkcs8With(dsa, nothing)],
    ['no parameters', pkcs8With(algorithm(Oid.dsa), encodeInteger(5))],
    ['parameters of another type', pkcs8With(algorithm(Oid.dsa, nothing), encodeInteger(5))],
  ])('of DSA are unknown with %s', (_, key) => expect(publicKeyBits(key)).toBeUndefined());

  test('of RSA are modulus and exponent as they are stored', () => {
    // BER allows leading zero octets in an INTEGER.
    const [modulus, exponent] = [encodeElement(2, Uint8Array.of(0, 0, 55)), encodeInteger(3)];
    const key = pkcs8With(rsaAlgorithm, encodeSequence(encodeInteger(0), modulus, exponent));
    expect(publicKeyBits(key)).toEqual(encodeSequence(modulus, exponent));
  });

  test('of an algorithm without an OID are unknown', () => {
    const key = pkcs8With(encodeSequence(), encodeInteger(5));
    expect(publicKeyBits(key)).toBeUndefined();
    expect(publicKeyBits({ algorithm: 'any', pkcs8: encodeSequence(encodeInteger(0), rsaAlgorithm) })).toBeUndefined();
  });
});
