import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeElement, encodeInteger, encodeSequence } from '../../src/asn1/encode.js';
import type { PrivateKey } from '../../src/crypto/key/private-key.js';
import { encodeKey, encodePlainKey } from '../../src/pem/encode-key.js';
import { isSameButForEncryption } from '../../src/pem/same-but-for-encryption.js';
import { encryptKeysQuickly } from '../quick-key-encryption.js';
import { watchWiping } from '../wiping.js';

const encryptKey = 'secret';
const written = new Uint8Array(generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }));
/** The same key as Bouncy Castle stores it: version 2, with a public key, which OpenSSL 3.0 does not load. */
const stored = ((): PrivateKey => {
  const [, algorithm, key] = Asn1Element.only(written, 'key').sequence('PrivateKeyInfo');
  if (!algorithm || !key) throw new Error('Node writes an algorithm and a key');
  const pkcs8 = encodeSequence(encodeInteger(1), algorithm.raw, key.raw, encodeElement(0x81, new Uint8Array(33)));
  return { algorithm: 'Ed25519', pkcs8 };
})();
const plain: PrivateKey = { algorithm: 'Ed25519', pkcs8: written };
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

afterEach(() => void vi.restoreAllMocks());

describe('a key that OpenSSL 3.0 does not load as it is stored', () => {
  test('is written in the form that it loads', async () => {
    expect(encodePlainKey(stored)).toEqual(encodePlainKey(plain));
    const encrypted = text(await encodeKey(stored, { encryptKey }));
    const key = createPrivateKey({ key: encrypted, passphrase: encryptKey });
    expect(new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }))).toEqual(written);
  });
});

describe('of a key that OpenSSL 3.0 does not load as it is stored', () => {
  encryptKeysQuickly();

  test('the encrypted form is recognised in a file that was written before', async () => {
    const [earlier, wanted] = [await encodeKey(stored, { encryptKey }), await encodeKey(stored, { encryptKey })];
    expect(await isSameButForEncryption(earlier, wanted, [stored], encryptKey)).toBe(true);
  });

  test.each([
    ['plain', {}],
    ['encrypted', { encryptKey }],
  ])('the copy in that form is overwritten: %s', async (_, options) => {
    const wiped = watchWiping();
    await encodeKey(stored, options);
    expect(wiped).toContain(text(written));
  });

  test.each([
    ['plain', {}],
    ['encrypted', { encryptKey }],
  ])('a key that needs no other form stays the property of the caller: %s', async (_, options) => {
    const key = { ...plain, pkcs8: written.slice() };
    await encodeKey(key, options);
    expect(key.pkcs8).toEqual(written);
  });
});

describe('the form of the key', () => {
  encryptKeysQuickly();

  test('the password goes before the traditional format', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = { algorithm: 'EC', pkcs8: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })) };
    const label = async (options: Parameters<typeof encodeKey>[1]) =>
      text(await encodeKey(key, options)).split('\n')[0];
    expect(await label({ keyFormat: 'traditional' })).toBe('-----BEGIN EC PRIVATE KEY-----');
    expect(await label({ keyFormat: 'pkcs8' })).toBe('-----BEGIN PRIVATE KEY-----');
    expect(await label({ keyFormat: 'traditional', encryptKey })).toBe('-----BEGIN ENCRYPTED PRIVATE KEY-----');
    const wiped = watchWiping();
    const block = text(await encodeKey(key, { keyFormat: 'traditional' }));
    const der = Buffer.from(block.split('\n').slice(1, -2).join(''), 'base64');
    expect(wiped).toContain(der.toString('latin1'));
  });
});
