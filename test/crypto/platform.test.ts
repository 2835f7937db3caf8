import { createCipheriv, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import {
  decryptAead,
  decryptPrivateKey,
  derivePublicKey,
  hasHash,
  importPrivateKey,
  pbkdf2,
  scrypt,
} from '../../src/crypto/platform.js';
import { watchWiping } from '../wiping.js';

test.each([
  ['sha256', true],
  ['md5', true],
  ['no-such-hash', false],
])('%s is provided: %s', (name, is) => expect(hasHash(name)).toBe(is));

describe('a private key', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pkcs8 = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
  const encrypted = privateKey.export({ format: 'der', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' });

  test.each([
    ['the right password', encrypted, 'secret', pkcs8],
    ['another password', encrypted, 'Secret', undefined],
    ['an empty password', encrypted, '', undefined],
    ['no password', encrypted, undefined, undefined],
    ['a malformed key', Uint8Array.of(0x30, 0), 'secret', undefined],
  ])('that is encrypted: %s', (_, der, password, expected) => {
    expect(decryptPrivateKey(der, password)).toEqual(expected);
  });

  test('is a plain Uint8Array', () => expect(Buffer.isBuffer(decryptPrivateKey(encrypted, 'secret'))).toBe(false));

  test('with a mistake of the caller is an error', () => {
    expect(() => decryptPrivateKey(undefined as unknown as Uint8Array, 'secret')).toThrow(TypeError);
    expect(() => decryptPrivateKey(encrypted, 5 as unknown as string)).toThrow(TypeError);
  });

  test('may stand inside a larger buffer', () => {
    const larger = Buffer.concat([Buffer.from([1, 2, 3]), pkcs8, Buffer.from([4])]);
    expect(importPrivateKey(larger.subarray(3, -1)).equals(privateKey)).toBe(true);
    expect(derivePublicKey(larger.subarray(3, -1)).equals(createPublicKey(privateKey))).toBe(true);
  });
});

describe('a ciphertext that is not authentic', () => {
  const [key, nonce] = [new Uint8Array(32).fill(7), new Uint8Array(12)];
  const plain = new TextEncoder().encode('a key, in the clear, as long as two blocks');

  test.each(['aes-256-gcm', 'chacha20-poly1305'] as const)('leaves no plaintext: %s', (name) => {
    const cipher = createCipheriv(name as 'aes-256-gcm', key, nonce, { authTagLength: 16 });
    const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    expect(decryptAead(name, key, nonce, 16, sealed)).toEqual(plain);
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    const wiped = watchWiping();
    expect(decryptAead(name, key, nonce, 16, sealed)).toBeUndefined();
    vi.restoreAllMocks();
    expect(wiped).toContain(Buffer.from(plain).toString('latin1'));
  });
});

test('PBKDF2 and scrypt that Node refuses are errors', async () => {
  const bytes = new Uint8Array(8);
  await expect(async () => pbkdf2('no-such-hash', bytes, bytes, 1, 8)).rejects.toThrow(/digest/i);
  await expect(async () => scrypt(bytes, bytes, 8, { N: 3, r: 1, p: 1, maxmem: 2 ** 20 })).rejects.toThrow();
});
