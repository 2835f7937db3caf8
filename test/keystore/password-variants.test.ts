import { describe, expect, it } from 'vitest';
import { concat } from '../../src/bytes/concat.js';
import { toHex } from '../../src/bytes/encoding.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { KeyStore } from '../../src/keystore/types.js';
import { fixture } from '../fixtures.js';
import { makeBcfks, privateKeyObject } from './bcfks/bcfks-maker.js';
import { makeBks, privateKey, sealedEntry } from './bks/bks-maker.js';
import { makeUber } from './bks/uber-maker.js';
import { sealed, secretKeySpec } from './jks/java-stream-maker.js';
import { keyEntry, makeJks, protectKey, u32 } from './jks/jks-maker.js';

const pkcs8 = fixture('not-keystores/pkcs8.der');

/** What writers make of a password, and a word of the warning. */
const variants: readonly (readonly [how: string, given: string, used: string, words: RegExp])[] = [
  ['octets of UTF-8 as characters', 'p\u00e4ss', 'p\u00c3\u00a4ss', /UTF-8 octets.*piped into keytool/],
  ['U+FFFD for each octet', 'p\u00e4ss', 'p\ufffd\ufffdss', /U\+FFFD/],
  ['Unicode normalization form D', 'p\u00e4ss', 'pa\u0308ss', /form D/],
  ['a line feed at its end', 'secret', 'secret\n', /line feed/],
  ['CR LF at its end', 'secret', 'secret\r\n', /CR and line feed/],
  ['no line end, though one was given', 'secret\n', 'secret', /without the line end/],
];

const jceksKey = (password: string) =>
  concat(u32(3), Uint8Array.of(0, 1, 0x6b), new Uint8Array(8), sealed(secretKeySpec('AES', pkcs8), { password }));

/** A store of each type, written with one password for the store and another for its key, which is called k. */
const stores: readonly (readonly [type: string, make: (storePass: string, keyPass: string) => Uint8Array])[] = [
  ['JKS', (storePass, keyPass) => makeJks({ storePass, entries: [keyEntry('k', protectKey(pkcs8, keyPass), [])] })],
  ['JCEKS', (storePass, keyPass) => makeJks({ magic: 0xcececece, storePass, entries: [jceksKey(keyPass)] })],
  ['BKS', (storePass, keyPass) => makeBks([sealedEntry({ alias: 'k' }, privateKey(pkcs8), keyPass)], storePass)],
  ['UBER', (storePass, keyPass) => makeUber([sealedEntry({ alias: 'k' }, privateKey(pkcs8), keyPass)], storePass)],
  ['BCFKS', (storePass, keyPass) => makeBcfks({ storePass, objects: [privateKeyObject('k', pkcs8, [], keyPass)] })],
];

async function keyOf(store: KeyStore, keyPass?: string): Promise<string> {
  const entry = store.getEntry('k');
  if (entry?.kind === 'PrivateKeyEntry') return toHex((await entry.getPrivateKey(keyPass)).pkcs8);
  if (entry?.kind === 'SecretKeyEntry') return toHex((await entry.getSecretKey(keyPass)).key);
  throw new Error('the store has no key');
}

describe.each(stores)('%s', (_, make) => {
  it.each(variants)(
    'written with the password in the form "%s" opens, key included, with one warning',
    async (_, given, used, words) => {
      const store = await loadKeyStore(make(used, used), { storePass: given });
      expect(store.integrity).toBe('verified');
      expect(await keyOf(store)).toBe(toHex(pkcs8));
      expect(store.warnings).toEqual([{ code: 'WARN_PASSWORD_ENCODING', message: expect.stringMatching(words) }]);
    },
  );

  it.each(variants)(
    'whose key has its own password in the form "%s" warns when the key is opened',
    async (_, given, used, words) => {
      const store = await loadKeyStore(make('other', used), { storePass: 'other' });
      expect(store.warnings).toEqual([]);
      expect(await keyOf(store, given)).toBe(toHex(pkcs8));
      const message = expect.stringMatching(words);
      expect(store.warnings).toEqual([{ code: 'WARN_PASSWORD_ENCODING', message, alias: 'k' }]);
    },
  );

  it('whose key has the password as given, and the store a variant of it, opens', async () => {
    const store = await loadKeyStore(make('secret\n', 'secret'), { storePass: 'secret' });
    expect(await keyOf(store)).toBe(toHex(pkcs8));
  });

  it('is refused with another password, whatever its form', async () => {
    await expect(loadKeyStore(make('secret\n', 'secret\n'), { storePass: 'secre' })).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
    });
    const store = await loadKeyStore(make('a', 'secret\n'), { storePass: 'a' });
    await expect(keyOf(store)).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE', alias: 'k' });
  });
});

it('the MAC of 16 bits of BKS version 1 is compared with the password as given only', async () => {
  await expect(loadKeyStore(makeBks([], 'secret\n', 1), { storePass: 'secret' })).rejects.toMatchObject({
    code: 'ERR_STORE_INTEGRITY',
  });
});
