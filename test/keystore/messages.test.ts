import { describe, expect, test } from 'vitest';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../src/asn1/encode.js';
import { concat } from '../../src/bytes/concat.js';
import { Jks2PemError } from '../../src/errors.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { Entry, StoreType } from '../../src/keystore/types.js';
import type { Limits } from '../../src/limits.js';
import {
  algorithm,
  certificateObject,
  encryptedPair,
  makeBcfks,
  makeObject,
  privateKeyObject,
} from './bcfks/bcfks-maker.js';
import {
  blob,
  certificateEntry,
  clearKeyEntry,
  entry,
  i32,
  keyRecord,
  makeBks,
  makerSalt,
  privateKey,
  protectedEntry,
  seal,
  sealedEntry,
  secretKey,
} from './bks/bks-maker.js';
import { makeUber } from './bks/uber-maker.js';
import { javaObject, javaString, sealed, secretKeySpec, stream } from './jks/java-stream-maker.js';
import { keyEntry, makeJks, protectKey, trustedEntry, u32 } from './jks/jks-maker.js';
import {
  Bag,
  bag,
  certificateBag,
  contentInfo,
  encryptedPart,
  fakePair,
  pbes2,
  pfx,
  plainPart,
  secretBag,
  utf8,
} from './pkcs12/pkcs12-maker.js';

/* Every message names the part of the file that it is about: the entry by its number and alias, the certificate by its number. */

const storePass = 'changeit';
const der = fakePair(1).certificate;
const malformed = encodeSequence();
const octets = (...bytes: number[]) => encodeOctetString(Uint8Array.from(bytes));

const warningsOf = async (bytes: Uint8Array) =>
  (await loadKeyStore(bytes, { storePass })).warnings.map(({ code, message, alias = '' }) => [code, alias, message]);

const jceksEntry = (alias: string, body: Uint8Array) =>
  concat(u32(3), Uint8Array.of(0, alias.length), utf8(alias), new Uint8Array(8), body);

test('the warnings about a JKS', async () => {
  const bytes = makeJks({
    entries: [
      trustedEntry('bad', { der: malformed }),
      keyEntry('key', new Uint8Array(), [{ der }, { der: malformed }, { der: concat(der, Uint8Array.of(1, 2)) }]),
      trustedEntry('pgp', { type: 'PGP', der }),
      trustedEntry(Uint8Array.of(0xff), { der }),
      trustedEntry('pgp', { der }),
    ],
    trailing: new Uint8Array(1),
  });
  expect(await warningsOf(bytes)).toEqual([
    ['WARN_CERTIFICATE_UNREADABLE', 'bad', 'entry 1 "bad": Certificate: three parts expected (at byte 0); left out'],
    [
      'WARN_CERTIFICATE_UNREADABLE',
      'key',
      'entry 2 "key", certificate 2: Certificate: three parts expected (at byte 0); left out',
    ],
    ['WARN_TRAILING_BYTES', 'key', 'entry 2 "key", certificate 3: 2 bytes after the certificate are ignored'],
    ['WARN_CERTIFICATE_TYPE_UNSUPPORTED', 'pgp', 'entry 3 "pgp": certificate type "PGP" is not supported; left out'],
    ['WARN_ALIAS_ENCODING', 'ÿ', "the alias of entry 4 is not in Java's modified UTF-8; read as latin1"],
    ['WARN_TRAILING_BYTES', '', '1 bytes after the end of the store are ignored'],
  ]);
});

test('the warnings about a JCEKS', async () => {
  const password = storePass;
  const entries = [
    jceksEntry('text', stream(javaString('x'))),
    jceksEntry('thing', stream(javaObject('org.example.Thing', []))),
    jceksEntry('aes', sealed(secretKeySpec('AES', new Uint8Array(16)), { password, algorithm: 'AES' })),
  ];
  expect(await warningsOf(makeJks({ magic: 0xcececece, entries }))).toEqual([
    ['WARN_ENTRY_UNREADABLE', 'text', 'secret key "text": it is not a sealed object'],
    ['WARN_ENTRY_UNREADABLE', 'thing', 'secret key "thing": class org.example.Thing is not a known sealed object'],
    ['WARN_ENTRY_UNREADABLE', 'aes', 'secret key "aes": it is sealed with AES, which is not supported'],
  ]);
});

