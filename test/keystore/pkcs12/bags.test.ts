import { afterEach, describe, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeOctetString as octets,
  encodeObjectIdentifier as oid,
  encodeSequence as sequence,
} from '../../../src/asn1/encode.js';
import { IterationBudget } from '../../../src/crypto/kdf/iteration-budget.js';
import { Password } from '../../../src/crypto/kdf/password-variants.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import { readCertificateBag } from '../../../src/keystore/pkcs12/certificate-bag.js';
import { Pkcs12Key } from '../../../src/keystore/pkcs12/key-bag.js';
import { readPfx } from '../../../src/keystore/pkcs12/pfx.js';
import { openPart, readSafeContents } from '../../../src/keystore/pkcs12/safe-contents.js';
import { readSecretBag } from '../../../src/keystore/pkcs12/secret-bag.js';
import { withDefaults } from '../../../src/limits.js';
import type { Warning } from '../../../src/warnings.js';
import { watchWiping } from '../../wiping.js';
import {
  Bag,
  bag,
  certificateBag,
  encryptedPart,
  fakePair,
  keyBag,
  pbes2,
  pfx,
  plainPart,
  realKey,
  secretBag,
  unknownKey,
  utf8,
} from './pkcs12-maker.js';

afterEach(() => vi.restoreAllMocks());

const limits = withDefaults();
const storePass = 'changeit';
const usual = pbes2(utf8(storePass));
const nothing = encodeElement(5);
const explicit = (content: Uint8Array) => encodeElement(0xa0, content);
const madeBag = (type: string, value: Uint8Array) => ({
  oid: type,
  value: Asn1Element.only(value, 'part 1'),
  trusted: false,
  path: 'part 1, bag 1',
});
const x509 = oid('1.2.840.113549.1.9.22.1');
const shroudedType = oid(Bag.shroudedKey);

describe('a bag is left out with a warning if its value is malformed:', () => {
  test.each([
    ['nothing', sequence(), 'CertBag: type and value expected'],
    ['a type alone', sequence(x509), 'CertBag: type and value expected'],
    ['not a SEQUENCE', nothing, 'CertBag expected'],
    ['a type that is not an OID', sequence(nothing, explicit(octets(nothing))), 'certificate type expected'],
    ['a value without its tag', sequence(x509, nothing), 'certificate expected'],
    ['two values', sequence(x509, encodeElement(0xa0, nothing, nothing)), 'certificate: one element expected'],
    ['a value that is not octets', sequence(x509, explicit(nothing)), 'certificate expected'],
  ])('a certificate bag of %s', (_, value, problem) => {
    const warnings: Warning[] = [];
    expect(readCertificateBag(madeBag(Bag.certificate, value), warnings)).toBeUndefined();
    expect(warnings).toEqual([
      { code: 'WARN_CERTIFICATE_UNREADABLE', message: expect.stringMatching(`^part 1: ${problem}.*; left out$`) },
    ]);
  });

  test.each([
    ['nothing', sequence(), 'SecretBag: type and value expected'],
    ['a type alone', sequence(shroudedType), 'SecretBag: type and value expected'],
    ['not a SEQUENCE', nothing, 'SecretBag expected'],
    ['a type that is not an OID', sequence(nothing, explicit(octets(nothing))), 'secret type expected'],
    ['a value without its tag', sequence(shroudedType, nothing), 'secret expected'],
    ['two values', sequence(shroudedType, encodeElement(0xa0, nothing, nothing)), 'secret: one element expected'],
    ['a value that is not octets', sequence(shroudedType, explicit(nothing)), 'secret expected'],
  ])('a secret bag of %s', (_, value, problem) => {
    const warnings: Warning[] = [];
    const context = { storePass, limits, warnings };
    expect(readSecretBag(madeBag(Bag.secret, value), 'mail', context)).toBeUndefined();
    expect(warnings).toEqual([
      {
        code: 'WARN_BAG_SKIPPED',
        message: expect.stringMatching(`^part 1, bag 1: part 1: ${problem}.*; left out$`),
        alias: 'mail',
      },
    ]);
  });
});

