import { createCipheriv, createHmac } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bouncyCastlePassword } from '../../../src/crypto/kdf/password-bytes.js';
import { derivePkcs12 } from '../../../src/crypto/kdf/pkcs12-kdf.js';
import { bksMac, decryptUber, unsealTripleDes } from '../../../src/crypto/pbe/bks-encryption.js';
import { encryptTwofishCbc } from '../../keystore/bks/uber-maker.js';
import { watchWiping } from '../../wiping.js';

const password = 'changeit';
const parameters = { salt: Uint8Array.from({ length: 20 }, (_, i) => i), iterations: 2 };
const derived = (purpose: number, length: number) =>
  derivePkcs12('sha1', bouncyCastlePassword(password), parameters.salt, parameters.iterations, purpose, length);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const plain = new TextEncoder().encode('a key, in the clear');

function tripleDes(): Uint8Array {
  const cipher = createCipheriv('des-ede3-cbc', derived(1, 24), derived(2, 8));
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

const twofish = () => encryptTwofishCbc(derived(1, 32), derived(2, 16), plain);

afterEach(() => void vi.restoreAllMocks());

describe.each([
  ['3DES', tripleDes, unsealTripleDes, 24, 8],
  ['Twofish', twofish, decryptUber, 32, 16],
] as const)('%s', (_, encrypt, decrypt, keyLength, ivLength) => {
  test('gives back what was encrypted', () => {
    expect(latin1(decrypt(encrypt(), password, parameters) ?? expect.fail())).toBe(latin1(plain));
    expect(decrypt(encrypt(), `${password}1`, parameters)).toBeUndefined();
    expect(decrypt(encrypt(), password, { ...parameters, iterations: 3 })).toBeUndefined();
  });

  test.each([true, false])('overwrites password, key and IV (with the right padding: %s)', (right) => {
    const cipher = encrypt();
    const bytes = right ? cipher : cipher.map((octet, i) => (i === cipher.length - 1 ? octet ^ 1 : octet));
    const secrets = [bouncyCastlePassword(password), derived(1, keyLength), derived(2, ivLength)].map(latin1);
    const wiped = watchWiping();
    expect(decrypt(bytes, password, parameters) !== undefined).toBe(right);
    expect(wiped).toEqual(expect.arrayContaining(secrets));
  });
});

describe('the MAC of BKS', () => {
  test.each([2, 20])('is HMAC-SHA-1 under a key of %i bytes', (length) => {
    const expected = createHmac('sha1', derived(3, length)).update(plain).digest();
    expect(latin1(bksMac(plain, password, parameters, length))).toBe(latin1(expected));
  });

  test('overwrites password and key', () => {
    // The derivation itself overwrites a block of 20 bytes. A shorter key shows that the key is overwritten too.
    const secrets = [bouncyCastlePassword(password), derived(3, 2)].map(latin1);
    const wiped = watchWiping();
    bksMac(plain, password, parameters, 2);
    expect(wiped).toEqual(expect.arrayContaining(secrets));
  });
});
