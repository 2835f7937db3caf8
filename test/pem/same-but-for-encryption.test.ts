import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { concat } from '../../src/bytes/concat.js';
import type { PrivateKey } from '../../src/crypto/key/private-key.js';
import { encryptPrivateKey } from '../../src/crypto/pbe/encrypt-private-key.js';
import { encodePem } from '../../src/pem/encode.js';
import { isSameButForEncryption } from '../../src/pem/same-but-for-encryption.js';
import { encryptKeysQuickly } from '../quick-key-encryption.js';

encryptKeysQuickly();

const password = 'secret';

function makeKey(): PrivateKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { algorithm: 'EC', pkcs8: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })) };
}

const [key, other] = [makeKey(), makeKey()];
const certificate = encodePem('CERTIFICATE', Uint8Array.of(0x30, 0));
const encrypted = async () => encodePem('ENCRYPTED PRIVATE KEY', await encryptPrivateKey(key.pkcs8, password));

describe('a file with an encrypted key', () => {
  let earlier: Uint8Array;
  let wanted: Uint8Array;
  beforeAll(async () => {
    earlier = concat(await encrypted(), certificate);
    wanted = concat(await encrypted(), certificate);
  });
  const isSame = (from = earlier, to = wanted, keys = [key], text = password) =>
    isSameButForEncryption(from, to, keys, text);

  test('is the same if it was encrypted anew', async () => {
    expect(earlier).not.toEqual(wanted);
    expect(await isSame()).toBe(true);
  });

  test('is another under another password, or with another key', async () => {
    expect(await isSame(earlier, wanted, [key], 'Secret')).toBe(false);
    expect(await isSame(earlier, wanted, [other])).toBe(false);
  });

  test('is another if anything else differs', async () => {
    const [keyBlock, newBlock] = [earlier, wanted].map((file) => file.subarray(0, -certificate.length));
    const changed = encodePem('CERTIFICATE', Uint8Array.of(0x30, 1, 0));
    expect(await isSame(keyBlock)).toBe(false);
    expect(await isSame(earlier, concat(newBlock ?? expect.fail(), changed))).toBe(false);
    expect(await isSame(encodePem('PRIVATE KEY', key.pkcs8), newBlock)).toBe(false);
  });

  test('with several keys has each in its place', async () => {
    const [first, second] = await Promise.all(
      [key, other].map(async ({ pkcs8 }) =>
        encodePem('ENCRYPTED PRIVATE KEY', await encryptPrivateKey(pkcs8, password)),
      ),
    );
    const both = concat(first ?? expect.fail(), second ?? expect.fail());
    expect(await isSame(both, both, [key, other])).toBe(true);
    expect(await isSame(both, both, [other, key])).toBe(false);
    // A key that is not among those of the new file is compared by its bytes.
    expect(await isSame(both, both, [key])).toBe(true);
    expect(await isSame(both, concat(first ?? expect.fail(), first ?? expect.fail()), [key])).toBe(false);
  });

  test('is the same only if the labels are', async () => {
    const der = Uint8Array.of(0x30, 0);
    expect(await isSame(encodePem('CERTIFICATE', der), encodePem('X509 CRL', der), [])).toBe(false);
    expect(await isSame(encodePem('CERTIFICATE', der), encodePem('CERTIFICATE', der), [])).toBe(true);
    expect(await isSame(new Uint8Array(), new Uint8Array(), [])).toBe(true);
  });

  test('is another if it was encrypted by another program, or is no PEM', async () => {
    const theirs = encodePem('ENCRYPTED PRIVATE KEY', Uint8Array.of(0x30, 0));
    expect(await isSame(concat(theirs, certificate))).toBe(false);
    expect(await isSame(new TextEncoder().encode('-----BEGIN CERTIFICATE-----\n'))).toBe(false);
  });

  test('is not called another because of a mistake of ours', async () => {
    await expect(isSame('PEM' as unknown as Uint8Array)).rejects.toThrow(TypeError);
  });
});