test('a secret key is decrypted with a password, which must be text', async () => {
  const info = sequence(encodeInteger(0), sequence(oid('2.16.840.1.101.3.4.1')), octets(Uint8Array.of(7)));
  const value = octets(sequence(usual.algorithm, octets(usual.encrypt(info))));
  const [entry] = await loadKeyStore(pfx([plainPart(secretBag(Bag.shroudedKey, value, { name: 'k' }))]), { storePass });
  if (entry?.kind !== 'SecretKeyEntry') expect.fail();
  expect(await entry.getSecretKey()).toEqual({ algorithm: 'AES', key: Uint8Array.of(7) });
  await expect(entry.getSecretKey('wrong')).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
  await expect(entry.getSecretKey(1 as never)).rejects.toThrow(/^getSecretKey: keyPass must be /);
});

test('a trusted certificate has the date that Java wrote as its localKeyId', async () => {
  const { certificate } = fakePair(1);
  const [dated, undated] = await loadKeyStore(
    pfx([
      plainPart(
        certificateBag(certificate, { name: 'a', id: utf8('Time 1000'), trusted: true }),
        certificateBag(certificate, { name: 'b', trusted: true }),
      ),
    ]),
    { storePass },
  );
  expect(dated?.creationDate).toEqual(new Date(1000));
  expect(undated).not.toHaveProperty('creationDate');
});

describe('if the MAC differs, the error says whether the password opens the content:', () => {
  const wrong = { password: new Uint8Array(2) };
  const certificate = certificateBag(fakePair(1).certificate);
  const key = keyBag(fakePair(1).pkcs8, usual);
  const broken = bag(Bag.shroudedKey, sequence());
  const opens = /^the password opens the content, but the MAC differs/;
  const opensNothing = /^the store password is wrong, or the file was changed/;

  test.each<[string, Uint8Array[], string, RegExp]>([
    ['an encrypted part', [plainPart(certificate), encryptedPart(usual, certificate)], storePass, opens],
    [
      'an encrypted part that does not open',
      [encryptedPart(usual, certificate), plainPart(key)],
      'other',
      opensNothing,
    ],
    ['a key after a certificate', [plainPart(certificate, key)], storePass, opens],
    ['a key that does not open', [plainPart(certificate, key)], 'other', opensNothing],
    ['a malformed key', [plainPart(broken)], storePass, opensNothing],
    ['no key', [plainPart(certificate)], storePass, opensNothing],
  ])('%s', async (_, parts, password, message) => {
    await expect(loadKeyStore(pfx(parts, wrong), { storePass: password })).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
      message: expect.stringMatching(message),
    });
  });
});

test('without a password and a MAC, nothing is decrypted, not even with the empty password', async () => {
  const parts = [encryptedPart(pbes2(utf8('')), certificateBag(fakePair(1).certificate))];
  await expect(loadKeyStore(pfx(parts, null))).rejects.toMatchObject({
    code: 'ERR_PASSPHRASE_REQUIRED',
    message: 'a password is needed: everything in this PKCS12 store is encrypted',
  });
  // Neither an empty part nor a MAC that is too costly changes that.
  const costly = { statedIterations: 6_000_000 };
  for (const bytes of [pfx([plainPart(), ...parts], null), pfx(parts, costly)])
    await expect(loadKeyStore(bytes)).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
  const store = await loadKeyStore(pfx([plainPart(certificateBag(fakePair(2).certificate)), ...parts], null));
  expect(store.type).toBe('PKCS12');
  expect(store.certificates).toHaveLength(1);
  expect(store.warnings.map(({ message }) => message)).toEqual([
    'the integrity of the keystore was not checked: the file has no MAC, so anyone may have written it',
    'part 2 is encrypted, and no password was given; left out',
  ]);
});

test('SafeContents without octets are empty', () => {
  expect(readSafeContents(new Uint8Array(), { path: 'part 1', offset: 0 }, limits)).toEqual([]);
});

test('a bag without attributes has none of their properties', () => {
  const [made] = readSafeContents(sequence(bag(Bag.key, nothing)), { path: 'part 1', offset: 0 }, limits);
  expect(Object.keys(made ?? {}).sort()).toEqual(['oid', 'path', 'trusted', 'value']);
});

test('a part that is not encrypted is not opened with a password', async () => {
  const part = { path: 'part 1', offset: 0, octets: sequence() };
  expect(await openPart(part, new Password(storePass), new IterationBudget(limits))).toBeUndefined();
});

test('elements are nested at most as deep as the limit allows', () => {
  const file = pfx([plainPart()]);
  expect(readPfx(file, withDefaults({ asn1Depth: 3 })).version).toBe(3);
  expect(() => readPfx(file, withDefaults({ asn1Depth: 2 }))).toThrow(
    expect.objectContaining({ limit: 'asn1Depth', found: 3, maximum: 2 }),
  );
});