test('the warnings about a BKS', async () => {
  const entries = [
    certificateEntry({ alias: 'bad' }, malformed),
    clearKeyEntry({ alias: 'key', chain: [der, malformed] }, secretKey(new Uint8Array(16))),
    certificateEntry({ alias: 'pgp', certificateType: 'PGP' }, der),
    certificateEntry({ alias: Uint8Array.of(0xff) }, der),
  ];
  expect(await warningsOf(concat(makeBks(entries, storePass, 1), new Uint8Array(1)))).toEqual([
    [
      'WARN_INTEGRITY_WEAK',
      '',
      'BKS version 1 has a MAC key of 16 bits: an attacker can change the file unnoticed, and one wrong password in 65,536 is accepted',
    ],
    ['WARN_TRAILING_BYTES', '', '1 bytes after the end of the store are ignored'],
    ['WARN_CERTIFICATE_UNREADABLE', 'bad', 'entry 1 "bad": Certificate: three parts expected (at byte 0); left out'],
    [
      'WARN_CERTIFICATE_UNREADABLE',
      'key',
      'entry 2 "key", certificate 2: Certificate: three parts expected (at byte 0); left out',
    ],
    ['WARN_CERTIFICATE_TYPE_UNSUPPORTED', 'pgp', 'entry 3 "pgp": certificate type "PGP" is not supported; left out'],
    ['WARN_ALIAS_ENCODING', 'ÿ', `entry 4 "ÿ": the alias is not in Java's modified UTF-8; read as latin1`],
  ]);
});

test('the warnings about a BCFKS', async () => {
  const objects = [
    certificateObject('bad', malformed),
    makeObject({ type: 1, alias: 'broken', data: malformed }),
    makeObject({ type: 9, alias: 'unknown', data: malformed }),
    privateKeyObject('key', new Uint8Array(), [der, malformed], storePass),
  ];
  expect(await warningsOf(makeBcfks({ objects, trailing: new Uint8Array(1) }))).toEqual([
    ['WARN_TRAILING_BYTES', '', '1 bytes after the end of the store are ignored'],
    ['WARN_CERTIFICATE_UNREADABLE', 'bad', 'entry 1 "bad": Certificate: three parts expected (at byte 0); left out'],
    ['WARN_ENTRY_UNREADABLE', 'broken', 'entry 2 "broken": EncryptedPrivateKeyData: empty (at byte 0); left out'],
    ['WARN_ENTRY_UNREADABLE', 'unknown', 'entry 3 "unknown": entry type 9 is not known; left out'],
    [
      'WARN_CERTIFICATE_UNREADABLE',
      'key',
      'entry 4 "key", certificate 2: Certificate: three parts expected (at byte 0); left out',
    ],
  ]);
});

test('the warnings about a signed BCFKS', async () => {
  const signature = encodeElement(0x03, Uint8Array.of(0, 1));
  const check = encodeSequence(algorithm('1.2.3'), encodeElement(0xa0, encodeSequence(der, malformed)), signature);
  const integrity = encodeElement(0xa0, check);
  const warning =
    'the integrity of the keystore was not checked: it has a signature instead of a MAC, which jks2pem cannot check';
  const bytes = makeBcfks({ objects: [], innerMac: '1.2.3', integrity, storePass });
  expect(await warningsOf(bytes)).toEqual([
    ['WARN_INTEGRITY_UNVERIFIABLE', '', warning],
    [
      'WARN_CERTIFICATE_UNREADABLE',
      '',
      'BCFKS store, signature, certificate 2: Certificate: three parts expected (at byte 0); left out',
    ],
  ]);
  const { warnings } = await loadKeyStore(bytes, { storePass });
  for (const each of warnings) expect(each).not.toHaveProperty('alias');
  const open = await loadKeyStore(makeBcfks({ objects: [], innerMac: '1.2.3', integrity, storePass: '' }));
  expect(open.warnings.map(({ code }) => code)).toEqual(['WARN_INTEGRITY_NOT_CHECKED', 'WARN_CERTIFICATE_UNREADABLE']);
});

