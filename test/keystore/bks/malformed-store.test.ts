import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { encodeOctetString } from '../../../src/asn1/encode.js';
import { concat } from '../../../src/bytes/concat.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import { watchWiping } from '../../wiping.js';
import { blob, clearKeyEntry, entry, i32, makeBks, makerSalt, privateKey, protectedEntry } from './bks-maker.js';
import { encryptUber, makeUber } from './uber-maker.js';

afterEach(() => vi.restoreAllMocks());

const storePass = 'changeit';
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
/** The end mark of the entries, text after it, and the digest of both. */
const content = concat(Uint8Array.of(0), Buffer.from('decrypted text'));
const plain = concat(content, createHash('sha1').update(content).digest());

describe('a store is refused', () => {
  test.each<[string, 'BKS' | 'UBER', Uint8Array, object, string]>([
    [
      'with bytes after the last entry of an UBER',
      'UBER',
      encryptUber(plain, storePass),
      {},
      'UBER store, decrypted: 14 bytes after the last entry (at byte 1)',
    ],
    [
      'with half a block in an UBER',
      'UBER',
      makeUber([], storePass).subarray(0, -8),
      {},
      'UBER store: encrypted entries: 24 bytes are not whole blocks (at byte 32)',
    ],
    [
      'with more work than is allowed, UBER',
      'UBER',
      makeUber([], storePass),
      { totalIterations: 1 },
      'UBER store: totalIterations',
    ],
    [
      'with more work than is allowed, BKS',
      'BKS',
      makeBks([], storePass),
      { totalIterations: 1 },
      'BKS store: totalIterations',
    ],
    [
      'with another password, if its sealed key is malformed',
      'BKS',
      makeBks([entry(4, { alias: 'k' }, blob(concat(blob(makerSalt), i32(0))))], 'other'),
      {},
      'the store password is wrong, or the file was changed',
    ],
  ])('%s', async (_, type, bytes, limits, message) => {
    await expect(loadKeyStore(bytes, { type, storePass, limits })).rejects.toThrow(message);
  });
});

test('the decrypted bytes of an UBER that is refused are overwritten', async () => {
  const bytes = encryptUber(plain, storePass);
  const wiped = watchWiping();
  await expect(loadKeyStore(bytes, { storePass })).rejects.toMatchObject({ code: 'ERR_STORE_MALFORMED' });
  expect(wiped).toContain(latin1(plain));
});

test('the copy of a private key that is malformed is overwritten', async () => {
  const malformed = encodeOctetString(Buffer.from('a malformed key'));
  const [entry] = await loadKeyStore(makeBks([clearKeyEntry({ alias: 'k' }, privateKey(malformed))], storePass), {
    storePass,
  });
  if (entry?.kind !== 'PrivateKeyEntry') expect.fail();
  const wiped = watchWiping();
  await expect(entry.getPrivateKey()).rejects.toMatchObject({
    message: expect.stringMatching(/^entry 1 "k", private key: PrivateKeyInfo expected/),
  });
  expect(wiped).toEqual([latin1(malformed)]);
});

test('a key that another program encrypted in another form is returned as it is', async () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const [entry] = await loadKeyStore(makeBks([protectedEntry({ alias: 'k' }, bytes)], storePass), { storePass });
  if (entry?.kind !== 'SecretKeyEntry') expect.fail();
  expect(await entry.getSecretKey()).toEqual({ algorithm: 'RAW', key: bytes });
});
