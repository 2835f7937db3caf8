import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/concat.js';
import { toHex } from '../../../src/bytes/encoding.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import { encodePem } from '../../../src/pem/encode.js';
import { positions } from '../../effort.js';
import { fixture } from '../../fixtures.js';
import { realKey } from '../pkcs12/pkcs12-maker.js';
import { keyEntry, type MadeCertificate, type MadeStore, makeJks, protectKey, trustedEntry, u32 } from './jks-maker.js';

const der = fixture('story/intermed.der');
const storePass = 'changeit';
const load = (made: MadeStore) => loadKeyStore(makeJks(made), { storePass: made.storePass ?? storePass });
const codes = (store: { warnings: readonly { code: string }[] }) => store.warnings.map((warning) => warning.code);

/** A key of fixture that other stores can hold: its EncryptedPrivateKeyInfo as it stands in the file. */
function protectedKeyOf(path: string): Uint8Array {
  const bytes = fixture(path);
  const view = new DataView(bytes.buffer);
  const aliasLength = view.getUint16(16);
  const at = 18 + aliasLength + 8;
  return bytes.slice(at + 4, at + 4 + view.getUint32(at));
}

describe('a JKS that Java would read', () => {
  test('may be empty: the bytes Java accepts for it', () => {
    expect(toHex(makeJks({ entries: [] }))).toBe('feedfeed0000000200000000e2686e45fb43dfa4d992dd41ceb6b21c6330d792');
  });

  test.each([1, 2])('may be of version %i', async (version) => {
    const store = await load({ version, entries: [trustedEntry('a', { der }, version)] });
    expect([store.type, store.version, store.size, store.integrity]).toEqual(['JKS', version, 1, 'verified']);
    expect(toHex(store.certificates[0]?.der ?? new Uint8Array())).toBe(toHex(der));
  });

  test.each([1, 20, 100])('may have %i bytes behind its end, with a warning', async (length) => {
    const store = await load({ entries: [], trailing: new Uint8Array(length) });
    expect(codes(store)).toEqual(['WARN_TRAILING_BYTES']);
  });

  test('is checked by its password, the empty one too, and by none if none is given', async () => {
    const bytes = makeJks({ entries: [], storePass });
    expect((await loadKeyStore(bytes)).integrity).toBe('not-checked');
    await expect(loadKeyStore(bytes, { storePass: '' })).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
    expect((await loadKeyStore(makeJks({ entries: [], storePass: '' }), { storePass: '' })).integrity).toBe('verified');
  });

  test('may have an alias twice: both are seen, the last is found', async () => {
    const other = fixture('story/cross.pem');
    const store = await load({ entries: [trustedEntry('same', { der }), trustedEntry('same', { der: other })] });
    const [first, last] = [...store];
    expect(store.size).toBe(2);
    expect(store.aliases()).toEqual(['same']);
    expect(store.getEntry('same')).toBe(last);
    expect(first).not.toBe(last);
    expect(store.warnings).toEqual([expect.objectContaining({ code: 'WARN_ALIAS_DUPLICATE', alias: 'same' })]);
  });

  test('finds an alias in its own spelling first, then in any', async () => {
    const store = await load({ entries: [trustedEntry('Mail', { der }), trustedEntry('mail', { der })] });
    const [upper, lower] = [...store];
    expect([store.getEntry('Mail'), store.getEntry('mail'), store.getEntry('MAIL')]).toEqual([upper, lower, lower]);
    expect(store.getEntry('post')).toBeUndefined();
  });

  test('gives the same entry however it is asked for', async () => {
    const store = await load({ entries: [trustedEntry('Mail', { der })] });
    const [entry] = [...store];
    expect(entry).toMatchObject({ kind: 'trustedCertEntry', alias: 'Mail' });
    expect(store.aliases()).toEqual(['Mail']);
    for (const alias of ['Mail', 'mail', 'MAIL']) expect(store.getEntry(alias)).toBe(entry);
    expect([...store][0]).toBe(entry);
  });

  test.each(['__proto__', 'constructor', 'toString', ''])('may use the alias %j', async (alias) => {
    const store = await load({ entries: [trustedEntry(alias, { der })] });
    expect(store.aliases()).toEqual([alias]);
    expect(store.getEntry(alias)?.alias).toBe(alias);
    expect(store.getEntry('hasOwnProperty')).toBeUndefined();
  });

  test('may hold a date before 1970', async () => {
    const [entry] = await load({ entries: [trustedEntry('a', { der }, 2, -1n)] });
    expect(entry?.creationDate?.toISOString()).toBe('1969-12-31T23:59:59.999Z');
  });

  test('has no types of certificates in version 1, neither of trusted ones nor in chains', async () => {
    const key = keyEntry('key', protectKey(realKey(), storePass), [{ der }, { der }], 1);
    const store = await load({
      version: 1,
      entries: [trustedEntry(Buffer.from('\u00fc'), { der }, 1), key, trustedEntry('a', { der }, 1)],
    });
    const chains = [...store].map((entry) => (entry.kind === 'PrivateKeyEntry' ? entry.certificateChain.length : -1));
    expect([chains, store.warnings]).toEqual([[-1, 2, -1], []]);
  });

  test.each(['\u00fcaaa', 'a\u00fcaa', 'aa\u00fca', 'aaa\u00fc', 'aaaa\u00fc', '\u00fc'])(
    'may use the alias %j',
    async (alias) => {
      const store = await load({ entries: [trustedEntry(Buffer.from(alias), { der })] });
      expect([store.aliases(), store.warnings]).toEqual([[alias], []]);
    },
  );

  test.each(['X.509', 'X509'])('may call the type of a certificate %s', async (type) => {
    expect((await load({ entries: [trustedEntry('a', { type, der })] })).warnings).toEqual([]);
  });

  test('may hold a certificate as PEM text', async () => {
    const [entry] = await load({ entries: [trustedEntry('a', { der: encodePem('CERTIFICATE', der) })] });
    expect(entry?.kind === 'trustedCertEntry' && toHex(entry.certificate.der)).toBe(toHex(der));
  });
});