test('the warnings about a PKCS12', async () => {
  const x509 = encodeObjectIdentifier('1.2.840.113549.1.9.22.1');
  const aes = encodeObjectIdentifier('2.16.840.1.101.3.4.1.42');
  const bytes = pfx([
    plainPart(
      bag(Bag.revocationList, encodeSequence()),
      bag('1.2.3.4', encodeInteger(1)),
      certificateBag(utf8('text'), { name: 'pgp' }, '1.2.840.113549.1.9.22.2'),
      certificateBag(malformed, { name: 'bad' }),
      bag(Bag.certificate, malformed),
      bag(Bag.certificate, encodeSequence(x509, encodeElement(0xa1, encodeOctetString(der)))),
      bag(Bag.certificate, encodeSequence(x509, encodeElement(0xa0, encodeInteger(1)))),
      certificateBag(concat(der, Uint8Array.of(1, 2)), { name: 'long' }),
      secretBag('1.2.3', octets(1), { name: 'secret' }),
      bag(Bag.secret, malformed, { name: 'broken' }),
      bag(Bag.secret, encodeSequence(aes, encodeElement(0xa1, octets(1))), { name: 'tagged' }),
    ),
    contentInfo('1.2.840.113549.1.7.3', encodeSequence()),
    encryptedPart(pbes2(utf8('another')), certificateBag(der)),
  ]);
  expect(await warningsOf(concat(bytes, new Uint8Array(1)))).toEqual([
    ['WARN_TRAILING_BYTES', '', '1 bytes after the end of the store are ignored'],
    ['WARN_BAG_SKIPPED', '', 'part 2: content type 1.2.840.113549.1.7.3 is not supported; left out'],
    ['WARN_BAG_SKIPPED', '', 'part 3 does not open with the password that the MAC was made with; left out'],
    ['WARN_BAG_SKIPPED', '', 'part 1, bag 1: a revocation list; left out'],
    ['WARN_BAG_SKIPPED', '', 'part 1, bag 2: a bag of unknown type 1.2.3.4; left out'],
    [
      'WARN_CERTIFICATE_TYPE_UNSUPPORTED',
      '',
      'part 1, bag 3 "pgp": certificate type 1.2.840.113549.1.9.22.2 is not supported; left out',
    ],
    ['WARN_CERTIFICATE_UNREADABLE', '', 'part 1, bag 4 "bad": Certificate: three parts expected (at byte 0); left out'],
    [
      'WARN_CERTIFICATE_UNREADABLE',
      '',
      expect.stringMatching(/^part 1: CertBag: type and value expected \(at byte \d+\); left out$/),
    ],
    ['WARN_CERTIFICATE_UNREADABLE', '', expect.stringMatching(/^part 1: certificate expected, tag \[1\] found /)],
    ['WARN_CERTIFICATE_UNREADABLE', '', expect.stringMatching(/^part 1: certificate expected, tag integer found /)],
    ['WARN_TRAILING_BYTES', '', 'part 1, bag 8 "long": 2 bytes after the certificate are ignored'],
    ['WARN_BAG_SKIPPED', 'secret', 'part 1, bag 9 "secret": secret of type 1.2.3 is not supported; left out'],
    [
      'WARN_BAG_SKIPPED',
      'broken',
      expect.stringMatching(
        /^part 1, bag 10 "broken": part 1: SecretBag: type and value expected \(at byte \d+\); left out$/,
      ),
    ],
    [
      'WARN_BAG_SKIPPED',
      'tagged',
      expect.stringMatching(/^part 1, bag 11 "tagged": part 1: secret expected, tag \[1\] found /),
    ],
  ]);
});

/** Opens the key of an entry of any kind. */
async function open(found: Entry | undefined, keyPass?: string): Promise<unknown> {
  if (found?.kind === 'PrivateKeyEntry') return found.getPrivateKey(keyPass);
  if (found?.kind === 'SecretKeyEntry') return found.getSecretKey(keyPass);
  if (found?.kind === 'PublicKeyEntry') return found.getPublicKey(keyPass);
  return expect.fail('an entry with a key');
}

