import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/concat.js';
import { toHex } from '../../../src/bytes/encoding.js';
import { Jks2PemError } from '../../../src/errors.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import { effort, positions } from '../../effort.js';
import { fixture } from '../../fixtures.js';
import {
  certificateEntry,
  clearKeyEntry,
  header,
  privateKey,
  sealedEntry,
  secretKey,
  withDigest,
} from './bks-maker.js';
import { encryptUber, makeUber } from './uber-maker.js';

const storePass = 'changeit';
const der = fixture('story/intermed.der');
const pkcs8 = new Uint8Array(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'der', type: 'pkcs8' }),
);
const aes = Uint8Array.from({ length: 16 }, (_, i) => i);
const entries = [
  certificateEntry({ alias: 'trusted', date: 1_600_000_000_123 }, der),
  sealedEntry({ alias: 'sealed', chain: [der] }, privateKey(pkcs8, 'EC'), 'of its own'),
  clearKeyEntry({ alias: 'clear' }, secretKey(aes)),
];

describe('an UBER store', () => {
  test.each([0, 1, 2])('of version %i holds what a BKS store does', async (version) => {
    const store = await loadKeyStore(makeUber(entries, storePass, version), { storePass });
    expect([store.type, store.version, store.integrity]).toEqual(['UBER', version, 'verified']);
    expect([...store].map((found) => found.kind)).toEqual(['trustedCertEntry', 'PrivateKeyEntry', 'SecretKeyEntry']);
    expect(store.getEntry('trusted')?.creationDate?.getTime()).toBe(1_600_000_000_123);
    const sealed = store.getEntry('sealed');
    const clear = store.getEntry('clear');
    if (sealed?.kind !== 'PrivateKeyEntry' || clear?.kind !== 'SecretKeyEntry') throw new Error('kinds');
    expect(toHex((await sealed.getPrivateKey('of its own')).pkcs8)).toBe(toHex(pkcs8));
    expect(toHex((await clear.getSecretKey()).key)).toBe(toHex(aes));
    expect(store.warnings).toEqual([]);
  });

  test('gives nothing without a password', async () => {
    await expect(loadKeyStore(makeUber(entries, storePass))).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
  });

  test.each(['', 'пароль€語', '\u{1f511}'])('may have the password %j', async (password) => {
    expect((await loadKeyStore(makeUber(entries, password), { storePass: password })).size).toBe(3);
  });

  test('is refused under a wrong password, in whatever way the decryption goes wrong', async () => {
    const bytes = makeUber(entries, storePass);
    // Once in some 250 times the padding comes out right by chance, and the digest must tell.
    for (let i = 0; i < effort(500, 5_000); i++) {
      await expect(loadKeyStore(bytes, { storePass: `wrong ${i}` })).rejects.toMatchObject({
        code: 'ERR_STORE_INTEGRITY',
      });
    }
  });
});

describe('a damaged or hostile UBER store', () => {
  const whole = makeUber(entries, storePass);

  test('is refused at every length short of its own', async () => {
    for (const length of positions(whole.length, 150)) {
      const whatWasCut = length > 32 && length % 16 === 0 ? 'ERR_STORE_INTEGRITY' : 'ERR_STORE_MALFORMED';
      await expect(
        loadKeyStore(whole.subarray(0, length), { storePass, type: 'UBER' }),
        `${length} bytes`,
      ).rejects.toMatchObject({ code: whatWasCut });
    }
  });

  test('is refused with no error but our own whichever byte is changed', async () => {
    for (const at of positions(whole.length, 150)) {
      const bytes = whole.slice();
      bytes[at] = (bytes[at] as number) ^ 0x80;
      await loadKeyStore(bytes, { storePass, type: 'UBER' }).then(
        () => expect.fail(`byte ${at}: accepted`),
        (error) => expect(error, `byte ${at}`).toBeInstanceOf(Jks2PemError),
      );
    }
  });

  test('may be well encrypted and malformed inside', async () => {
    const inside = (plain: Uint8Array) => loadKeyStore(encryptUber(plain, storePass), { storePass, type: 'UBER' });
    await expect(inside(withDigest([Uint8Array.of(9)]))).rejects.toMatchObject({
      code: 'ERR_STORE_MALFORMED',
      path: expect.stringMatching(/^entry 1/),
    });
    await expect(inside(withDigest([Uint8Array.of(0, 0)]))).rejects.toThrow(/2 bytes after the last entry/);
    await expect(inside(withDigest([Uint8Array.of(0)]))).rejects.toThrow(/: 1 bytes after the last entry/);
    await expect(inside(new Uint8Array(19))).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
  });

  test('is not worked on beyond its limit', async () => {
    const bytes = concat(header(1, 65_537), new Uint8Array(16));
    await expect(loadKeyStore(bytes, { storePass })).rejects.toMatchObject({ limit: 'uberIterations' });
  });

  test('tries no variant of a password that takes all the work that is left', async () => {
    // Two blocks of key and one of IV, with three iterations each.
    const limits = { totalIterations: 10 };
    await expect(loadKeyStore(makeUber(entries, storePass), { storePass: 'wrong', limits })).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
    });
  });
});
