import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/concat.js';
import { toHex } from '../../../src/bytes/encoding.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import type { Entry } from '../../../src/keystore/types.js';
import { fixture } from '../../fixtures.js';
import { leafOf, party } from '../../x509/certificate-maker.js';
import {
  blob,
  certificateEntry,
  clearKeyEntry,
  entry,
  header,
  i32,
  keyRecord,
  type MadeEntry,
  type MadeKey,
  makeBks,
  makerSalt,
  privateKey,
  protectedEntry,
  publicKey,
  seal,
  sealedEntry,
  secretKey,
} from './bks-maker.js';
import { makeUber } from './uber-maker.js';

const storePass = 'changeit';
const der = fixture('story/intermed.der');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pkcs8 = new Uint8Array(rsa.privateKey.export({ format: 'der', type: 'pkcs8' }));
const spki = new Uint8Array(rsa.publicKey.export({ format: 'der', type: 'spki' }));
const aes = Uint8Array.from({ length: 32 }, (_, i) => i);

const load = (entries: readonly Uint8Array[], version = 2) =>
  loadKeyStore(makeBks(entries, storePass, version), { storePass });
const codes = (store: { warnings: readonly { code: string }[] }) => store.warnings.map((warning) => warning.code);

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

describe('a BKS store', () => {
  test.each([0, 1, 2])('of version %i holds every kind of entry', async (version) => {
    const store = await load(
      [
        certificateEntry({ alias: 'trusted', date: 1_600_000_000_123 }, der),
        clearKeyEntry({ alias: 'clear', chain: [der] }, privateKey(pkcs8)),
        sealedEntry({ alias: 'sealed', chain: [der, der] }, privateKey(pkcs8), storePass),
        sealedEntry({ alias: 'public' }, publicKey(spki), storePass),
        sealedEntry({ alias: 'secret' }, secretKey(aes), storePass),
        clearKeyEntry({ alias: 'clear public' }, publicKey(spki)),
        clearKeyEntry({ alias: 'clear secret' }, secretKey(aes)),
        protectedEntry({ alias: 'bytes' }, Uint8Array.of(1, 2, 3)),
      ],
      version,
    );
    expect([store.type, store.version, store.size, store.integrity]).toEqual(['BKS', version, 8, 'verified']);
    expect([...store].map((found) => `${found.alias}: ${found.kind}`)).toEqual([
      'trusted: trustedCertEntry',
      'clear: PrivateKeyEntry',
      'sealed: PrivateKeyEntry',
      'public: PublicKeyEntry',
      'secret: SecretKeyEntry',
      'clear public: PublicKeyEntry',
      'clear secret: SecretKeyEntry',
      'bytes: SecretKeyEntry',
    ]);
    expect(store.getEntry('trusted')?.creationDate?.getTime()).toBe(1_600_000_000_123);
    for (const alias of ['clear', 'sealed']) expect(await keyOf(store.getEntry(alias))).toBe(toHex(pkcs8));
    for (const alias of ['public', 'clear public']) expect(await keyOf(store.getEntry(alias))).toBe(toHex(spki));
    for (const alias of ['secret', 'clear secret']) expect(await keyOf(store.getEntry(alias))).toBe(toHex(aes));
    expect(await keyOf(store.getEntry('bytes'))).toBe('010203');
    const sealed = store.getEntry('sealed');
    expect(sealed?.kind === 'PrivateKeyEntry' && sealed.certificateChain).toHaveLength(2);
    expect(codes(store)).toEqual(version < 2 ? ['WARN_INTEGRITY_WEAK'] : []);
  });

  test('gives the algorithms by Java’s names', async () => {
    const store = await load([
      sealedEntry({ alias: 'private', chain: [der] }, privateKey(pkcs8), storePass),
      sealedEntry({ alias: 'secret' }, secretKey(aes, 'HmacSHA256'), storePass),
    ]);
    const [first, second] = [...store];
    expect(first?.kind === 'PrivateKeyEntry' && (await first.getPrivateKey()).algorithm).toBe('RSA');
    expect(second?.kind === 'SecretKeyEntry' && (await second.getSecretKey()).algorithm).toBe('HmacSHA256');
  });

  test('may be empty, in which case nothing but the MAC stands in it', async () => {
    expect((await load([])).size).toBe(0);
  });

  test('is open without a password but for its sealed keys', async () => {
    const bytes = makeBks(
      [
        certificateEntry({ alias: 'trusted' }, der),
        clearKeyEntry({ alias: 'clear', chain: [der] }, privateKey(pkcs8)),
        sealedEntry({ alias: 'sealed', chain: [der] }, privateKey(pkcs8), storePass),
        sealedEntry({ alias: 'secret' }, secretKey(aes), storePass),
      ],
      storePass,
      1,
    );
    const store = await loadKeyStore(bytes);
    expect([store.integrity, codes(store)]).toEqual(['not-checked', ['WARN_INTEGRITY_NOT_CHECKED']]);
    expect(await keyOf(store.getEntry('clear'))).toBe(toHex(pkcs8));
    await expect(keyOf(store.getEntry('sealed'))).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
    expect(await keyOf(store.getEntry('sealed'), storePass)).toBe(toHex(pkcs8));
    expect(await keyOf(store.getEntry('secret'), storePass)).toBe(toHex(aes));
  });

  test('may have a password of its own for each key, which tells what kind of key it is by its size', async () => {
    const store = await load([
      sealedEntry({ alias: 'private', chain: [der] }, privateKey(pkcs8), 'one'),
      sealedEntry({ alias: 'public', chain: [der] }, publicKey(spki), 'two'),
      sealedEntry({ alias: 'secret', chain: [der] }, secretKey(aes), 'three'),
      sealedEntry({ alias: 'lone private' }, privateKey(pkcs8), 'four'),
      sealedEntry({ alias: 'lone public' }, publicKey(spki), 'five'),
      sealedEntry({ alias: 'lone secret' }, secretKey(new Uint8Array(128), 'HmacSHA512'), 'six'),
    ]);
    expect([...store].map((found) => found.kind)).toEqual([
      'PrivateKeyEntry',
      'PublicKeyEntry',
      'SecretKeyEntry',
      'PrivateKeyEntry',
      'PublicKeyEntry',
      'SecretKeyEntry',
    ]);
    expect(await keyOf(store.getEntry('private'), 'one')).toBe(toHex(pkcs8));
    expect(await keyOf(store.getEntry('public'), 'two')).toBe(toHex(spki));
    expect(await keyOf(store.getEntry('secret'), 'three')).toBe(toHex(aes));
    const wrong = expect.objectContaining({ code: 'ERR_KEY_UNRECOVERABLE', alias: 'private' });
    await expect(keyOf(store.getEntry('private'))).rejects.toEqual(wrong);
    await expect(keyOf(store.getEntry('private'), 'two')).rejects.toEqual(wrong);
    // The certificates of an entry that is no key entry are still in the file.
    expect(store.certificates).toHaveLength(1);
  });

  test('says so if the key under a password is of another kind than its size says', async () => {
    const store = await load([sealedEntry({ alias: 'odd', chain: [der] }, secretKey(new Uint8Array(2000)), 'own')]);
    await expect(keyOf(store.getEntry('odd'), 'own')).rejects.toMatchObject({ code: 'ERR_ENTRY_TYPE' });
  });

  test('may hold an EncryptedPrivateKeyInfo made by another program', async () => {
    const made = rsa.privateKey.export({
      format: 'der',
      type: 'pkcs8',
      cipher: 'aes-256-cbc',
      passphrase: 'elsewhere',
    });
    const store = await load([protectedEntry({ alias: 'k', chain: [der] }, new Uint8Array(made))]);
    const found = store.getEntry('k');
    expect(found?.kind).toBe('PrivateKeyEntry');
    expect(await keyOf(found, 'elsewhere')).toBe(toHex(pkcs8));
    await expect(keyOf(found)).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
  });

  test.each(['', 'pässwörd', 'пароль€語', '\u{1f511}', '\ud800'])('may have the password %j', async (password) => {
    const bytes = makeBks([sealedEntry({ alias: 'k', chain: [der] }, privateKey(pkcs8), password)], password);
    const store = await loadKeyStore(bytes, { storePass: password });
    expect(store.integrity).toBe('verified');
    expect(await keyOf(store.getEntry('k'))).toBe(toHex(pkcs8));
  });

  test.each(['Uint8Array', 'Buffer'])('in a %s hands out keys that a caller may overwrite', async (kind) => {
    const made = makeBks([clearKeyEntry({ alias: 'k', chain: [der] }, privateKey(pkcs8))], storePass);
    const bytes = kind === 'Buffer' ? Buffer.from(made) : made;
    const kept = toHex(bytes);
    const found = (await loadKeyStore(bytes)).getEntry('k');
    if (found?.kind === 'PrivateKeyEntry') (await found.getPrivateKey()).pkcs8.fill(0);
    expect(await keyOf(found)).toBe(toHex(pkcs8));
    expect(toHex(bytes)).toBe(kept);
  });

  test('is refused under a wrong password, and the message tells a changed file from it if a key opens', async () => {
    const bytes = makeBks([sealedEntry({ alias: 'k', chain: [der] }, privateKey(pkcs8), storePass)], storePass);
    const wrong = loadKeyStore(bytes, { storePass: 'secret word' });
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
    await expect(wrong).rejects.toThrow(/password is wrong/);
    await expect(wrong).rejects.not.toThrow(/secret word/);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    await expect(loadKeyStore(bytes, { storePass })).rejects.toThrow(/opens a key.*changed/);
  });

  test.each([1, 5, 20])('tells of %i bytes behind its end', async (length) => {
    const bytes = concat(makeBks([certificateEntry({ alias: 'a' }, der)], storePass), new Uint8Array(length));
    expect(codes(await loadKeyStore(bytes, { storePass }))).toEqual(['WARN_TRAILING_BYTES']);
  });

  test('reports a bad certificate at its entry and keeps the rest', async () => {
    const bad = Uint8Array.of(0x30, 1, 0);
    const store = await load([
      certificateEntry({ alias: 'bad' }, bad),
      certificateEntry({ alias: 'pgp', certificateType: 'PGP' }, der),
      certificateEntry({ alias: 'good' }, der),
      clearKeyEntry({ alias: 'headless', chain: [bad, der] }, privateKey(pkcs8)),
      clearKeyEntry({ alias: 'gap', chain: [der, bad, der] }, privateKey(pkcs8)),
    ]);
    expect(store.aliases()).toEqual(['good', 'headless', 'gap']);
    expect(store.warnings.map(({ code, alias }) => `${code} ${alias}`)).toEqual([
      'WARN_CERTIFICATE_UNREADABLE bad',
      'WARN_CERTIFICATE_TYPE_UNSUPPORTED pgp',
      'WARN_CERTIFICATE_UNREADABLE headless',
      'WARN_CERTIFICATE_UNREADABLE gap',
    ]);
    const chains = [...store].map((found) => (found.kind === 'PrivateKeyEntry' ? found.certificateChain.length : -1));
    expect(chains).toEqual([-1, 0, 2]);
  });

  test('keeps the certificates that stand beside a secret key', async () => {
    for (const make of [clearKeyEntry, (made: MadeEntry, key: MadeKey) => sealedEntry(made, key, storePass)]) {
      const store = await load([make({ alias: 'aes', chain: [der] }, secretKey(aes))]);
      expect([...store].map(({ kind }) => kind)).toEqual(['SecretKeyEntry']);
      expect(store.certificates.map((certificate) => toHex(certificate.der))).toEqual([toHex(der)]);
    }
  });

  test('is told from a wrong password also if its first entry has no key', async () => {
    const entries = [certificateEntry({ alias: 'a' }, der), sealedEntry({ alias: 'k' }, privateKey(pkcs8), storePass)];
    const bytes = makeBks(entries, 'another');
    await expect(loadKeyStore(bytes, { storePass })).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
      message:
        'the password opens a key of the store, but the MAC differs: the file was changed after it was written, or the store has another password',
    });
  });

  test('is told from a wrong password also if one of the first three keys has a password of its own, or cannot be read', async () => {
    const key = privateKey(pkcs8);
    const messageFor = (...others: Uint8Array[]) =>
      loadKeyStore(makeBks([...others, sealedEntry({ alias: 'k' }, key, storePass)], 'another'), { storePass }).catch(
        ({ message }) => message,
      );
    const own = sealedEntry({ alias: 'own' }, key, 'own');
    const unreadable = sealedEntry({ alias: 'costly' }, key, storePass, 2_000_000_000);
    expect(await messageFor(own, unreadable)).toMatch(/^the password opens a key of the store, but the MAC differs/);
    expect(await messageFor(own, own, own)).toBe(
      'the store password is wrong, or the file was changed after it was written',
    );
  });

  test('names the method of a key whose password is not a string', async () => {
    const keys = { private: privateKey(pkcs8), public: publicKey(spki), secret: secretKey(aes) };
    const made = Object.entries(keys).map(([alias, key]) => sealedEntry({ alias }, key, storePass));
    const store = await load(made);
    const messageOf = (alias: string) =>
      keyOf(store.getEntry(alias), 5 as unknown as string).catch(({ message }: Error) => message);
    expect(await messageOf('private')).toMatch(/^getPrivateKey: keyPass must be a string/);
    expect(await messageOf('public')).toMatch(/^getPublicKey: keyPass must be a string/);
    expect(await messageOf('secret')).toMatch(/^getSecretKey: keyPass must be a string/);
  });

  test('tries no variant of a password that takes all the work that is left', async () => {
    const loading = loadKeyStore(makeBks([], storePass), { storePass: 'wrong', limits: { totalIterations: 5 } });
    await expect(loading).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
  });

  test('keeps the certificates that stand beside a trusted one', async () => {
    const other = leafOf(party('CA')).der;
    const store = await load([certificateEntry({ alias: 'a', chain: [other] }, der)]);
    expect(store.certificates.map((certificate) => toHex(certificate.der)).sort()).toEqual(
      [der, other].map(toHex).sort(),
    );
  });

  test('gives copies of keys and bytes, which a caller may overwrite', async () => {
    const store = await load([
      clearKeyEntry({ alias: 'public' }, publicKey(spki)),
      clearKeyEntry({ alias: 'secret' }, secretKey(aes)),
      protectedEntry({ alias: 'bytes' }, aes),
    ]);
    for (const found of store) {
      if (found.kind === 'PublicKeyEntry') (await found.getPublicKey()).spki.fill(0);
      if (found.kind === 'SecretKeyEntry') (await found.getSecretKey()).key.fill(0);
      expect(await keyOf(found), found.alias).toBe(toHex(found.alias === 'public' ? spki : aes));
    }
  });

  test('opens keys of an unlikely size with the store password, to see what they are', async () => {
    const small = new Uint8Array(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'der', type: 'pkcs8' }),
    );
    const bad = Uint8Array.of(0x30, 1, 0);
    const noIterations = blob(concat(blob(makerSalt), i32(0)));
    const store = await load([
      sealedEntry({ alias: 'small' }, privateKey(small, 'EC'), storePass),
      sealedEntry({ alias: 'small, of its own' }, privateKey(small, 'EC'), 'own'),
      sealedEntry({ alias: 'unreadable chain', chain: [bad] }, privateKey(small, 'EC'), 'own'),
      entry(4, { alias: 'broken' }, noIterations),
      entry(4, { alias: 'broken, with a chain', chain: [der] }, noIterations),
      sealedEntry({ alias: 'costly' }, privateKey(pkcs8), storePass, 2 ** 20 + 1),
      sealedEntry({ alias: 'good' }, secretKey(aes), storePass),
    ]);
    expect([...store].map(({ alias, kind }) => [alias, kind])).toEqual([
      ['small', 'PrivateKeyEntry'],
      ['small, of its own', 'SecretKeyEntry'],
      ['unreadable chain', 'PrivateKeyEntry'],
      ['broken', 'SecretKeyEntry'],
      ['broken, with a chain', 'PrivateKeyEntry'],
      ['costly', 'SecretKeyEntry'],
      ['good', 'SecretKeyEntry'],
    ]);
    await expect(keyOf(store.getEntry('costly'))).rejects.toMatchObject({ limit: 'bksIterations' });
    expect(await keyOf(store.getEntry('good'))).toBe(toHex(aes));
  });

  test('guesses what a sealed key is if there is no password', async () => {
    const store = await loadKeyStore(makeBks([sealedEntry({ alias: 'k' }, secretKey(aes), storePass)], storePass));
    expect([...store].map(({ kind }) => kind)).toEqual(['SecretKeyEntry']);
  });

  test('sees what a key is with the variant of the password that fits the store', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const made = privateKey(new Uint8Array(ec.export({ format: 'der', type: 'pkcs8' })), 'EC');
    const entries = [sealedEntry({ alias: 'k' }, made, 'secret\n')];
    for (const bytes of [makeBks(entries, 'secret\n'), makeUber(entries, 'secret\n')]) {
      const store = await loadKeyStore(bytes, { storePass: 'secret' });
      expect(store.getEntry('k')?.kind, store.type).toBe('PrivateKeyEntry');
    }
  });

  test('gives protected bytes that are nested too deep as they are', async () => {
    const deep = Uint8Array.from([...Array(200).fill([0x30, 0x80]).flat(), ...Array(400).fill(0)]);
    expect(await keyOf((await load([protectedEntry({ alias: 'k' }, deep)])).getEntry('k'))).toBe(toHex(deep));
  });

  test('names the byte of a bad field', async () => {
    const byteOf = async (bytes: Uint8Array) => {
      const { offset } = await loadKeyStore(bytes, { storePass, type: 'BKS' }).catch((error) => error);
      return [...bytes.subarray(offset, offset + 2)];
    };
    const whole = (...parts: Uint8Array[]) => concat(...parts, Uint8Array.of(0), new Uint8Array(20));
    const { offset } = await loadKeyStore(whole(header(2, 3, new Uint8Array())), { type: 'BKS' }).catch(
      (error) => error,
    );
    expect(offset).toBe(4);
    expect(await byteOf(whole(header(2), Uint8Array.of(9, 8)))).toEqual([9, 8]);
    expect(await byteOf(whole(header(2), clearKeyEntry({ alias: 'k' }, { ...secretKey(aes), keyType: 7 })))).toEqual([
      7, 0,
    ]);
    // The length of the name of the format, `PKCS#8`.
    expect(await byteOf(whole(header(2), clearKeyEntry({ alias: 'k' }, { ...privateKey(aes), keyType: 2 })))).toEqual([
      0, 6,
    ]);
  });

  test('is read no further than it is one', async () => {
    const refusal = (bytes: Uint8Array) =>
      loadKeyStore(bytes, { storePass, type: 'BKS' }).catch((error: unknown) => error);
    const whole = (...parts: Uint8Array[]) => concat(...parts, Uint8Array.of(0), new Uint8Array(20));
    const badFormat = clearKeyEntry({ alias: 'k' }, { ...privateKey(pkcs8), format: 'RAW' });
    for (const [bytes, message] of [
      [whole(header(2, 3, new Uint8Array())), 'salt length: 0'],
      [whole(header(2, 0)), 'iteration count: 0'],
      [whole(header(2), entry(5, { alias: 'k' }, new Uint8Array())), 'type of entry: 5 is not an entry type of BKS'],
      [whole(header(2), badFormat), 'key format: wrong for a private key'],
    ] as const)
      expect(await refusal(bytes)).toMatchObject({
        code: 'ERR_STORE_MALFORMED',
        message: expect.stringContaining(message),
      });
    expect(await refusal(whole(header(3)))).toMatchObject({ code: 'ERR_STORE_UNSUPPORTED' });
  });

  test('opens no sealed key that has something behind it', async () => {
    const sealedRecord = (...behind: number[]) => {
      const plain = concat(keyRecord(secretKey(aes)), Uint8Array.from(behind));
      return entry(4, { alias: 'k' }, blob(concat(blob(makerSalt), i32(3), seal(plain, storePass))));
    };
    expect(await keyOf((await load([sealedRecord()])).getEntry('k'))).toBe(toHex(aes));
    const longer = (await load([sealedRecord(0)])).getEntry('k');
    await expect(keyOf(longer)).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
  });

  test('reads an alias that is not Java’s UTF-8, and says so', async () => {
    const store = await load([certificateEntry({ alias: Uint8Array.of(0x61, 0xff) }, der)]);
    expect([store.aliases(), codes(store)]).toEqual([['aÿ'], ['WARN_ALIAS_ENCODING']]);
  });

  test('damaged inside one sealed key loses that key only', async () => {
    const brokenSeal = entry(4, { alias: 'broken' }, blob(concat(blob(makerSalt), i32(0))));
    const noise = entry(4, { alias: 'noise' }, blob(concat(blob(makerSalt), i32(3), seal(aes, storePass))));
    const badKey: MadeKey = { keyType: 0, format: 'PKCS#8', algorithm: 'RSA', encoded: aes };
    const store = await load([
      brokenSeal,
      noise,
      clearKeyEntry({ alias: 'no key' }, badKey),
      clearKeyEntry({ alias: 'good' }, secretKey(aes)),
    ]);
    await expect(keyOf(store.getEntry('broken'))).rejects.toMatchObject({ code: 'ERR_STORE_MALFORMED' });
    await expect(keyOf(store.getEntry('noise'))).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
    await expect(keyOf(store.getEntry('no key'))).rejects.toMatchObject({ code: 'ERR_STORE_MALFORMED' });
    expect(await keyOf(store.getEntry('good'))).toBe(toHex(aes));
  });
});