describe('what Java would refuse whole', () => {
  test.each<[string, MadeCertificate, string]>([
    ['of a type nobody reads', { type: 'PGP', der }, 'WARN_CERTIFICATE_TYPE_UNSUPPORTED'],
    ['of a type that begins like the usual one', { type: 'X.500', der }, 'WARN_CERTIFICATE_TYPE_UNSUPPORTED'],
    ['of a type that ends like the usual one', { type: 'Y.509', der }, 'WARN_CERTIFICATE_TYPE_UNSUPPORTED'],
    ['that cannot be parsed', { der: Uint8Array.of(1, 2, 3) }, 'WARN_CERTIFICATE_UNREADABLE'],
    ['that is cut off', { der: der.subarray(0, -1) }, 'WARN_CERTIFICATE_UNREADABLE'],
  ])('a certificate %s costs its entry only', async (_, bad, code) => {
    const store = await load({ entries: [trustedEntry('bad', bad), trustedEntry('good', { der })] });
    expect(store.aliases()).toEqual(['good']);
    expect(store.warnings).toEqual([expect.objectContaining({ code, alias: 'bad' })]);
  });

  test('a key keeps the certificates that can be read, unless the first is missing', async () => {
    const key = protectedKeyOf('jks/rsa-2048.jks');
    const bad = { der: Uint8Array.of(0) };
    const store = await load({ entries: [keyEntry('a', key, [{ der }, bad]), keyEntry('b', key, [bad, { der }])] });
    const chains = [...store].map((entry) => (entry.kind === 'PrivateKeyEntry' ? entry.certificateChain.length : -1));
    expect(chains).toEqual([1, 0]);
    expect(store.warnings.map((warning) => warning.alias)).toEqual(['a', 'b']);
  });

  test.each([
    ['UTF-8 as pyjks writes it', Buffer.from('🔑'), '🔑'],
    ['ISO 8859-1', Uint8Array.of(0xfc), 'ü'],
  ])('an alias in %s is read, and told', async (_, bytes, alias) => {
    const store = await load({ entries: [trustedEntry(bytes, { der })] });
    expect(store.aliases()).toEqual([alias]);
    expect(codes(store)).toEqual(['WARN_ALIAS_ENCODING']);
  });
});