describe('the error about a key that cannot be read', () => {
  const noInfo = octets(1);
  const usual = pbes2(utf8(storePass));
  const emptyPbes2 = pbes2(utf8(storePass), { parameters: () => encodeSequence() });
  const sealedWith = (plain: Uint8Array, iterations = 3) =>
    entry(4, { alias: 'k', chain: [der] }, blob(concat(blob(makerSalt), i32(iterations), seal(plain, storePass))));
  const bcfksSecret = (...parts: Uint8Array[]) =>
    makeObject({
      type: 2,
      alias: 'k',
      data: encryptedPair(encodeSequence(...parts), storePass, 'SECRET_KEY_ENCRYPTION', {}),
    });
  const shrouded = (alias: string, info: Uint8Array) =>
    pfx([plainPart(secretBag(Bag.shroudedKey, encodeOctetString(info), { name: alias }))]);
  const sealedStream = (content: Uint8Array) =>
    makeJks({ magic: 0xcececece, entries: [jceksEntry('k', sealed(content, { password: storePass }))] });

  test.each<[string, Uint8Array, string, unknown]>([
    [
      'JKS, protected',
      makeJks({ entries: [keyEntry('k', noInfo, [{ der }])] }),
      'ERR_STORE_MALFORMED',
      'entry 1 "k", key: EncryptedPrivateKeyInfo expected, tag octetString found (at byte 0)',
    ],
    [
      'JKS, decrypted',
      makeJks({ entries: [keyEntry('k', protectKey(noInfo, storePass), [{ der }])] }),
      'ERR_STORE_MALFORMED',
      'entry 1 "k", key, decrypted: PrivateKeyInfo expected, tag octetString found (at byte 0)',
    ],
    [
      'JCEKS, of no class that is known',
      sealedStream(stream(javaObject('org.example.Key', []))),
      'ERR_STORE_UNSUPPORTED',
      'secret key "k": class org.example.Key is not a known key',
    ],
    [
      'JCEKS, no object',
      sealedStream(stream(javaString('x'))),
      'ERR_STORE_UNSUPPORTED',
      'secret key "k": the sealed value is not an object',
    ],
    [
      'BKS, in the clear',
      makeBks([clearKeyEntry({ alias: 'k' }, privateKey(noInfo))], storePass),
      'ERR_STORE_MALFORMED',
      'entry 1 "k", private key: PrivateKeyInfo expected, tag octetString found (at byte 0)',
    ],
    [
      'BKS, sealed',
      makeBks([sealedWith(keyRecord(privateKey(noInfo)), 0)], storePass),
      'ERR_STORE_MALFORMED',
      'entry 1 "k", sealed key: iteration count: 0 (at byte 24)',
    ],
    [
      'BKS, of another kind than its size says',
      makeBks([sealedEntry({ alias: 'k', chain: [der] }, secretKey(new Uint8Array(2_000)), storePass)], storePass),
      'ERR_ENTRY_TYPE',
      'entry 1 "k": the entry holds a secret key, not a private key',
    ],
    [
      'UBER, in the clear',
      makeUber([clearKeyEntry({ alias: 'k' }, privateKey(noInfo))], storePass),
      'ERR_STORE_MALFORMED',
      'entry 1 "k", private key: PrivateKeyInfo expected, tag octetString found (at byte 0)',
    ],
    [
      'BCFKS, private, protected',
      makeBcfks({ objects: [makeObject({ type: 1, alias: 'k', data: encodeSequence(noInfo) })] }),
      'ERR_STORE_MALFORMED',
      'entry 1 "k", key: EncryptedPrivateKeyInfo expected, tag octetString found (at byte 0)',
    ],
    [
      'BCFKS, private, decrypted',
      makeBcfks({ objects: [privateKeyObject('k', noInfo, [], storePass)] }),
      'ERR_STORE_MALFORMED',
      'entry 1 "k", key, decrypted: PrivateKeyInfo expected, tag octetString found (at byte 0)',
    ],
    [
      'BCFKS, secret, protected',
      makeBcfks({ objects: [makeObject({ type: 2, alias: 'k', data: malformed })] }),
      'ERR_STORE_MALFORMED',
      'entry 1 "k": EncryptedSecretKeyData: two parts expected (at byte 0)',
    ],
    [
      'BCFKS, secret, of another algorithm',
      makeBcfks({ objects: [makeObject({ type: 2, alias: 'k', data: encodeSequence(algorithm('1.2.3'), octets()) })] }),
      'ERR_STORE_UNSUPPORTED',
      'entry 1 "k", key: encryption is not supported (1.2.3)',
    ],
    [
      'BCFKS, secret, decrypted',
      makeBcfks({ objects: [bcfksSecret()] }),
      'ERR_STORE_MALFORMED',
      'entry 1 "k", key, decrypted: SecretKeyData: two parts expected (at byte 0)',
    ],
    [
      'BCFKS, secret, of an algorithm that is no text',
      makeBcfks({ objects: [bcfksSecret(encodeInteger(1), octets(0, 1))] }),
      'ERR_STORE_MALFORMED',
      'entry 1 "k", key, decrypted: key algorithm: text expected (at byte 2)',
    ],
    [
      'PKCS12, private, in the clear',
      pfx([plainPart(bag(Bag.key, noInfo, { name: 'k' }))]),
      'ERR_STORE_MALFORMED',
      'key "k": PrivateKeyInfo expected, tag octetString found (at byte 0)',
    ],
    [
      'PKCS12, private, protected',
      pfx([plainPart(bag(Bag.shroudedKey, malformed, { name: 'k' }))]),
      'ERR_STORE_MALFORMED',
      expect.stringMatching(/^part 1, key "k": EncryptedPrivateKeyInfo: two parts expected \(at byte \d+\)$/),
    ],
    [
      'PKCS12, private, protected with malformed parameters',
      pfx([plainPart(bag(Bag.shroudedKey, encodeSequence(emptyPbes2.algorithm, octets()), { name: 'k' }))]),
      'ERR_STORE_MALFORMED',
      expect.stringMatching(/^part 1, key "k": PBES2 parameters: two parts expected \(at byte \d+\)$/),
    ],
    [
      'PKCS12, private, of another algorithm',
      pfx([plainPart(bag(Bag.shroudedKey, encodeSequence(algorithm('1.2.3'), octets()), { name: 'k' }))]),
      'ERR_STORE_UNSUPPORTED',
      'key "k": encryption is not supported (1.2.3)',
    ],
    [
      'PKCS12, secret, protected',
      shrouded('k', malformed),
      'ERR_STORE_MALFORMED',
      'secret key "k": EncryptedPrivateKeyInfo: two parts expected (at byte 0)',
    ],
    [
      'PKCS12, secret, that the password does not open',
      shrouded('k', encodeSequence(usual.algorithm, encodeOctetString(usual.encrypt(noInfo)))),
      'ERR_KEY_UNRECOVERABLE',
      'key "k": the store password does not open it; it has a password of its own, or it is damaged',
    ],
  ])('%s', async (_, bytes, code, message) => {
    const [entry] = await loadKeyStore(bytes, { storePass });
    await expect(open(entry)).rejects.toMatchObject({ code, message });
  });

  test('that another program encrypted', async () => {
    const info = encodeSequence(algorithm('1.2.3'), octets());
    const [entry] = await loadKeyStore(makeBks([protectedEntry({ alias: 'k' }, info)], storePass), { storePass });
    await expect(open(entry)).rejects.toMatchObject({
      message: 'entry 1 "k", protected key: encryption is not supported (1.2.3)',
    });
  });
});

