import { describe, expect, test } from 'vitest';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { StoreType } from '../../src/keystore/types.js';
import { expectation, fixture } from '../fixtures.js';
import { pfx } from './pkcs12/pkcs12-maker.js';

const jks = fixture('tomcat.keystore');
const storePass = 'my-passphrase';

describe('a type that is asked for', () => {
  test('is what the bytes are read as, whatever they look like', async () => {
    for (const type of ['PKCS12', 'BCFKS', 'UBER'] as const)
      await expect(loadKeyStore(jks, { storePass, type }), type).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_STORE_(MALFORMED|UNSUPPORTED)$/),
      });
    // JCEKS is JKS with another first word, which is for who tells them apart.
    expect((await loadKeyStore(jks, { storePass, type: 'JCEKS' })).type).toBe('JCEKS');
  });

  test('is looked for under base64, too', async () => {
    const text = Buffer.from(Buffer.from(jks).toString('base64'), 'latin1');
    expect((await loadKeyStore(text, { storePass, type: 'JKS' })).integrity).toBe('verified');
  });

  test.each(['PEM', 'jks', 'toString', '__proto__', ''])('may not be %j', async (type) => {
    await expect(loadKeyStore(jks, { storePass, type: type as StoreType })).rejects.toThrow(
      new TypeError('loadKeyStore: type must be one of JKS, JCEKS, PKCS12, BKS, UBER, BCFKS; this is a string'),
    );
  });
});

test('bytes that are none are a mistake of the caller', async () => {
  await expect(loadKeyStore('tomcat.keystore' as unknown as Uint8Array)).rejects.toThrow(
    /^loadKeyStore: bytes must be a Uint8Array; read the file/,
  );
});

test.each(['tomcat.keystore', 'tomcat.p12', 'bks/keys.bks', 'jceks/keys-jdk17.jceks'])(
  '%s may stand anywhere in a larger buffer',
  async (path) => {
    const [bytes, options] = [fixture(path), { storePass: expectation(path).storePass ?? '' }];
    const buffer = new Uint8Array(bytes.length + 30).fill(0xfe);
    buffer.set(bytes, 13);
    const certificates = async (file: Uint8Array) =>
      (await loadKeyStore(file, options)).certificates.map(({ der }) => Buffer.from(der).toString('hex'));
    expect(await certificates(buffer.subarray(13, 13 + bytes.length))).toEqual(await certificates(bytes));
  },
);

test('an empty password is checked, and a missing one is not', async () => {
  const empty = fixture('jks/empty-password.jks');
  expect((await loadKeyStore(empty, { storePass: '' })).integrity).toBe('verified');
  expect((await loadKeyStore(empty)).integrity).toBe('not-checked');
  await expect(loadKeyStore(jks, { storePass: '' })).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
});

test('a file without an integrity check has the warning about that, and none that it was not checked', async () => {
  const store = await loadKeyStore(pfx([], null));
  expect([store.integrity, store.warnings.map(({ code }) => code)]).toEqual(['none', ['WARN_INTEGRITY_UNVERIFIABLE']]);
});

test('CR LF in base64 around a keystore does not mean that the keystore was copied in text mode', async () => {
  const base64 = Buffer.from(jks).toString('base64').replace(/.{76}/g, '$&\r\n');
  await expect(loadKeyStore(Buffer.from(base64), { storePass: 'wrong' })).rejects.toMatchObject({
    code: 'ERR_STORE_INTEGRITY',
  });
});

test('an option that does not exist is a mistake of the caller', async () => {
  await expect(loadKeyStore(jks, { password: 'x' } as never)).rejects.toThrow(/^loadKeyStore: .*password/);
});