describe('a JKS is refused', () => {
  test.each<[string, MadeStore, string, string]>([
    [
      'of another version',
      { version: 3, entries: [] },
      'ERR_STORE_UNSUPPORTED',
      'JKS version 3 is not supported; versions 1 and 2 are',
    ],
    [
      'with a negative count',
      { count: -1, entries: [] },
      'ERR_STORE_MALFORMED',
      'JKS store: number of entries: negative (-1) (at byte 8)',
    ],
    ['with more entries announced than there are', { count: 2, entries: [] }, 'ERR_STORE_MALFORMED', 'entry 1: tag:'],
    [
      'with a count that is a bomb',
      { count: 0x7fffffff, entries: [] },
      'ERR_LIMIT_EXCEEDED',
      'entries 2147483647 is over the limit of 100000',
    ],
    [
      'with an unknown tag',
      { entries: [u32(9)] },
      'ERR_STORE_MALFORMED',
      'entry 1: tag: 9 is not an entry tag of JKS (at byte 12)',
    ],
    [
      'with a secret key, which only JCEKS has',
      { entries: [concat(u32(3), Uint8Array.of(0, 4), Buffer.from('mail'), new Uint8Array(8))] },
      'ERR_STORE_MALFORMED',
      'entry 1: tag: 3 is not an entry tag of JKS (at byte 12)',
    ],
    [
      'with a length that is a bomb',
      { entries: [concat(u32(1), Uint8Array.of(0, 4), Buffer.from('mail'), new Uint8Array(8), u32(0x7fffffff))] },
      'ERR_STORE_MALFORMED',
      'entry 1 "mail": length of key: 2147483647 bytes wanted, 20 left (at byte 30)',
    ],
  ])('%s', async (_, made, code, message) => {
    await expect(load(made)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('cut off anywhere, with or without a password', async () => {
    const whole = fixture('jks/ec-p256.jks');
    for (const length of positions(whole.length, 300)) {
      const cut = whole.subarray(0, length);
      const code = length < 4 ? expect.stringMatching(/^ERR_STORE_/) : 'ERR_STORE_MALFORMED';
      await expect(loadKeyStore(cut)).rejects.toMatchObject({ code });
      await expect(loadKeyStore(cut, { storePass })).rejects.toMatchObject({ code });
    }
  });

  test('changed anywhere', async () => {
    const whole = fixture('jks/ec-p256.jks');
    for (const at of positions(whole.length, 300)) {
      const changed = whole.slice();
      changed[at] = (changed[at] as number) ^ 0x01;
      await expect(loadKeyStore(changed, { storePass })).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_(STORE_MALFORMED|STORE_INTEGRITY|STORE_UNSUPPORTED|LIMIT_EXCEEDED)$/),
      });
    }
  });

  test('and told as changed, when the password opens a key', async () => {
    const changed = fixture('tomcat.keystore').slice();
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    await expect(loadKeyStore(changed, { storePass: 'my-passphrase' })).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
      message: expect.stringContaining('the password opens key "tomcat"'),
    });
    await expect(loadKeyStore(changed, { storePass: 'wrong' })).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
      message: 'the store password is wrong, or the file was changed after it was written',
    });
  });
});

test('the first key shows that the password is right, wherever in the file it is', async () => {
  const entries = [trustedEntry('ca', { der }), keyEntry('mail', protectKey(realKey(), storePass), [])];
  await expect(loadKeyStore(makeJks({ entries, storePass: 'another' }), { storePass })).rejects.toMatchObject({
    code: 'ERR_STORE_INTEGRITY',
    message:
      'the password opens key "mail", but the digest of the store differs: the file was changed after it was written, or the store has another password',
  });
});