describe('the error about a store that cannot be read', () => {
  const cut = (bytes: Uint8Array, left: number) => bytes.subarray(0, bytes.length - left);
  const jksEntries = [trustedEntry('a', { der }), u32(9)];
  const bksEntries = [certificateEntry({ alias: 'a' }, der)];
  const sealedData = encodeSequence(algorithm('1.2.3'), octets());
  const check = encodeSequence(algorithm('1.2.3'), algorithm('1.2.3'), octets());
  const object = (...parts: Uint8Array[]) =>
    makeBcfks({ objects: [certificateObject('a', der), encodeSequence(...parts)] });

  test.each<[string, StoreType, Uint8Array, string]>([
    ['JKS: a tag', 'JKS', makeJks({ entries: jksEntries }), 'entry 2: tag: 9 is not an entry tag of JKS'],
    ['JKS: an alias', 'JKS', makeJks({ entries: [concat(u32(2), Uint8Array.of(0xff))] }), 'entry 1: alias: '],
    [
      'JKS: the digest',
      'JKS',
      cut(makeJks({ entries: jksEntries.slice(0, 1) }), 1),
      'JKS store: digest: 20 bytes wanted, 19 left',
    ],
    [
      'JKS: the second certificate of a chain',
      'JKS',
      cut(makeJks({ entries: [keyEntry('k', new Uint8Array(), [{ der }, { der }])] }), 21),
      'entry 1 "k", certificate 2: length of certificate',
    ],
    [
      'JKS: what follows a chain',
      'JKS',
      makeJks({ entries: [keyEntry('k', new Uint8Array(), [{ der }]), u32(9)] }),
      'entry 2: tag: 9',
    ],
    [
      'JCEKS: a tag',
      'JCEKS',
      makeJks({ magic: 0xcececece, entries: [u32(9)] }),
      'entry 1: tag: 9 is not an entry tag of JCEKS',
    ],
    [
      'BKS: the second entry',
      'BKS',
      makeBks([...bksEntries, Uint8Array.of(5)], storePass),
      'entry 2: type of entry: 5',
    ],
    ['BKS: the MAC', 'BKS', cut(makeBks(bksEntries, storePass), 1), 'BKS store: MAC: 20 bytes wanted, 19 left'],
    [
      'BKS: what follows a chain',
      'BKS',
      makeBks([clearKeyEntry({ alias: 'k', chain: [der] }, { ...secretKey(der), keyType: 9 })], storePass),
      'entry 1 "k": key type: 9 is not a key type of BKS',
    ],
    [
      'BKS: the format of a key',
      'BKS',
      makeBks([clearKeyEntry({ alias: 'k' }, { ...secretKey(der), format: 'PKCS#8' })], storePass),
      'entry 1 "k": key format: wrong for a secret key',
    ],
    ['UBER: a type', 'UBER', makeUber([...bksEntries, Uint8Array.of(5)], storePass), 'entry 2: type of entry: 5'],
    [
      'UBER: no entries',
      'UBER',
      makeUber([], storePass).subarray(0, 32),
      'UBER store: encrypted entries: 0 bytes are not whole blocks',
    ],
    ['BCFKS: an object', 'BCFKS', object(), 'entry 2: ObjectData: too short'],
    [
      'BCFKS: an object without data',
      'BCFKS',
      object(encodeInteger(0), encodeElement(0x0c, utf8('b')), encodeElement(0x18), encodeElement(0x18)),
      'entry 2: ObjectData: too short',
    ],
    [
      'BCFKS: an identifier',
      'BCFKS',
      object(
        encodeInteger(0),
        encodeElement(0x0c, Uint8Array.of(0xff)),
        encodeElement(0x18),
        encodeElement(0x18),
        octets(),
      ),
      'entry 2: identifier: bad UTF-8',
    ],
    [
      'BCFKS: an identifier of another type',
      'BCFKS',
      object(encodeInteger(0), encodeElement(0x16, utf8('b')), encodeElement(0x18), encodeElement(0x18), octets()),
      'entry 2: identifier expected',
    ],
    [
      'BCFKS: a version',
      'BCFKS',
      makeBcfks({ objects: [], version: 0 }),
      'BCFKS version 0 is not supported; version 1 is',
    ],
    ['BCFKS: one part', 'BCFKS', encodeSequence(malformed), 'BCFKS store: ObjectStore: two parts expected'],
    [
      'BCFKS: three parts',
      'BCFKS',
      encodeSequence(sealedData, check, malformed),
      'BCFKS store: ObjectStore: two parts expected',
    ],
    [
      'BCFKS: no data',
      'BCFKS',
      encodeSequence(malformed, check),
      'BCFKS store: EncryptedObjectStoreData: two parts expected',
    ],
    [
      'BCFKS: data of one part',
      'BCFKS',
      encodeSequence(encodeSequence(algorithm('1.2.3')), check),
      'BCFKS store: EncryptedObjectStoreData: two parts expected',
    ],
    [
      'BCFKS: data of another type',
      'BCFKS',
      encodeSequence(encodeSequence(algorithm('1.2.3'), encodeInteger(1)), check),
      'BCFKS store: encrypted store data expected',
    ],
    [
      'BCFKS: a check of two parts',
      'BCFKS',
      encodeSequence(sealedData, encodeSequence(algorithm('1.2.3'), algorithm('1.2.3'))),
      'BCFKS store: PbkdMacIntegrityCheck: three parts expected',
    ],
    [
      'BCFKS: a check of another type',
      'BCFKS',
      encodeSequence(sealedData, encodeSequence(algorithm('1.2.3'), algorithm('1.2.3'), encodeInteger(1))),
      'BCFKS store: MAC expected',
    ],
    [
      'BCFKS: an empty signature',
      'BCFKS',
      encodeSequence(sealedData, encodeElement(0xa0, encodeSequence())),
      'BCFKS store: SignatureCheck: empty',
    ],
    [
      'PKCS12: a part',
      'PKCS12',
      pfx([plainPart(), contentInfo('1.2.840.113549.1.7.1', encodeInteger(1))]),
      'PKCS12 store, AuthenticatedSafe: content expected',
    ],
    [
      'PKCS12: a bag',
      'PKCS12',
      pfx([plainPart(), contentInfo('1.2.840.113549.1.7.1', encodeOctetString(encodeSequence(malformed)))]),
      'part 2: SafeBag: type and value expected',
    ],
  ])('%s', async (_, type, bytes, message) => {
    const error = await loadKeyStore(bytes, { storePass, type }).catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(Jks2PemError);
    expect((error as Error).message.slice(0, message.length)).toBe(message);
  });
});

