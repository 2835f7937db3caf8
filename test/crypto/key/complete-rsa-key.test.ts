import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { completedKey } from '../../../src/crypto/key/complete-rsa-key.js';
import { publicKeyBits } from '../../../src/crypto/key/public-key.js';
import { makeRsa, pkcs8Of } from './key-maker.js';

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

test('the public half of an RSA key without a public exponent is found where that is a usual one', () => {
  for (const e of [65_537n, 3n, 17n]) {
    const rsa = makeRsa(512, 2, e);
    expect(publicKeyBits(only(rsa, 0, 2))).toEqual(publicKeyBits(rsa.key()));
  }
  expect(publicKeyBits(only(makeRsa(512, 2, 257n), 0, 2))).toBeUndefined();
});
