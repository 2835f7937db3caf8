import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openStoredKey } from '../../../src/crypto/key/stored-key.js';
import { toTraditionalKey } from '../../../src/crypto/key/traditional-key.js';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { privateKey: rsaKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const pkcs8Of = (key: typeof privateKey) => new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }));
const ec = { algorithm: 'EC', pkcs8: pkcs8Of(privateKey) };
const rsa = { algorithm: 'RSA', pkcs8: pkcs8Of(rsaKey) };
const encrypted = privateKey.export({ format: 'der', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' });

describe('the key of a PEM block', () => {
  test('opens by its label', () => {
    expect(openStoredKey('PRIVATE KEY', ec.pkcs8)).toEqual(ec);
    const sec1 = privateKey.export({ format: 'der', type: 'sec1' });
    expect(openStoredKey('EC PRIVATE KEY', sec1)).toEqual(ec);
    const pkcs1 = rsaKey.export({ format: 'der', type: 'pkcs1' });
    expect(openStoredKey('RSA PRIVATE KEY', pkcs1)).toEqual(rsa);
  });

  test('opens with its password, and neither with another nor without', () => {
    const open = (password?: string) => openStoredKey('ENCRYPTED PRIVATE KEY', encrypted, password);
    expect(open('secret')).toEqual(ec);
    expect([open('Secret'), open('')]).toEqual([undefined, undefined]);
    expect(open()).toBeUndefined();
  });

  test.each(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'CERTIFICATE', 'toString'])(
    'is none where it is broken, or no key: %s',
    (label) => expect(openStoredKey(label, Uint8Array.of(0x30, 0), 'secret')).toBeUndefined(),
  );

  test('is not called broken for a mistake of ours', () => {
    expect(() => openStoredKey('EC PRIVATE KEY', undefined as unknown as Uint8Array)).toThrow(TypeError);
  });
});

describe('the traditional form of a key', () => {
  test('has a label of its own, under which it is read again', () => {
    for (const [key, label] of [
      [ec, 'EC PRIVATE KEY'],
      [rsa, 'RSA PRIVATE KEY'],
    ] as const) {
      const traditional = toTraditionalKey(key);
      expect(traditional.label).toBe(label);
      expect(openStoredKey(label, traditional.der)).toEqual(key);
    }
  });

  test('is none for other algorithms, and for a key that OpenSSL cannot read', () => {
    const { privateKey: ed25519 } = generateKeyPairSync('ed25519');
    for (const key of [
      { algorithm: 'Ed25519', pkcs8: pkcs8Of(ed25519) },
      { algorithm: 'EC', pkcs8: Uint8Array.of(0x30, 0) },
    ])
      expect(() => toTraditionalKey(key)).toThrow(expect.objectContaining({ code: 'ERR_STORE_UNSUPPORTED' }));
  });
});
