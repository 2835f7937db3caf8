import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeElement, encodeInteger, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { toHex } from '../../../src/bytes/encoding.js';
import { encodeUtf16 } from '../../../src/bytes/utf16.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import type { Entry } from '../../../src/keystore/types.js';
import { fixture } from '../../fixtures.js';
import {
  algorithm,
  certificateObject,
  encryptedPair,
  type MadeBcfks,
  makeBcfks,
  makeObject,
  oids,
  privateKeyObject,
  type Style,
  secretKeyData,
  secretKeyObject,
} from './bcfks-maker.js';

const storePass = 'changeit';
const der = fixture('story/intermed.der');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pkcs8 = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
const aes = Uint8Array.from({ length: 32 }, (_, i) => i);
const objects = [
  certificateObject('trusted', der),
  privateKeyObject('private', pkcs8, [der, der], storePass),
  secretKeyObject('secret', aes, storePass),
];

const load = (made: MadeBcfks) => loadKeyStore(makeBcfks(made), { storePass: made.storePass ?? storePass });
const codes = (store: { warnings: readonly { code: string }[] }) => store.warnings.map((warning) => warning.code);

async function keyOf(found: Entry | undefined, keyPass?: string) {
  if (found?.kind === 'PrivateKeyEntry') return toHex((await found.getPrivateKey(keyPass)).pkcs8);
  if (found?.kind === 'SecretKeyEntry') return toHex((await found.getSecretKey(keyPass)).key);
  return undefined;
}