describe('a key', () => {
  const madeKey = (type: string, value: Uint8Array) => new Pkcs12Key(madeBag(type, value), 'mail', limits);
  const encryptedKey = (pkcs8: Uint8Array) =>
    madeKey(Bag.shroudedKey, sequence(usual.algorithm, octets(usual.encrypt(pkcs8))));
  const open = (key: Pkcs12Key, password = storePass) =>
    key.openAtLoad(new Password(password), new IterationBudget(limits));

  test('counts as unknown if it opens, but its public half cannot be determined', async () => {
    expect(await open(encryptedKey(unknownKey()))).toBe(true);
    expect(await open(madeKey(Bag.key, unknownKey()))).toBe(true);
    expect(await open(encryptedKey(realKey()))).toBe(false);
    expect(await open(encryptedKey(unknownKey()), 'wrong')).toBe(false);
  });

  test('that was opened while the file was loaded is not decrypted again', async () => {
    const pkcs8 = realKey();
    const key = encryptedKey(pkcs8);
    await open(key);
    const spend = vi.spyOn(IterationBudget.prototype, 'spend');
    const entry = key.entry([], storePass, []);
    const taken = await entry.getPrivateKey();
    expect(Buffer.from(taken.pkcs8).equals(pkcs8)).toBe(true);
    expect(spend).not.toHaveBeenCalled();
    taken.pkcs8.fill(0);
    expect(Buffer.from((await entry.getPrivateKey()).pkcs8).equals(pkcs8)).toBe(true);
    await expect(entry.getPrivateKey('wrong')).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
    expect(spend).toHaveBeenCalled();
    await expect(entry.getPrivateKey(1 as never)).rejects.toThrow(/^getPrivateKey: keyPass must be /);
  });

  test('that was opened is overwritten when it is wiped', async () => {
    const pkcs8 = realKey();
    const key = encryptedKey(pkcs8);
    await open(key);
    const wiped = watchWiping();
    key.wipe();
    expect(wiped).toEqual([Buffer.from(pkcs8).toString('latin1')]);
  });

  test('that is wiped is decrypted again; one in the clear is not overwritten', async () => {
    const pkcs8 = realKey();
    const [encrypted, clear] = [encryptedKey(pkcs8), madeKey(Bag.key, pkcs8.slice())];
    for (const key of [encrypted, clear]) {
      // A key that was not opened has nothing to overwrite.
      key.wipe();
      await open(key);
      key.wipe();
      const taken = await key.entry([], storePass, []).getPrivateKey();
      expect(Buffer.from(taken.pkcs8).equals(pkcs8)).toBe(true);
    }
  });

  test('without its public half finds the certificate that has both its localKeyId and its friendlyName', async () => {
    const id = Uint8Array.of(0xab);
    const pairs = [fakePair(1), fakePair(2), fakePair(3)] as const;
    const find = async (
      keyName: { name?: string; id?: Uint8Array },
      ...names: { name?: string; id?: Uint8Array }[]
    ) => {
      const certificates = names.map((given, index) => certificateBag((pairs[index] ?? pairs[0]).certificate, given));
      const [entry] = await loadKeyStore(pfx([plainPart(keyBag(unknownKey(), usual, keyName), ...certificates)]));
      return entry?.kind === 'PrivateKeyEntry' ? entry.certificateChain[0]?.subject : expect.fail();
    };
    const other = { name: 'other', id: Uint8Array.of(1) };
    expect(await find({ id, name: 'b' }, { id, name: 'a' }, { id, name: 'B' }, other)).toBe('CN=subject 2');
    expect(await find({ id, name: 'b' }, { name: 'b' }, { id, name: 'a' }, other)).toBe('CN=subject 2');
    // A key or certificate without these attributes is paired with none that lacks them too.
    expect(await find({}, {}, {})).toBeUndefined();
    expect(await find({ name: 'stra\u00dfe' }, { name: 'strasse' }, other)).toBeUndefined();
    expect(await find({ id }, { name: '#ab' }, other)).toBeUndefined();
    expect(await find({ id }, { name: 'ab' }, other)).toBeUndefined();
    expect(await find({ name: 'ab' }, { id }, other)).toBeUndefined();
  });
});