test('a key with a password of its own does not keep the next ones from showing that the password is right', async () => {
  const ofOther = (count: number) =>
    Array.from({ length: count }, (_, i) => keyEntry(`own ${i}`, protectKey(realKey(), 'own'), []));
  const messageFor = (own: number) => {
    const entries = [...ofOther(own), keyEntry('mail', protectKey(realKey(), storePass), [])];
    return loadKeyStore(makeJks({ entries, storePass: 'another' }), { storePass }).catch(({ message }) => message);
  };
  expect(await messageFor(2)).toMatch(/^the password opens key "mail", but the digest of the store differs/);
  expect(await messageFor(3)).toBe('the store password is wrong, or the file was changed after it was written');
});

describe('a private key', () => {
  test('in a traditional format is converted, with a warning that names it', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pkcs1 = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs1' }));
    const store = await load({ entries: [keyEntry('mail', protectKey(pkcs1, storePass), [{ der }])] });
    const entry = store.getEntry('mail');
    if (entry?.kind !== 'PrivateKeyEntry') expect.fail();
    expect((await entry.getPrivateKey()).algorithm).toBe('RSA');
    expect(store.warnings).toEqual([
      {
        code: 'WARN_KEY_COMPLETED',
        message: 'the key was stored as RSA PRIVATE KEY, which Java does not read; it was converted to PKCS#8',
        alias: 'mail',
      },
    ]);
  });

  test('with a password of its own opens with that and no other', async () => {
    const store = await loadKeyStore(fixture('jks/key-password.jks'), { storePass: 'store-pass' });
    const entry = [...store][0];
    if (entry?.kind !== 'PrivateKeyEntry') throw new Error('fixture');
    const refusal = { code: 'ERR_KEY_UNRECOVERABLE', alias: entry.alias };
    await expect(entry.getPrivateKey()).rejects.toMatchObject(refusal);
    await expect(entry.getPrivateKey('wrong-secret')).rejects.toMatchObject(refusal);
    await expect(entry.getPrivateKey('wrong-secret')).rejects.not.toThrow(/wrong-secret|store-pass/);
  });

  test('under an empty password of its own opens with that, not with that of the store', async () => {
    const store = await load({ entries: [keyEntry('a', protectKey(realKey(), ''), [{ der }])] });
    const entry = store.getEntry('a');
    if (entry?.kind !== 'PrivateKeyEntry') expect.fail();
    expect((await entry.getPrivateKey('')).algorithm).toBe('EC');
    await expect(entry.getPrivateKey()).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
    const other = (await load({ entries: [keyEntry('a', protectKey(realKey(), storePass), [{ der }])] })).getEntry('a');
    if (other?.kind !== 'PrivateKeyEntry') expect.fail();
    await expect(other.getPrivateKey('')).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
  });

  test('opens after a wrong try, even if the file came as a Buffer', async () => {
    const entry = (
      await loadKeyStore(Buffer.from(fixture('jks/key-password.jks')), { storePass: 'store-pass' })
    ).getEntry('mykey');
    if (entry?.kind !== 'PrivateKeyEntry') throw new Error('fixture');
    await expect(entry.getPrivateKey()).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
    expect((await entry.getPrivateKey('key-pass')).algorithm).toBe('RSA');
  });

  test('is given anew at each call, so that wiping one harms no other', async () => {
    const [, , entry] = [...(await loadKeyStore(fixture('tomcat.keystore'), { storePass: 'my-passphrase' }))].sort(
      (a, b) => (a.alias < b.alias ? -1 : 1),
    );
    if (entry?.kind !== 'PrivateKeyEntry') throw new Error('fixture');
    const first = await entry.getPrivateKey();
    first.pkcs8.fill(0);
    expect((await entry.getPrivateKey()).pkcs8[0]).toBe(0x30);
  });
});
