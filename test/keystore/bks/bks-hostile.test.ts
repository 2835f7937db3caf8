import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/concat.js';
import { toHex } from '../../../src/bytes/encoding.js';
import { Jks2PemError } from '../../../src/errors.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import type { Entry } from '../../../src/keystore/types.js';
import { fixture } from '../../fixtures.js';
import { processorTime } from '../../processor-time.js';
import {
  blob,
  certificateEntry,
  clearKeyEntry,
  entry,
  header,
  i32,
  keyRecord,
  makeBks,
  makerSalt,
  privateKey,
  seal,
  sealedEntry,
  secretKey,
  utf,
} from './bks-maker.js';

const storePass = 'changeit';
const der = fixture('story/intermed.der');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pkcs8 = new Uint8Array(rsa.privateKey.export({ format: 'der', type: 'pkcs8' }));
const aes = Uint8Array.from({ length: 32 }, (_, i) => i);

const load = (entries: readonly Uint8Array[], version = 2) =>
  loadKeyStore(makeBks(entries, storePass, version), { storePass });

/** The key of an entry of any kind, in hexadecimal. */
async function keyOf(found: Entry | undefined, keyPass?: string) {
  switch (found?.kind) {
    case 'PrivateKeyEntry':
      return toHex((await found.getPrivateKey(keyPass)).pkcs8);
    case 'PublicKeyEntry':
      return toHex((await found.getPublicKey(keyPass)).spki);
    case 'SecretKeyEntry':
      return toHex((await found.getSecretKey(keyPass)).key);
    default:
      return undefined;
  }
}

describe('a damaged or hostile BKS store', () => {
  const whole = makeBks(
    [
      certificateEntry({ alias: 'a' }, der),
      sealedEntry({ alias: 'b', chain: [der] }, privateKey(pkcs8), storePass),
      clearKeyEntry({ alias: 'c' }, secretKey(aes)),
    ],
    storePass,
  );

  test('is refused at every length short of its own', async () => {
    for (let length = 0; length < whole.length; length++) {
      await expect(loadKeyStore(whole.subarray(0, length), { storePass, type: 'BKS' })).rejects.toMatchObject({
        code: 'ERR_STORE_MALFORMED',
        offset: expect.any(Number),
      });
    }
  });

  test('is refused, or read, with no error but our own whichever four bytes are made large', async () => {
    for (let at = 0; at < whole.length - 4; at += at < 80 || at > whole.length - 140 ? 1 : 13) {
      for (const value of [0xff, 0x7f]) {
        const bytes = whole.slice();
        bytes.set([value, 0xff, 0xff, 0xff], at);
        await loadKeyStore(bytes, { storePass, type: 'BKS' }).then(
          () => expect.fail(`byte ${at}: accepted`),
          (error) => expect(error, `byte ${at}`).toBeInstanceOf(Jks2PemError),
        );
      }
    }
  });

  test('is named with the place of the damage', async () => {
    const bytes = concat(
      header(2),
      Uint8Array.of(1),
      utf('mail'),
      new Uint8Array(8),
      i32(1),
      utf('X.509'),
      i32(0x7fffffff),
    );
    await expect(loadKeyStore(bytes)).rejects.toThrow(
      'entry 1 "mail", certificate 1: length of certificate: 2147483647 bytes wanted, 0 left (at byte 58)',
    );
  });

  test.each([
    ['version', i32(3), 'ERR_STORE_UNSUPPORTED'],
    ['salt of no bytes', concat(i32(2), i32(0), i32(1)), 'ERR_STORE_MALFORMED'],
    ['salt of negative length', concat(i32(2), i32(-1), i32(1)), 'ERR_STORE_MALFORMED'],
    ['salt too long', header(2, 1, new Uint8Array(1025)), 'ERR_LIMIT_EXCEEDED'],
    ['no iterations', header(2, 0), 'ERR_STORE_MALFORMED'],
    ['negative iterations', header(2, -1), 'ERR_STORE_MALFORMED'],
    ['too many iterations', header(2, 2 ** 20 + 1), 'ERR_LIMIT_EXCEEDED'],
    ['type of entry', concat(header(2), Uint8Array.of(5)), 'ERR_STORE_MALFORMED'],
    [
      'chain too long',
      concat(header(2), entry(1, { alias: 'a' }, Uint8Array.of()).slice(0, -4), i32(1001)),
      'ERR_LIMIT_EXCEEDED',
    ],
    [
      'chain of negative length',
      concat(header(2), entry(1, { alias: 'a' }, Uint8Array.of()).slice(0, -4), i32(-1)),
      'ERR_STORE_MALFORMED',
    ],
    ['key type', concat(header(2), entry(2, { alias: 'a' }, Uint8Array.of(3))), 'ERR_STORE_MALFORMED'],
    [
      'key format',
      concat(header(2), entry(2, { alias: 'a' }, concat(Uint8Array.of(0), utf('RAW')))),
      'ERR_STORE_MALFORMED',
    ],
  ])('%s', async (_, bytes, code) => {
    await expect(loadKeyStore(bytes, { storePass, type: 'BKS' })).rejects.toMatchObject({ code });
  });

  test('is not worked on beyond the limits of its keys either', async () => {
    const store = await load([sealedEntry({ alias: 'k', chain: [der] }, privateKey(pkcs8), storePass, 2 ** 20 + 1)]);
    await expect(keyOf(store.getEntry('k'))).rejects.toMatchObject({
      code: 'ERR_LIMIT_EXCEEDED',
      limit: 'bksIterations',
    });
  });

  test('does not try more keys than there is time for: then their size tells their kind', async () => {
    // Of a size that only public keys have; the first two are tried, at 3 · 300,000 hashes each, and turn out to be secret.
    const count = 300_000;
    const sealed = seal(keyRecord(secretKey(new Uint8Array(300))), storePass, count);
    const body = blob(concat(blob(makerSalt), i32(count), sealed));
    const entries = ['1', '2', '3'].map((alias) => entry(4, { alias }, body));
    const store = await loadKeyStore(makeBks(entries, storePass), { storePass });
    expect([...store].map(({ kind }) => kind)).toEqual(['SecretKeyEntry', 'SecretKeyEntry', 'PublicKeyEntry']);
  });

  test('does not hold up the reader by many keys of an unknown kind', async () => {
    const one = sealedEntry({ alias: 'k' }, secretKey(aes), storePass, 2 ** 20);
    const time = await processorTime(async () => {
      expect((await load(Array.from({ length: 1000 }, () => one))).size).toBe(1000);
    });
    expect(time).toBeLessThan(5_000);
  });

  test('of nothing but bad certificates is given up on, before they are all described', async () => {
    const chain = Array.from({ length: 1_000 }, () => new Uint8Array());
    const bad = clearKeyEntry({ alias: 'k', chain, certificateType: '' }, secretKey(aes));
    const few = await load(Array.from({ length: 9 }, () => bad));
    expect(few.warnings.filter(({ code }) => code === 'WARN_CERTIFICATE_TYPE_UNSUPPORTED')).toHaveLength(9_000);
    await expect(load(Array.from({ length: 1_000 }, () => bad))).rejects.toMatchObject({ code: 'ERR_STORE_MALFORMED' });
  });

  test('of too many entries is refused', async () => {
    const entries = Array.from({ length: 11 }, (_, i) => clearKeyEntry({ alias: `k${i}` }, secretKey(aes)));
    const bytes = makeBks(entries, storePass);
    await expect(loadKeyStore(bytes, { storePass, limits: { entries: 10 } })).rejects.toMatchObject({
      limit: 'entries',
    });
  });
});
