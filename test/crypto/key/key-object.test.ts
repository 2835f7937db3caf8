import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { toKeyObject } from '../../../src/crypto/key/key-object.js';
import { watchWiping } from '../../wiping.js';
import { partsOf, pkcs8Of, pkcs8With } from './key-maker.js';

afterEach(() => void vi.restoreAllMocks());

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const { privateKey } = generateKeyPairSync('ed25519');
const written = pkcs8Of(privateKey);
const { algorithm, octets } = partsOf(written);
/** Version 2 with a public key, as Bouncy Castle writes it. */
const stored = (key: Uint8Array) =>
  encodeSequence(encodeInteger(1), algorithm, encodeElement(4, key), encodeElement(0x81, new Uint8Array(33)));

describe('an object of Node', () => {
  test('comes from a key in either version; the copy in version 1 is overwritten', () => {
    const given = { algorithm: 'Ed25519', pkcs8: stored(octets) };
    const before = given.pkcs8.slice();
    const wiped = watchWiping();
    expect(toKeyObject(given).equals(privateKey)).toBe(true);
    expect(wiped).toContain(latin1(written));
    expect(given.pkcs8).toEqual(before);
  });

  test('leaves the key of the caller as it is', () => {
    const given = { algorithm: 'Ed25519', pkcs8: written.slice() };
    expect(toKeyObject(given).equals(privateKey)).toBe(true);
    expect(given.pkcs8).toEqual(written);
  });

  test('does not exist for a key that Node cannot load, whose copy is overwritten too', () => {
    const wrong = { algorithm: 'Ed25519', pkcs8: stored(Uint8Array.of(4, 1, 7)) };
    const wiped = watchWiping();
    expect(() => toKeyObject(wrong)).toThrow(
      expect.objectContaining({
        code: 'ERR_STORE_UNSUPPORTED',
        message: 'this Node cannot load this key of the algorithm Ed25519',
      }),
    );
    const version1 = pkcs8With(algorithm, Uint8Array.of(4, 1, 7)).pkcs8;
    expect(wiped).toContain(latin1(version1));
  });

  test('does not exist for an unknown algorithm', () => {
    const unknown = pkcs8With(encodeSequence(encodeObjectIdentifier('1.2.3')), Uint8Array.of(4, 0), '1.2.3');
    expect(() => toKeyObject(unknown)).toThrow('this Node cannot load this key of the algorithm 1.2.3');
  });

  test('does not exist for bytes that are not a PrivateKeyInfo', () => {
    expect(() => toKeyObject({ algorithm: 'EC', pkcs8: Uint8Array.of(0x30) })).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_MALFORMED', message: 'private key: length cut off (at byte 0)' }),
    );
  });
});