describe('the error about a limit', () => {
  const pair = { der };
  test.each<[string, Uint8Array, Partial<Limits>, string]>([
    [
      'JKS, entries',
      makeJks({ entries: [trustedEntry('a', pair), trustedEntry('b', pair)] }),
      { entries: 1 },
      'JKS: entries 2 is over the limit of 1',
    ],
    [
      'JKS, chain',
      makeJks({ entries: [keyEntry('k', octets(), [pair, pair])] }),
      { chainLength: 1 },
      'entry 1 "k": chainLength 2 is over the limit of 1',
    ],
    [
      'BKS, entries',
      makeBks([certificateEntry({ alias: 'a' }, der), certificateEntry({ alias: 'b' }, der)], storePass),
      { entries: 1 },
      'BKS store: entries 2 is over the limit of 1',
    ],
    [
      'BKS, chain',
      makeBks([certificateEntry({ alias: 'a', chain: [der, der] }, der)], storePass),
      { chainLength: 1 },
      'entry 1 "a": chainLength 2 is over the limit of 1',
    ],
    ['BKS, salt', makeBks([], storePass), { saltBytes: 19 }, 'BKS: saltBytes 20 is over the limit of 19'],
    ['BKS, iterations', makeBks([], storePass), { bksIterations: 2 }, 'BKS: bksIterations 3 is over the limit of 2'],
    [
      'UBER, iterations',
      makeUber([], storePass),
      { uberIterations: 2 },
      'UBER: uberIterations 3 is over the limit of 2',
    ],
    [
      'BCFKS, entries',
      makeBcfks({ objects: [certificateObject('a', der), certificateObject('b', der)] }),
      { entries: 1 },
      'BCFKS store: entries 2 is over the limit of 1',
    ],
    [
      'BCFKS, chain',
      makeBcfks({ objects: [privateKeyObject('k', octets(), [der, der], storePass)] }),
      { chainLength: 1 },
      'entry 1 "k": chainLength 2 is over the limit of 1',
    ],
  ])('%s', async (_, bytes, limits, message) => {
    await expect(loadKeyStore(bytes, { storePass, limits })).rejects.toMatchObject({
      code: 'ERR_LIMIT_EXCEEDED',
      message,
    });
  });
});
