import { hash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { iterateSha1Lanes } from '../../../src/crypto/hash/sha1-lanes.js';
import * as wasm from '../../../src/crypto/hash/wasm-module.js';
import { Pkcs12Companions } from '../../../src/crypto/kdf/pkcs12-companions.js';
import { derivePkcs12, type Pkcs12Parameters } from '../../../src/crypto/kdf/pkcs12-kdf.js';
import { watchWiping } from '../../wiping.js';

const password = Uint8Array.of(0, 0x78, 0, 0);
const salt = new Uint8Array(8).fill(7);
const wanted = (iterations: number, purpose: number, length: number, hashName = 'sha1'): Pkcs12Parameters => ({
  hash: hashName,
  salt,
  iterations,
  purpose,
  length,
});
const alone = (parameters: Pkcs12Parameters, of = password) =>
  toHex(derivePkcs12(parameters.hash, of, salt, parameters.iterations, parameters.purpose, parameters.length));

/** A store of the old Java: its MAC, and key and IV of a part and of a key. */
const ofAStore = [wanted(2000, 3, 20), wanted(1000, 1, 5), wanted(1000, 2, 8), wanted(900, 1, 24), wanted(901, 2, 8)];

afterEach(() => void vi.restoreAllMocks());

describe('SHA-1 in lanes', () => {
  test.each([1, 2, 3, 4])('hashes %i digests as OpenSSL does', (digests) => {
    const first = Array.from({ length: digests }, () => hash('sha1', randomBytes(9), 'buffer'));
    for (const count of [1, 2, 255, 256, 257, 1000]) {
      const expected = first.map((digest) => {
        let value = digest;
        for (let i = 0; i < count; i++) value = hash('sha1', value, 'buffer');
        return toHex(value);
      });
      expect(iterateSha1Lanes(first, count)?.map(toHex)).toEqual(expected);
    }
  });
});

test('lanes leave nothing in the memory that they share', () => {
  const wiped = watchWiping();
  iterateSha1Lanes([hash('sha1', 'x', 'buffer')], 2);
  const digest = Buffer.from(hash('sha1', hash('sha1', hash('sha1', 'x', 'buffer'), 'buffer'), 'buffer'));
  const firstWord = digest.subarray(0, 4).reverse().toString('latin1');
  expect(wiped.some((memory) => memory.length === 2 ** 16 && memory.startsWith(firstWord))).toBe(true);
});

describe('derivations side by side', () => {
  test('give what each gives alone, in whatever order they are asked for', () => {
    for (let turn = 0; turn < ofAStore.length; turn++) {
      const companions = new Pkcs12Companions(password);
      for (const parameters of ofAStore) companions.expect(parameters);
      const order = [...ofAStore.slice(turn), ...ofAStore.slice(0, turn)];
      expect(order.map((parameters) => toHex(companions.derive(parameters)))).toEqual(order.map((one) => alone(one)));
    }
  });

  test('give what was not expected, too, and the same twice', () => {
    const companions = new Pkcs12Companions(password);
    companions.expect(wanted(1000, 1, 24));
    for (const parameters of [wanted(1000, 2, 24), wanted(1000, 1, 24), wanted(1000, 1, 24)])
      expect(toHex(companions.derive(parameters))).toBe(alone(parameters));
  });

  test.each([
    ['another hash', wanted(1000, 1, 24, 'sha256')],
    ['few rounds', wanted(3, 1, 24)],
    ['one round', wanted(1, 1, 40)],
    ['nothing wanted', wanted(1000, 2, 0)],
  ])('leave aside what is not worth it: %s', (_, parameters) => {
    const companions = new Pkcs12Companions(password);
    companions.expect(parameters);
    companions.expect(wanted(1000, 3, 20));
    expect(toHex(companions.derive(parameters))).toBe(alone(parameters));
    expect(toHex(companions.derive(wanted(1000, 3, 20)))).toBe(alone(wanted(1000, 3, 20)));
  });

  test('are of one password', () => {
    const begun = new Pkcs12Companions(password);
    expect(Pkcs12Companions.of(password, begun)).toBe(begun);
    const other = Uint8Array.from(password);
    const others = Pkcs12Companions.of(other, begun);
    expect(others).not.toBe(begun);
    other[1] = 0x79;
    expect(toHex(others.derive(wanted(1000, 1, 8)))).toBe(alone(wanted(1000, 1, 8), other));
  });

  test('go no further than what is asked for', () => {
    const companions = new Pkcs12Companions(password);
    companions.expect(wanted(10_000_000, 1, 24));
    const started = performance.now();
    expect(toHex(companions.derive(wanted(1000, 3, 20)))).toBe(alone(wanted(1000, 3, 20)));
    // Ten million rounds take a second and more.
    expect(performance.now() - started).toBeLessThan(500);
  });

  test('go one after the other where there are no vectors', async () => {
    vi.resetModules();
    vi.doMock('../../../src/crypto/hash/wasm-module.js', () => ({ ...wasm, isRunnable: () => false }));
    try {
      const fresh = await import('../../../src/crypto/kdf/pkcs12-companions.js');
      const companions = new fresh.Pkcs12Companions(password);
      for (const parameters of ofAStore) companions.expect(parameters);
      expect(ofAStore.map((parameters) => toHex(companions.derive(parameters)))).toEqual(
        ofAStore.map((one) => alone(one)),
      );
    } finally {
      vi.doUnmock('../../../src/crypto/hash/wasm-module.js');
      vi.resetModules();
    }
  });

  test('are overwritten if nobody asks for them', () => {
    const companions = new Pkcs12Companions(password);
    companions.expect(wanted(1000, 1, 24));
    companions.derive(wanted(2000, 3, 20));
    const wiped = watchWiping();
    companions.wipe();
    expect(wiped.map((bytes) => toHex(Buffer.from(bytes, 'latin1')))).toContain(alone(wanted(1000, 1, 24)));
  });
});
