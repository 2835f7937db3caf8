import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { fitsCertificate } from '../../../src/crypto/key/key-pair.js';
import type { PrivateKey } from '../../../src/crypto/key/private-key.js';

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
