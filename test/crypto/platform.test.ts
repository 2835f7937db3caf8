import { constants, createCipheriv, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import {
  decryptAead,
  decryptPrivateKey,
  derivePublicKey,
  hasHash,
  importPrivateKey,
  pbkdf2,
  type SignatureScheme,
  scrypt,
  verifySignature,
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

describe('a signature', () => {
  const data = Buffer.from('content');
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const pss = (saltLength: number) => sign('sha256', data, { key: privateKey, padding, saltLength });

  test.each<[string, SignatureScheme, Uint8Array, boolean]>([
    ['PKCS #1 v1.5', { hash: 'sha256' }, sign('sha256', data, privateKey), true],
    ['PKCS #1 v1.5 with another hash', { hash: 'sha384' }, sign('sha256', data, privateKey), false],
    ['PSS', { hash: 'sha256', saltLength: 20 }, pss(20), true],
    ['PSS without a salt', { hash: 'sha256', saltLength: 0 }, pss(0), true],
    ['PSS with another salt', { hash: 'sha256', saltLength: 20 }, pss(21), false],
    ['PKCS #1 v1.5 in place of PSS', { hash: 'sha256', saltLength: 20 }, sign('sha256', data, privateKey), false],
    ['PSS in place of PKCS #1 v1.5', { hash: 'sha256' }, pss(20), false],
  ])('of RSA: %s', (_, scheme, signature, isValid) => {
    expect(verifySignature(scheme, data, publicKey, signature)).toBe(isValid);
  });

  test('of Ed25519 has no hash of its own choice', () => {
    const pair = generateKeyPairSync('ed25519');
    const signature = sign(null, data, pair.privateKey);
    expect(verifySignature({}, data, pair.publicKey, signature)).toBe(true);
    expect(verifySignature({}, data.subarray(1), pair.publicKey, signature)).toBe(false);
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
