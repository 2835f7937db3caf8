import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { Oid } from '../../../src/asn1/oids.js';
import { completedKey } from '../../../src/crypto/key/complete-rsa-key.js';
import type { PrivateKey } from '../../../src/crypto/key/private-key.js';
import { publicKeyBits } from '../../../src/crypto/key/public-key.js';
import { watchWiping } from '../../wiping.js';
import { makeRsa, partsOf, pkcs8Of, pkcs8With } from './key-maker.js';

/** Only these numbers of a key, the rest 0, as Java writes it. */
const only = (rsa: ReturnType<typeof makeRsa>, ...kept: readonly number[]) =>
  rsa.key(rsa.numbers.map((number, i) => (kept.includes(i) ? number : 0n)));

describe('an RSA key is completed', () => {
  test.each([
    ['from modulus and private exponent, as Java writes RSAPrivateKeySpec', [0, 2]],
    ['from modulus and both exponents', [0, 1, 2]],
    ['where only the numbers that derive from the primes are missing', [0, 1, 2, 3, 4]],
  ])('%s', (_, kept) => {
    for (const e of [65_537n, 3n]) {
      const rsa = makeRsa(1024, 2, e);
      const completed = completedKey(only(rsa, ...kept), rsa.spki) ?? expect.fail();
      expect(completed.algorithm).toBe('RSA');
      // OpenSSL checks nothing when it loads, but jwk has every number; the primes may have changed places.
      const jwk = createPrivateKey({ key: Buffer.from(completed.pkcs8), format: 'der', type: 'pkcs8' }).export({
        format: 'jwk',
      });
      const number = (text: string | undefined) => BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`);
      const [n, , d, p = 0n, q = 0n] = rsa.numbers;
      expect([number(jwk.n), number(jwk.e), number(jwk.d)]).toEqual([n, e, d]);
      expect([number(jwk.p), number(jwk.q)]).toEqual(p > q ? [p, q] : [q, p]);
      expect(completedKey(completed, rsa.spki)).toBeUndefined();
    }
  });

  test('but not one that lacks nothing, nor one of another algorithm', () => {
    const rsa = makeRsa(1024);
    expect(completedKey(rsa.key(), rsa.spki)).toBeUndefined();
    const { privateKey } = generateKeyPairSync('ed25519');
    expect(completedKey({ algorithm: 'Ed25519', pkcs8: pkcs8Of(privateKey) }, rsa.spki)).toBeUndefined();
  });

  test('but not one of another certificate, or with a wrong exponent', () => {
    const [rsa, another] = [makeRsa(1024), makeRsa(1024)];
    expect(completedKey(only(rsa, 0, 2), another.spki)).toBeUndefined();
    const wrong = rsa.numbers.map((number, i) => (i === 0 ? number : i === 2 ? number + 2n : 0n));
    expect(completedKey(rsa.key(wrong), rsa.spki)).toBeUndefined();
  });
});

describe('a completed key', () => {
  const rsa = makeRsa(512);
  const fieldsOf = ({ pkcs8 }: PrivateKey) => Asn1Element.only(pkcs8, 'key').sequence('PrivateKeyInfo');
  const incomplete = only(rsa, 0, 2);
  const [version, algorithm, octets] = fieldsOf(incomplete).map(({ raw }) => raw);
  if (!version || !algorithm || !octets) throw new Error('a PrivateKeyInfo has three parts');
  const key = (...parts: Uint8Array[]): PrivateKey => ({ algorithm: 'RSA', pkcs8: encodeSequence(...parts) });

  test('keeps version, algorithm and attributes', () => {
    const attributes = encodeElement(0xa0, encodeSequence());
    const stated = encodeInteger(1);
    const completed = completedKey(key(stated, algorithm, octets, attributes), rsa.spki) ?? expect.fail();
    const [first, second, , ...rest] = fieldsOf(completed).map(({ raw }) => raw);
    expect([first, second, ...rest]).toEqual([stated, algorithm, attributes]);
  });

  test('may be restricted to PSS', () => {
    const pss = encodeSequence(encodeObjectIdentifier(Oid.rsassaPss));
    expect(completedKey(key(version, pss, octets), rsa.spki)).toBeDefined();
  });

  test('does not come from an algorithm that is not RSA', () => {
    const oaep = encodeSequence(encodeObjectIdentifier(Oid.rsaesOaep));
    expect(completedKey(key(version, oaep, octets), rsa.spki)).toBeUndefined();
  });

  test('leaves no copy of its numbers', () => {
    const completed = completedKey(incomplete, rsa.spki) ?? expect.fail();
    const numbers = Buffer.from(fieldsOf(completed)[2]?.octets() ?? expect.fail()).toString('latin1');
    const wiped = watchWiping();
    completedKey(incomplete, rsa.spki);
    vi.restoreAllMocks();
    expect(wiped).toContain(numbers);
    expect(Buffer.from(completed.pkcs8).toString('latin1')).toContain(numbers);
  });

  test.each<[string, () => unknown, string]>([
    ['no key', () => completedKey(key(version, algorithm), rsa.spki), 'key: PrivateKeyInfo: too short'],
    [
      'no public key',
      () => completedKey(incomplete, encodeSequence(algorithm)),
      'public key: SubjectPublicKeyInfo: algorithm and key expected',
    ],
    [
      'a public key of another type',
      () => completedKey(incomplete, encodeInteger(1)),
      'public key: SubjectPublicKeyInfo expected',
    ],
    [
      'a key of another type',
      () => completedKey({ algorithm: 'RSA', pkcs8: encodeInteger(1) }, rsa.spki),
      'key: PrivateKeyInfo expected',
    ],
    [
      'an algorithm of another type',
      () => completedKey(key(version, version, octets), rsa.spki),
      'key: key algorithm expected',
    ],
    [
      'public numbers of another type',
      () => completedKey(incomplete, encodeSequence(algorithm, version)),
      'public key: public key expected',
    ],
    ['no DER', () => completedKey({ algorithm: 'RSA', pkcs8: new Uint8Array() }, rsa.spki), 'key: element expected'],
    [
      'numbers of another type',
      () => completedKey(key(version, algorithm, encodeOctetString(encodeInteger(1))), rsa.spki),
      'RSA private key: RSAPrivateKey expected',
    ],
  ])('names what is malformed: %s', (_, complete, message) => expect(complete).toThrow(message));
});

test('the public half of an RSA key without a public exponent is found where that is a usual one', () => {
  for (const e of [65_537n, 3n, 17n]) {
    const rsa = makeRsa(512, 2, e);
    const bits = publicKeyBits(rsa.key());
    expect(publicKeyBits(only(rsa, 0, 2))).toEqual(bits);
    const pss = encodeSequence(encodeObjectIdentifier(Oid.rsassaPss));
    expect(publicKeyBits(pkcs8With(pss, partsOf(only(rsa, 0, 2).pkcs8).octets))).toEqual(bits);
  }
  expect(publicKeyBits(only(makeRsa(512, 2, 257n), 0, 2))).toBeUndefined();
});
