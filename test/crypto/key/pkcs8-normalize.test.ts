import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeElement, encodeInteger, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { normalizePkcs8 } from '../../../src/crypto/key/pkcs8-normalize.js';

/** A key as Bouncy Castle encodes it: version 2, the public key in [1]. */
function withPublicKey(key: KeyObject, ...attributes: Uint8Array[]): Uint8Array {
  const [, algorithm, secret] = Asn1Element.only(pkcs8Of(key), 'key').sequence('PrivateKeyInfo');
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const bits = Asn1Element.only(spki, 'public key').sequence('SubjectPublicKeyInfo')[1];
  if (!algorithm || !secret || !bits) throw new Error('not a key');
  const publicKey = encodeElement(0x81, bits.content);
  return encodeSequence(encodeInteger(1), algorithm.raw, secret.raw, ...attributes, publicKey);
}

function pkcs8Of(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }));
}

function load(pkcs8: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
}

const makers: Record<string, () => KeyObject> = {
  ed25519: () => generateKeyPairSync('ed25519').privateKey,
  ed448: () => generateKeyPairSync('ed448').privateKey,
  x25519: () => generateKeyPairSync('x25519').privateKey,
  x448: () => generateKeyPairSync('x448').privateKey,
};

describe('PKCS#8 of Bouncy Castle', () => {
  it.each(Object.keys(makers))('%s with its public key becomes what Node writes, and loads', (name) => {
    const key = makers[name]?.() as KeyObject;
    const stored = withPublicKey(key);
    const kept = stored.slice();
    const normal = normalizePkcs8(stored);
    expect(normal).toEqual(pkcs8Of(key));
    expect(stored).toEqual(kept);
    expect(load(normal).equals(key)).toBe(true);
  });

  it('keeps attributes', () => {
    const key = generateKeyPairSync('ed25519').privateKey;
    // [0] IMPLICIT SET OF Attribute, empty.
    const attributes = Uint8Array.of(0xa0, 0);
    const fields = Asn1Element.only(normalizePkcs8(withPublicKey(key, attributes)), 'key').sequence('PrivateKeyInfo');
    expect(fields.map((field) => field.tag)).toEqual([0x02, 0x10, 0x04, 0x80]);
    expect(fields[0]?.smallInteger('version')).toBe(0);
  });

  it('leaves every other key as it is', () => {
    for (const key of [
      generateKeyPairSync('ed25519').privateKey,
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
    ]) {
      const pkcs8 = pkcs8Of(key);
      expect(normalizePkcs8(pkcs8)).toBe(pkcs8);
    }
    const ec = withPublicKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    expect(normalizePkcs8(ec)).toBe(ec);
    const short = encodeSequence(encodeInteger(0), encodeOctetString(Uint8Array.of(1)));
    expect(normalizePkcs8(short)).toBe(short);
  });
});