describe('a BCFKS store', () => {
  const styles: Record<string, Style & { mac?: 'sha512' | 'sha3-512' }> = {
    'PBKDF2 and CCM': {},
    'SHA3-512': { prf: 'sha3-512', mac: 'sha3-512' },
    'key wrap': { cipher: 'kwp' },
    'a tag of the default length': { tagLength: 'default' },
    'a tag of 16 bytes': { tagLength: 16 },
    'scrypt with r for p': { scrypt: { N: 64, r: 4, p: 1, effective: 4 } },
    'scrypt as specified': { scrypt: { N: 64, r: 4, p: 2, effective: 2 } },
    'scrypt with r and p alike': { scrypt: { N: 64, r: 2, p: 2, effective: 2 } },
    'scrypt, Bouncy Castle’s way, beyond the limit of p': { scrypt: { N: 64, r: 4, p: 1000, effective: 4 } },
    'keys of the usual length': { keyLength: 'default' },
    'scrypt and keys of the usual length': { scrypt: { N: 64, r: 4, p: 1, effective: 4 }, keyLength: 'default' },
    'no outer encryption': { clear: true } as Style,
  };

  test.each(Object.keys(styles))('with %s', async (name) => {
    const store = await load({ objects, ...styles[name] });
    expect([store.type, store.version, store.integrity, codes(store)]).toEqual(['BCFKS', 1, 'verified', []]);
    expect([...store].map((found) => found.kind)).toEqual(['trustedCertEntry', 'PrivateKeyEntry', 'SecretKeyEntry']);
    expect(await keyOf(store.getEntry('private'))).toBe(toHex(pkcs8));
    expect(await keyOf(store.getEntry('secret'))).toBe(toHex(aes));
    const entry = store.getEntry('private');
    expect(entry?.kind === 'PrivateKeyEntry' && entry.certificateChain).toHaveLength(2);
  });

  test.each(Object.keys(styles))('whose keys are under %s', async (name) => {
    const store = await load({ objects: [privateKeyObject('k', pkcs8, [der], 'own', styles[name])] });
    expect(await keyOf(store.getEntry('k'), 'own')).toBe(toHex(pkcs8));
    const wrong = expect.objectContaining({ code: 'ERR_KEY_UNRECOVERABLE', alias: 'k' });
    if (name.includes('beyond')) return;
    await expect(keyOf(store.getEntry('k'))).rejects.toEqual(wrong);
    await expect(keyOf(store.getEntry('k'), 'other')).rejects.toEqual(wrong);
  });

  test('shows when an entry was last changed', async () => {
    const object = { type: 0, alias: 'a', data: der, created: '20200102030405Z', modified: '20210203040506Z' };
    const store = await load({ objects: [makeObject(object)] });
    expect(store.getEntry('a')?.creationDate?.toISOString()).toBe('2021-02-03T04:05:06.000Z');
  });

  test('may be empty', async () => expect((await load({ objects: [] })).size).toBe(0));

  test.each(['', 'пароль€語', '\u{1f511}'])('may have the password %j', async (password) => {
    const store = await load({ objects: [privateKeyObject('k', pkcs8, [der], password)], storePass: password });
    expect(await keyOf(store.getEntry('k'))).toBe(toHex(pkcs8));
  });

  test('gives nothing without a password if it is encrypted, and all but keys if it is not', async () => {
    await expect(loadKeyStore(makeBcfks({ objects }))).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
    const store = await loadKeyStore(makeBcfks({ objects, clear: true }));
    expect([store.integrity, store.size]).toEqual(['not-checked', 3]);
    await expect(keyOf(store.getEntry('private'))).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
    expect(await keyOf(store.getEntry('private'), storePass)).toBe(toHex(pkcs8));
  });

  test('is refused under a wrong password, and told from one that was changed', async () => {
    const bytes = makeBcfks({ objects });
    const wrong = loadKeyStore(bytes, { storePass: 'secret word' });
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
    await expect(wrong).rejects.toThrow(/password is wrong/);
    await expect(wrong).rejects.not.toThrow(/secret word/);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    await expect(loadKeyStore(bytes, { storePass })).rejects.toThrow(/opens the store.*changed/);
  });

  test('whose MAC has another password than its encryption is told from a wrong password', async () => {
    const refusal = async (made: Partial<MadeBcfks>) =>
      load({ objects, ...made }).catch(({ code, message }) => [code, message]);
    expect(await refusal({ dataPass: 'another' })).toEqual([
      'ERR_STORE_INTEGRITY',
      'the MAC matches the password, but the password does not decrypt the store',
    ]);
    const bytes = makeBcfks({ objects, storePass: 'another', dataPass: storePass });
    await expect(loadKeyStore(bytes, { storePass })).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
      message: 'the password opens the store, but the MAC differs: the file was changed after it was written',
    });
    const clear = makeBcfks({ objects, clear: true });
    await expect(loadKeyStore(clear, { storePass: 'another' })).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
      message: 'the store password is wrong, or the file was changed after it was written',
    });
  });

  test('must name inside the algorithm of the check around it', async () => {
    await expect(load({ objects, innerMac: oids.hmacSha3 })).rejects.toMatchObject({ code: 'ERR_STORE_MALFORMED' });
  });

  test('may be signed instead, with a warning because the signature is not checked', async () => {
    const check = encodeSequence(
      algorithm('1.2.840.10045.4.3.4'),
      encodeElement(0xa0, encodeSequence(der, Uint8Array.of(0x30, 0))),
      encodeElement(0x03, Uint8Array.of(0, 1, 2, 3)),
    );
    const signed = { innerMac: '1.2.840.10045.4.3.4', integrity: encodeElement(0xa0, check) };
    const store = await load({ objects: objects.slice(1), ...signed });
    expect([store.integrity, codes(store)]).toEqual([
      'not-checked',
      ['WARN_INTEGRITY_UNVERIFIABLE', 'WARN_CERTIFICATE_UNREADABLE'],
    ]);
    expect(store.certificates).toHaveLength(1);
    expect(await keyOf(store.getEntry('private'))).toBe(toHex(pkcs8));
    const noPassword = makeBcfks({ objects, ...signed, storePass: '' });
    expect((await loadKeyStore(noPassword)).size).toBe(3);
    const withPassword = makeBcfks({ objects, ...signed });
    await expect(loadKeyStore(withPassword)).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
    await expect(loadKeyStore(withPassword, { storePass: 'x' })).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
  });

  test('names secret keys as Java does', async () => {
    const hmac = '1.2.840.113549.2.9';
    const store = await load({
      objects: [
        secretKeyObject('a', aes, storePass),
        secretKeyObject('h', aes, storePass, hmac),
        secretKeyObject('o', aes, storePass, '1.2.3'),
      ],
    });
    const names = [];
    for (const found of store) if (found.kind === 'SecretKeyEntry') names.push((await found.getSecretKey()).algorithm);
    expect(names).toEqual(['AES', 'HmacSHA256', '1.2.3']);
  });

  test('may hold keys that the program storing them had encrypted', async () => {
    const elsewhere = privateKey.export({
      format: 'der',
      type: 'pkcs8',
      cipher: 'aes-256-cbc',
      passphrase: 'elsewhere',
    });
    const store = await load({
      objects: [
        makeObject({ type: 3, alias: 'pkcs8', data: encodeSequence(elsewhere, encodeSequence(der)) }),
        makeObject({ type: 4, alias: 'secret', data: secretKeyData(aes, 'own') }),
        makeObject({ type: 4, alias: 'bytes', data: Uint8Array.of(1, 2, 3) }),
      ],
    });
    expect(await keyOf(store.getEntry('pkcs8'), 'elsewhere')).toBe(toHex(pkcs8));
    await expect(keyOf(store.getEntry('pkcs8'))).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
    expect(await keyOf(store.getEntry('secret'), 'own')).toBe(toHex(aes));
    const bytes = store.getEntry('bytes');
    if (bytes?.kind === 'SecretKeyEntry') (await bytes.getSecretKey()).key.fill(0);
    // What a caller overwrites is a copy.
    expect(await keyOf(bytes)).toBe('010203');
  });

  test('gives bytes that another program stored as they are, unless they are encrypted as in this format', async () => {
    const bytes = [
      encodeSequence(),
      encodeSequence(encodeSequence()),
      encodeSequence(encodeSequence(), encodeOctetString(aes), encodeSequence()),
      // Deeper than the limit: a list of lists of unknown length.
      Uint8Array.from([...Array(200).fill([0x30, 0x80]).flat(), ...Array(400).fill(0)]),
    ];
    const objects = bytes.map((data, i) => makeObject({ type: 4, alias: `${i}`, data }));
    const store = await load({ objects });
    for (const [i, data] of bytes.entries()) expect(await keyOf(store.getEntry(`${i}`))).toBe(toHex(data));
  });

  test('loses the chain of a key whose leaf cannot be read', async () => {
    const store = await load({ objects: [privateKeyObject('k', pkcs8, [encodeSequence(), der], storePass)] });
    expect(store.getEntry('k')).toMatchObject({ certificateChain: [] });
  });

  test('tries no variant of a password that takes all the work that is left', async () => {
    const data = encryptedPair(pkcs8, 'own', 'SECRET_KEY_ENCRYPTION', { iterations: 4 });
    const objects = [
      privateKeyObject('private', pkcs8, [der], 'own', { iterations: 4 }),
      makeObject({ type: 2, alias: 'secret', data }),
    ];
    // Three iterations for the MAC, three for the encryption of the store.
    const store = await loadKeyStore(makeBcfks({ objects }), { storePass, limits: { totalIterations: 7 } });
    for (const alias of ['private', 'secret'])
      await expect(keyOf(store.getEntry(alias), 'wrong')).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
    const limits = { totalIterations: 5 };
    await expect(loadKeyStore(makeBcfks({ objects }), { storePass: 'wrong', limits })).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
    });
  });

  test('tries the variant of the password that fits the store before the password itself', async () => {
    // One attempt takes all the work that is allowed for the key.
    const key = privateKeyObject('private', pkcs8, [der], 'secret\n', { iterations: 900 });
    const bytes = makeBcfks({ objects: [key], storePass: 'secret\n' });
    const store = await loadKeyStore(bytes, { storePass: 'secret', limits: { totalIterations: 1_000 } });
    expect(await keyOf(store.getEntry('private'))).toBe(toHex(pkcs8));
  });

  test('is nested at most as deep as the limit allows', async () => {
    const loading = loadKeyStore(makeBcfks({ objects }), { storePass, limits: { asn1Depth: 2 } });
    await expect(loading).rejects.toMatchObject({ limit: 'asn1Depth', found: 3, maximum: 2 });
  });

  test('says at which byte of the file an entry is malformed, if it is not encrypted', async () => {
    const bad = encodeSequence(encodeInteger(7), encodeInteger(77));
    const bytes = makeBcfks({ objects: [certificateObject('a', der), bad], clear: true });
    await expect(loadKeyStore(bytes, { storePass })).rejects.toMatchObject({
      path: 'entry 2',
      offset: Buffer.from(bytes).indexOf(bad),
    });
  });

  test('may hold password-based keys: the encoded key if there is one, else the password', async () => {
    const name = encodeElement(0x0c, Buffer.from('PBKDF2WITHHMACSHA256'));
    const password = encodeOctetString(encodeUtf16('pä'));
    const rest = [encodeElement(0x80, Uint8Array.of(9)), encodeElement(0x81, Uint8Array.of(5))];
    const object = (alias: string, ...parts: Uint8Array[]) => {
      const data = encryptedPair(encodeSequence(...parts), storePass, 'SECRET_KEY_ENCRYPTION', {});
      return makeObject({ type: 5, alias, data });
    };
    const store = await load({
      objects: [
        object('password', name, password, ...rest),
        object('implicit', name, password, ...rest, encodeElement(0x82, aes)),
        object('explicit', name, password, ...rest, encodeElement(0xa2, encodeOctetString(aes))),
      ],
    });
    expect(await keyOf(store.getEntry('password'))).toBe('70c3a4');
    expect(await keyOf(store.getEntry('implicit'))).toBe(toHex(aes));
    expect(await keyOf(store.getEntry('explicit'))).toBe(toHex(aes));
  });

  test('reports what cannot be read at its entry and keeps the rest', async () => {
    const bad = Uint8Array.of(0x30, 1, 0);
    const store = await load({
      objects: [
        certificateObject('bad', bad),
        makeObject({ type: 1, alias: 'broken', data: bad }),
        makeObject({ type: 9, alias: 'unknown', data: bad }),
        privateKeyObject('gap', pkcs8, [der, encodeSequence(), der], storePass),
        certificateObject('good', der),
      ],
      trailing: Uint8Array.of(1),
    });
    expect(store.aliases()).toEqual(['gap', 'good']);
    expect(store.warnings.map(({ code, alias }) => `${code} ${alias}`)).toEqual([
      'WARN_TRAILING_BYTES undefined',
      'WARN_CERTIFICATE_UNREADABLE bad',
      'WARN_ENTRY_UNREADABLE broken',
      'WARN_ENTRY_UNREADABLE unknown',
      'WARN_CERTIFICATE_UNREADABLE gap',
    ]);
  });
});
