import { describe, expect, it, test } from 'vitest';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { concat } from '../../../src/bytes/concat.js';
import { toHex } from '../../../src/bytes/encoding.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import type { KeyStore, PrivateKeyEntry } from '../../../src/keystore/types.js';
import { certify, extension, leafOf as makeLeaf, party } from '../../x509/certificate-maker.js';
import {
  Bag,
  bag,
  bmp,
  certificateBag,
  contentInfo,
  type Encryption,
  encryptedPart,
  fakePair,
  keyBag,
  pbes2,
  pfx,
  pfxWithPbmac1,
  pkcs12Des3,
  plainPart,
  realKey,
  secretBag,
  statedAlgorithm,
  toBer,
  unknownKey,
  utf8,
  widened,
} from './pkcs12-maker.js';

const storePass = 'changeit';
const usual = pbes2(utf8(storePass));
const id = (text: string) => utf8(text);

function keyOf(store: KeyStore, alias: string): PrivateKeyEntry {
  const entry = store.getEntry(alias);
  return entry?.kind === 'PrivateKeyEntry' ? entry : expect.fail(`no key "${alias}"`);
}

function leafOf(store: KeyStore, alias: string): string | undefined {
  const leaf = keyOf(store, alias).certificateChain[0];
  return leaf && toHex(leaf.der);
}

function codes(store: KeyStore): string[] {
  return store.warnings.map(({ code }) => code);
}

describe('a key finds its certificate', () => {
  const [a, b, c] = [fakePair(1), fakePair(2), fakePair(3)];
  const load = (...bags: Uint8Array[]) => loadKeyStore(pfx([plainPart(...bags)]), { storePass });

  test('by its public key, whatever ids and names say', async () => {
    const store = await load(
      certificateBag(a.certificate, { name: 'b', id: id('b') }),
      certificateBag(b.certificate, { name: 'a', id: id('a') }),
      certificateBag(c.certificate, { name: 'a', id: id('a') }),
      keyBag(a.pkcs8, usual, { name: 'a', id: id('a') }),
      keyBag(b.pkcs8, usual, { name: 'b', id: id('b') }),
    );
    expect(leafOf(store, 'a')).toBe(toHex(a.certificate));
    expect(leafOf(store, 'b')).toBe(toHex(b.certificate));
    expect(store.certificates).toHaveLength(3);
  });

  test('without any attribute, in whichever order', async () => {
    const store = await load(
      certificateBag(a.certificate),
      certificateBag(b.certificate),
      keyBag(b.pkcs8, usual),
      keyBag(a.pkcs8, undefined),
    );
    expect(leafOf(store, '1')).toBe(toHex(b.certificate));
    expect(leafOf(store, '2')).toBe(toHex(a.certificate));
  });

  test('among several of its public key by id, then by name, then the first that Java does not trust by itself', async () => {
    const renewed = (subject: string) => fakePair(1, { subject }).certificate;
    const certificates = [
      certificateBag(renewed('trusted'), { trusted: true, name: 'anchor' }),
      certificateBag(renewed('first')),
      certificateBag(renewed('named'), { name: 'Mail' }),
      certificateBag(renewed('with id'), { id: id('7') }),
    ];
    const subjectOf = async (given: Parameters<typeof keyBag>[2]) =>
      keyOf(await load(...certificates, keyBag(a.pkcs8, usual, given)), given?.name ?? '1').certificateChain[0]
        ?.subject;
    expect(await subjectOf({ name: 'mail', id: id('7') })).toBe('CN=with id');
    expect(await subjectOf({ name: 'mail', id: id('8') })).toBe('CN=named');
    expect(await subjectOf({ id: id('7') })).toBe('CN=with id');
    expect(await subjectOf({ name: 'else' })).toBe('CN=first');
    expect(await subjectOf({})).toBe('CN=first');
  });

  test('by id and by name, where the key does not tell its public half', async () => {
    const store = await load(
      certificateBag(a.certificate, { id: id('a') }),
      certificateBag(b.certificate, { name: 'B' }),
      keyBag(unknownKey(), usual, { name: 'x', id: id('a') }),
      keyBag(unknownKey(), usual, { name: 'b' }),
    );
    expect(leafOf(store, 'x')).toBe(toHex(a.certificate));
    expect(leafOf(store, 'b')).toBe(toHex(b.certificate));
    expect((await keyOf(store, 'x').getPrivateKey()).algorithm).toBe('1.2.3.4.5');
  });

  test('when it is locked and alone, as the one certificate that issued none', async () => {
    const leaf = fakePair(1, { subject: 'leaf', issuer: 'root' });
    const root = fakePair(9, { subject: 'root' });
    const locked = keyBag(leaf.pkcs8, pbes2(utf8('another')), { name: 'mail' });
    const store = await load(certificateBag(root.certificate), certificateBag(leaf.certificate), locked);
    expect(keyOf(store, 'mail').certificateChain.map(({ subject }) => subject)).toEqual(['CN=leaf', 'CN=root']);
  });

  test('or none at all', async () => {
    const store = await load(
      keyBag(a.pkcs8, usual, { name: 'a' }),
      certificateBag(b.certificate),
      certificateBag(c.certificate),
    );
    expect(keyOf(store, 'a').certificateChain).toEqual([]);
  });

  test('and the issuers above it, up to one that is its own, or is not there', async () => {
    const [leaf, middle, root] = [
      fakePair(1, { subject: 'leaf', issuer: 'Middle' }),
      fakePair(2, { subject: 'middle', issuer: 'root' }),
      fakePair(3, { subject: 'root', issuer: 'root' }),
    ];
    const chainOf = async (...bags: Uint8Array[]) =>
      keyOf(await load(keyBag(leaf.pkcs8, usual), ...bags), '1').certificateChain.map(({ subject }) => subject);
    const bags = [root, leaf, middle].map(({ certificate }) => certificateBag(certificate));
    expect(await chainOf(...bags)).toEqual(['CN=leaf', 'CN=middle', 'CN=root']);
    expect(await chainOf(...bags.slice(0, 2))).toEqual(['CN=leaf']);
  });

  test('that is its own only if nothing contradicts it', async () => {
    // The only leaf is taken for the key's, so that the mismatch is reported; an issuer means that the leaf is missing.
    const only = (der: Uint8Array) => load(certificateBag(der), keyBag(a.pkcs8, usual, { name: 'a' }));
    expect(leafOf(await only(b.certificate), 'a')).toBe(toHex(b.certificate));
    expect(leafOf(await only(certify(party('CA'), party('Top')).der), 'a')).toBeUndefined();
    const unreadable = makeLeaf(party('CA'), { extensions: [extension('2.5.29.19', Uint8Array.of(1))] }).der;
    expect(leafOf(await only(unreadable), 'a')).toBe(toHex(unreadable));
    // The unreadable certificate may be that of the key.
    const beside = [certificateBag(b.certificate), certificateBag(encodeSequence())];
    expect(leafOf(await load(...beside, keyBag(a.pkcs8, usual, { name: 'a' })), 'a')).toBeUndefined();
    const [one, two] = [keyBag(a.pkcs8, usual, { name: 'a' }), keyBag(c.pkcs8, usual, { name: 'c' })];
    expect(leafOf(await load(one, two, certificateBag(b.certificate)), 'a')).toBeUndefined();
  });

  test('also if Java lists it as trusted, by its public key', async () => {
    const store = await load(certificateBag(a.certificate, { trusted: true, name: 'x' }), keyBag(a.pkcs8, usual));
    expect(leafOf(store, '1')).toBe(toHex(a.certificate));
    expect([...store].map(({ kind, alias }) => [kind, alias])).toEqual([
      ['trustedCertEntry', 'x'],
      ['PrivateKeyEntry', '1'],
    ]);
  });

  test.each([
    ['is missing', encodeSequence()],
    ['is not a BIT STRING', encodeSequence(encodeSequence(), encodeInteger(1))],
  ])('beside a certificate whose public key %s', async (_, spki) => {
    const broken = makeLeaf(party('CA'), { spki }).der;
    const store = await load(certificateBag(broken), certificateBag(a.certificate), keyBag(a.pkcs8, usual));
    expect(leafOf(store, '1')).toBe(toHex(a.certificate));
    expect(store.certificates).toHaveLength(2);
  });

  test('and no circle without end', async () => {
    const [one, two] = [fakePair(1, { subject: 'one', issuer: 'two' }), fakePair(2, { subject: 'two', issuer: 'one' })];
    const store = await load(
      keyBag(one.pkcs8, usual),
      certificateBag(one.certificate),
      certificateBag(two.certificate),
    );
    expect(keyOf(store, '1').certificateChain).toHaveLength(2);
  });
});

describe('names', () => {
  const pair = fakePair(1);

  it('are numbers where there are none, in the order of the file, and never one that is taken', async () => {
    const parts = [
      plainPart(keyBag(pair.pkcs8, usual), keyBag(pair.pkcs8, usual, { name: '2' }), keyBag(pair.pkcs8, usual)),
    ];
    expect((await loadKeyStore(pfx(parts), { storePass })).aliases()).toEqual(['1', '2', '3']);
  });

  it('that are numbers stay the same for a bag, and the next one gets the next number', async () => {
    const trusted = certificateBag(fakePair(2).certificate, { trusted: true });
    const store = await loadKeyStore(pfx([plainPart(keyBag(pair.pkcs8, usual), trusted)]), { storePass });
    expect([...store].map(({ kind, alias }) => [kind, alias])).toEqual([
      ['PrivateKeyEntry', '1'],
      ['trustedCertEntry', '2'],
    ]);
  });

  it('that are numbers follow the order of the file, as in Java, even if a trusted certificate precedes a key', async () => {
    const [trusted, other] = [fakePair(2), fakePair(3)].map(({ certificate }) => certificate) as [
      Uint8Array,
      Uint8Array,
    ];
    const bags = [
      certificateBag(other),
      certificateBag(trusted, { trusted: true }),
      keyBag(pair.pkcs8, usual),
      certificateBag(other, { trusted: true }),
    ];
    const store = await loadKeyStore(pfx([plainPart(...bags)]), { storePass });
    expect([...store].map(({ kind, alias }) => [kind, alias])).toEqual([
      ['trustedCertEntry', '1'],
      ['PrivateKeyEntry', '2'],
      ['trustedCertEntry', '3'],
    ]);
  });

  it('that are numbers go to the entries of Java first', async () => {
    const [untrusted, trusted] = [fakePair(2), fakePair(3)].map(({ certificate }) => certificate) as [
      Uint8Array,
      Uint8Array,
    ];
    const bags = [certificateBag(untrusted), certificateBag(trusted, { trusted: true })];
    const store = await loadKeyStore(pfx([plainPart(...bags)]), { storePass });
    expect(store.aliases()).toEqual(['2', '1']);
  });

  it.each(['', '__proto__', 'a\0b', '\ud83d\ude00', '../x', 'A'])('may be %j', async (name) => {
    const store = await loadKeyStore(pfx([plainPart(keyBag(pair.pkcs8, usual, { name }))]), { storePass });
    expect(store.aliases()).toEqual([name]);
    expect(toHex((await keyOf(store, name).getPrivateKey()).pkcs8)).toBe(toHex(pair.pkcs8));
  });

  it('that occur twice keep both keys, and the last is found', async () => {
    const other = fakePair(2);
    const parts = [plainPart(keyBag(pair.pkcs8, usual, { name: 'x' }), keyBag(other.pkcs8, usual, { name: 'x' }))];
    const store = await loadKeyStore(pfx(parts), { storePass });
    expect(store.size).toBe(2);
    expect(codes(store)).toEqual(['WARN_ALIAS_DUPLICATE']);
    expect(toHex((await keyOf(store, 'x').getPrivateKey()).pkcs8)).toBe(toHex(other.pkcs8));
  });

  it('may be of any string type, and an attribute that cannot be read is ignored', async () => {
    const attribute = (...values: Uint8Array[]) =>
      encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.9.20'), encodeElement(0x31, ...values));
    const parts = [
      attribute(encodeElement(0x0c, utf8('utf8'))),
      attribute(),
      attribute(encodeInteger(5)),
      encodeInteger(1),
      encodeSequence(),
    ].map((more) => keyBag(pair.pkcs8, usual, { more: [more] }));
    expect((await loadKeyStore(pfx([plainPart(...parts)]), { storePass })).aliases()).toEqual([
      'utf8',
      '1',
      '2',
      '3',
      '4',
    ]);
  });

  it('leave the date to a local key id that says Time', async () => {
    const dates = async (text: string) =>
      keyOf(await loadKeyStore(pfx([plainPart(keyBag(pair.pkcs8, usual, { id: id(text) }))]), { storePass }), '1')
        .creationDate;
    expect((await dates('Time 1700000000000'))?.toISOString()).toBe('2023-11-14T22:13:20.000Z');
    for (const none of ['Time soon', 'key 7', 'Time 7 ', ' Time 7', 'time 7', 'Time 12345678901234567'])
      expect(await dates(none), none).toBeUndefined();
    expect(await dates('\x01\0\0\0')).toBeUndefined();
  });
});

describe('bags', () => {
  const pair = fakePair(1);
  const load = (...parts: Uint8Array[]) => loadKeyStore(pfx(parts), { storePass });

  it('in the clear open without a password, and with any', async () => {
    const bytes = pfx([plainPart(keyBag(pair.pkcs8, undefined), certificateBag(pair.certificate))], null);
    for (const options of [{}, { storePass: 'whatever' }]) {
      const store = await loadKeyStore(bytes, options);
      expect(store.integrity).toBe('none');
      const { pkcs8 } = await keyOf(store, '1').getPrivateKey();
      expect(toHex(pkcs8)).toBe(toHex(pair.pkcs8));
      expect(leafOf(store, '1')).toBe(toHex(pair.certificate));
    }
  });

  it('in the clear give copies of keys', async () => {
    const store = await load(plainPart(keyBag(pair.pkcs8, undefined, { name: 'mail' })));
    (await keyOf(store, 'mail').getPrivateKey()).pkcs8.fill(0);
    expect(toHex((await keyOf(store, 'mail').getPrivateKey()).pkcs8)).toBe(toHex(pair.pkcs8));
  });

  it('that are none need no password, and are no reason to ask for one', async () => {
    expect((await load(encryptedPart(usual))).size).toBe(0);
    expect((await loadKeyStore(pfx([plainPart()]))).size).toBe(0);
    expect((await loadKeyStore(pfx([plainPart(certificateBag(pair.certificate)), encryptedPart(usual)]))).size).toBe(1);
  });

  it('of secrets have the date of their local key id', async () => {
    const bag = secretBag('2.16.840.1.101.3.4.1.42', encodeElement(0x04, Uint8Array.of(1)), { id: id('Time 1000') });
    const [entry] = await load(plainPart(bag));
    expect(entry).toMatchObject({ kind: 'SecretKeyEntry', creationDate: new Date(1_000) });
    expect(
      [...(await load(plainPart(secretBag('2.16.840.1.101.3.4.1.42', encodeElement(0x04)))))][0],
    ).not.toHaveProperty('creationDate');
  });

  it('within bags are found', async () => {
    const inner = bag(Bag.safeContents, encodeSequence(keyBag(pair.pkcs8, usual, { name: 'inner' })));
    const nested = bag(Bag.safeContents, encodeSequence(inner, certificateBag(pair.certificate)));
    expect(leafOf(await load(plainPart(nested)), 'inner')).toBe(toHex(pair.certificate));
  });

  it('of other kinds are left out and told', async () => {
    const store = await load(
      plainPart(
        bag(Bag.revocationList, encodeSequence()),
        bag('1.2.3.4', encodeInteger(1)),
        certificateBag(utf8('text'), {}, '1.2.840.113549.1.9.22.2'),
        certificateBag(utf8('text')),
        bag(Bag.certificate, encodeInteger(1)),
      ),
      contentInfo('1.2.840.113549.1.7.3', encodeSequence()),
      plainPart(certificateBag(pair.certificate, { trusted: true, name: 'root' })),
    );
    expect(store.aliases()).toEqual(['root']);
    expect(codes(store).sort()).toEqual([
      'WARN_BAG_SKIPPED',
      'WARN_BAG_SKIPPED',
      'WARN_BAG_SKIPPED',
      'WARN_CERTIFICATE_TYPE_UNSUPPORTED',
      'WARN_CERTIFICATE_UNREADABLE',
      'WARN_CERTIFICATE_UNREADABLE',
    ]);
  });

  it('may be none at all', async () => {
    expect((await load()).size).toBe(0);
    expect((await load(plainPart())).size).toBe(0);
  });

  it.each([
    ['no name', undefined, 0],
    ['a name of its own', 'ca', 1],
    ['the name of a key', 'mail', 0],
    ['the name that Java gives to issuers in a chain', 'CN=subject 1', 0],
    ['such a name with an OID', '1.2.3=x', 0],
    ['a name that contains such a name', 'root of CN=subject 1', 1],
    ['a name that begins with =', '=subject 1', 1],
    ['the name of a secret', 'aes', 0],
  ])("beside a key: a certificate without Java's attribute and with %s", async (_, name, trusted) => {
    const store = await load(
      encryptedPart(usual, certificateBag(pair.certificate, { ...(name !== undefined && { name }) })),
      plainPart(
        keyBag(fakePair(2).pkcs8, usual, { name: 'mail' }),
        certificateBag(fakePair(2).certificate),
        secretBag('2.16.840.1.101.3.4.1.42', encodeElement(0x04), { name: 'aes' }),
      ),
    );
    expect([...store].filter(({ kind }) => kind === 'trustedCertEntry')).toHaveLength(trusted);
    expect(store.certificates.map(({ subject }) => subject).sort()).toEqual(['CN=subject 1', 'CN=subject 2']);
  });

  it('beside a key: a certificate with a local key id is not trusted', async () => {
    const named = certificateBag(pair.certificate, { name: 'ca', id: id('9') });
    const store = await load(plainPart(named, keyBag(fakePair(2).pkcs8, usual, { name: 'mail' })));
    expect([...store].map(({ alias }) => alias)).toEqual(['mail']);
  });

  it('with a certificate named as a key is leave that name to the key', async () => {
    const stranger = fakePair(2);
    const store = await load(
      plainPart(
        certificateBag(stranger.certificate, { name: 'mail' }),
        certificateBag(pair.certificate),
        keyBag(pair.pkcs8, undefined, { name: 'mail' }),
      ),
    );
    expect([...store].map(({ kind, alias }) => [kind, alias])).toEqual([['PrivateKeyEntry', 'mail']]);
  });

  it('with secrets give the key of an algorithm, and tell of what is not known', async () => {
    const key = Uint8Array.of(1, 2, 3);
    const store = await load(
      encryptedPart(
        usual,
        secretBag('2.16.840.1.101.3.4.1.42', encodeElement(0x04, key), { name: 'aes' }),
        secretBag('1.2.840.113549.1.16.12.12', encodeElement(0x04, key), { name: 'wallet' }),
        secretBag('2.16.840.1.101.3.4.1.42', encodeInteger(1), { name: 'broken' }),
      ),
    );
    expect(store.aliases()).toEqual(['aes']);
    expect(codes(store)).toEqual(['WARN_BAG_SKIPPED', 'WARN_BAG_SKIPPED']);
    const entry = store.getEntry('aes');
    if (entry?.kind !== 'SecretKeyEntry') expect.fail();
    expect(await entry.getSecretKey()).toEqual({ algorithm: 'AES', key });
    // What a caller overwrites is a copy.
    (await entry.getSecretKey()).key.fill(0);
    expect((await entry.getSecretKey()).key).toEqual(key);
  });

  it('are read the same from BER', async () => {
    const bytes = toBer(
      pfx([
        encryptedPart(usual, certificateBag(pair.certificate)),
        plainPart(keyBag(pair.pkcs8, usual, { name: 'mail' })),
      ]),
    );
    const store = await loadKeyStore(bytes, { storePass });
    expect(store.integrity).toBe('verified');
    expect(leafOf(store, 'mail')).toBe(toHex(pair.certificate));
    expect(toHex((await keyOf(store, 'mail').getPrivateKey()).pkcs8)).toBe(toHex(pair.pkcs8));
  });

  it.each(['\n', '\r\n', 'anything'])('may be followed by %j', async (text) => {
    const whole = pfx([plainPart(keyBag(pair.pkcs8, usual))]);
    const store = await loadKeyStore(Buffer.concat([whole, utf8(text)]), { storePass });
    expect(codes(store)).toEqual(['WARN_TRAILING_BYTES']);
  });

  it('may not be followed by anything inside', async () => {
    const contents = concat(encodeSequence(keyBag(pair.pkcs8, usual)), Uint8Array.of(0));
    await expect(load(contentInfo('1.2.840.113549.1.7.1', encodeElement(0x04, contents)))).rejects.toMatchObject({
      code: 'ERR_STORE_MALFORMED',
    });
  });

  it.each([0, 2, 4, 100])('are read of version 3, and not of version %i', async (version) => {
    const bytes = pfx([plainPart()]);
    const at = Buffer.from(bytes).indexOf(encodeInteger(3));
    bytes.set(encodeInteger(version), at);
    await expect(loadKeyStore(bytes, { storePass, type: 'PKCS12' })).rejects.toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
      message: `PKCS12 version ${version} is not supported; version 3 is`,
    });
  });

  it('are counted in each part and in all together', async () => {
    const certificates = (count: number) => plainPart(...Array(count).fill(certificateBag(pair.certificate)));
    const refusal = (...parts: Uint8Array[]) =>
      loadKeyStore(pfx(parts), { storePass, limits: { entries: 4 } }).then(
        (store) => store.certificates.length,
        ({ limit, found, message }) => [limit, found, /^(part \d|PKCS12 store)/.exec(message)?.[0]],
      );
    const encrypted = encryptedPart(usual, ...Array(5).fill(certificateBag(pair.certificate)));
    await expect(loadKeyStore(pfx([encrypted]), { storePass, limits: { entries: 4 } })).rejects.toThrow(
      /^part 1, decrypted: entries 5 is over the limit of 4$/,
    );
    expect(await refusal(certificates(2), certificates(2))).toBe(1);
    expect(await refusal(certificates(1), certificates(5))).toEqual(['entries', 5, 'part 2']);
    expect(await refusal(certificates(2), certificates(3))).toEqual(['entries', 5, 'PKCS12 store']);
  });

  it('with a key that cannot be opened give the others, and say why when it is asked for', async () => {
    const unknown = statedAlgorithm('1.2.3.4');
    const broken = { algorithm: encodeSequence(), encrypt: () => new Uint8Array() };
    const store = await load(
      plainPart(
        keyBag(pair.pkcs8, unknown, { name: 'unknown' }),
        keyBag(pair.pkcs8, broken, { name: 'broken' }),
        keyBag(pair.pkcs8, pbes2(utf8(storePass), { iterations: 6_000_000 }), { name: 'costly' }),
        bag(Bag.key, encodeInteger(1), { name: 'none' }),
        keyBag(pair.pkcs8, usual, { name: 'good' }),
      ),
    );
    const ends = await Promise.all(
      store.aliases().map((alias) =>
        keyOf(store, alias)
          .getPrivateKey()
          .then(
            ({ algorithm }) => `${alias}: ${algorithm}`,
            ({ code }) => `${alias}: ${code}`,
          ),
      ),
    );
    expect(ends).toEqual([
      'unknown: ERR_STORE_UNSUPPORTED',
      'broken: ERR_STORE_MALFORMED',
      'costly: ERR_LIMIT_EXCEEDED',
      'none: ERR_STORE_MALFORMED',
      'good: RSA',
    ]);
  });

  it('with a named leaf give the key, and no entry for the leaf', async () => {
    const store = await load(
      plainPart(keyBag(pair.pkcs8, usual, { name: 'mail' }), certificateBag(pair.certificate, { name: 'the leaf' })),
    );
    expect([...store].map(({ kind, alias }) => [kind, alias])).toEqual([['PrivateKeyEntry', 'mail']]);
    expect(leafOf(store, 'mail')).toBe(toHex(pair.certificate));
  });

  it('in the clear are left as they are in the file, also when the store is refused after all', async () => {
    const id1 = Uint8Array.of(1);
    const bags = [1, 2].map(() => keyBag(pair.pkcs8, undefined, { id: id1 }));
    const bytes = pfx([plainPart(...bags, certificateBag(pair.certificate, { id: id1 }))]);
    const before = toHex(bytes);
    await expect(loadKeyStore(bytes, { storePass, limits: { chainCertificates: 1 } })).rejects.toMatchObject({
      limit: 'chainCertificates',
    });
    expect(toHex(bytes)).toBe(before);
  });
});

describe('passwords', () => {
  const pair = fakePair(1);
  const password = 'p\u00e4ssw\u00f6rd\u20ac';
  const parts = (encryption: Encryption) => [
    encryptedPart(encryption, certificateBag(pair.certificate)),
    plainPart(keyBag(pair.pkcs8, encryption, { name: 'mail' })),
  ];

  it.each([
    ['as everyone', bmp(password), pkcs12Des3(bmp(password))],
    ['as OpenSSL before 1.1.0', widened(utf8(password)), pkcs12Des3(widened(utf8(password)))],
    ['as JDK 25 under old ciphers', bmp(password), pkcs12Des3(widened(utf8(password).map((octet) => octet & 0x7f)))],
    ['in code page 1252', bmp('p\u00e4ssw\u00f6rd\u0080'), pkcs12Des3(bmp('p\u00e4ssw\u00f6rd\u0080'))],
    ['as Java under Bouncy Castle', bmp(password), pbes2(bmp(password))],
    [
      'as keytool without a locale',
      bmp('p\ufffd\ufffdssw\ufffd\ufffdrd\ufffd\ufffd\ufffd'),
      pbes2(utf8('p\ufffd\ufffdssw\ufffd\ufffdrd\ufffd\ufffd\ufffd')),
    ],
    ['with a line feed', bmp(`${password}\n`), pbes2(utf8(`${password}\n`))],
    [
      'to PBKDF2 in code page 1252',
      bmp(password),
      pbes2(Uint8Array.from(Buffer.from('p\u00e4ssw\u00f6rd\u0080', 'latin1'))),
    ],
  ])('written %s', async (writer, mac, encryption) => {
    const store = await loadKeyStore(pfx(parts(encryption), { password: mac }), { storePass: password });
    expect(store.integrity).toBe('verified');
    expect(leafOf(store, 'mail')).toBe(toHex(pair.certificate));
    expect(toHex((await keyOf(store, 'mail').getPrivateKey()).pkcs8)).toBe(toHex(pair.pkcs8));
    expect(codes(store)).toEqual(writer === 'as everyone' ? [] : ['WARN_PASSWORD_ENCODING']);
    await expect(
      loadKeyStore(pfx(parts(encryption), { password: mac }), { storePass: `${password}x` }),
    ).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
    });
  });

  it.each([
    ['of two zero bytes', new Uint8Array(2)],
    ['of no bytes', new Uint8Array()],
  ])('empty, %s, and not given at all', async (_, bytes) => {
    for (const options of [{ storePass: '' }, {}]) {
      const store = await loadKeyStore(pfx(parts(pkcs12Des3(bytes)), { password: bytes }), options);
      expect(store.integrity).toBe('storePass' in options ? 'verified' : 'not-checked');
      expect(codes(store)).toEqual('storePass' in options ? [] : ['WARN_INTEGRITY_NOT_CHECKED']);
      expect(leafOf(store, 'mail')).toBe(toHex(pair.certificate));
      expect((await keyOf(store, 'mail').getPrivateKey()).algorithm).toBe('RSA');
    }
  });

  it('not given show what is in the clear', async () => {
    const store = await loadKeyStore(pfx(parts(usual)));
    expect(store.integrity).toBe('not-checked');
    expect(store.aliases()).toEqual(['mail']);
    expect(codes(store)).toEqual(['WARN_INTEGRITY_NOT_CHECKED', 'WARN_ENCRYPTED_PART_SKIPPED']);
    await expect(keyOf(store, 'mail').getPrivateKey()).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
    expect((await keyOf(store, 'mail').getPrivateKey(storePass)).algorithm).toBe('RSA');
  });

  it('not given are asked for where nothing is in the clear', async () => {
    const bytes = pfx([encryptedPart(usual, keyBag(pair.pkcs8, usual))]);
    await expect(loadKeyStore(bytes)).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
  });

  it('of a key may be its own', async () => {
    const bytes = pfx([
      plainPart(
        keyBag(pair.pkcs8, usual, { name: 'mail' }),
        keyBag(pair.pkcs8, pbes2(utf8('second')), { name: 'own' }),
        certificateBag(pair.certificate),
      ),
    ]);
    const store = await loadKeyStore(bytes, { storePass });
    await expect(keyOf(store, 'own').getPrivateKey()).rejects.toMatchObject({
      code: 'ERR_KEY_UNRECOVERABLE',
      alias: 'own',
    });
    await expect(keyOf(store, 'own').getPrivateKey('third')).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
    await expect(keyOf(store, 'mail').getPrivateKey('third')).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
    expect(toHex((await keyOf(store, 'own').getPrivateKey('second')).pkcs8)).toBe(toHex(pair.pkcs8));
  });

  it('give a copy of the key each time', async () => {
    const store = await loadKeyStore(pfx(parts(usual)), { storePass });
    const entry = keyOf(store, 'mail');
    (await entry.getPrivateKey()).pkcs8.fill(0);
    expect(toHex((await entry.getPrivateKey()).pkcs8)).toBe(toHex(pair.pkcs8));
  });

  it('stand in no message', async () => {
    const secret = 'Tr0ub4dor&3';
    const bytes = pfx(parts(usual));
    const cases = [
      loadKeyStore(bytes, { storePass: secret }),
      loadKeyStore(bytes, { storePass }).then((store) => keyOf(store, 'mail').getPrivateKey(secret)),
    ];
    for (const attempt of cases) {
      const error = await attempt.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
    }
  });
});

describe('integrity', () => {
  const parts = [encryptedPart(usual, certificateBag(fakePair(1).certificate))];
  const load = (bytes: Uint8Array, password = storePass) => loadKeyStore(bytes, { storePass: password });

  it.each([
    ['1.2.840.113549.2.5', 'md5'],
    ['1.3.14.3.2.26', 'sha1'],
    ['2.16.840.1.101.3.4.2.4', 'sha224'],
    ['2.16.840.1.101.3.4.2.2', 'sha384'],
    ['2.16.840.1.101.3.4.2.3', 'sha512'],
    ['2.16.840.1.101.3.4.2.5', 'sha512-224'],
    ['2.16.840.1.101.3.4.2.6', 'sha512-256'],
    ['2.16.840.1.101.3.4.2.7', 'sha3-224'],
    ['2.16.840.1.101.3.4.2.8', 'sha3-256'],
    ['2.16.840.1.101.3.4.2.9', 'sha3-384'],
    ['2.16.840.1.101.3.4.2.10', 'sha3-512'],
    ['1.3.36.3.2.1', 'ripemd160'],
  ])('by a MAC with %s, %s', async (oid, hash) => {
    const bytes = pfx(parts, { oid, hash, iterations: 600 });
    expect((await load(bytes)).integrity).toBe('verified');
    await expect(load(bytes, 'wrong')).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
  });

  it.each([0, 1, 20, 31])('not by a MAC of which %i bytes are there', async (kept) => {
    await expect(load(pfx(parts, { kept }))).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
  });

  it('by a MAC that leaves its count out', async () => {
    expect((await load(pfx(parts, { statedIterations: undefined }))).integrity).toBe('verified');
  });

  it('by PBMAC1, with the password in UTF-8 or, as RFC 9579 had it, as a BMPString', async () => {
    expect((await load(pfxWithPbmac1(parts, utf8(storePass), 32))).integrity).toBe('verified');
    expect((await load(pfxWithPbmac1(parts, bmp(storePass), 32))).integrity).toBe('verified');
    await expect(load(pfxWithPbmac1(parts, utf8('else'), 32))).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
  });

  // RFC 9879 9 asks for 20 octets at least; Bouncy Castle writes as many as the program asks for.
  it.each([20, 64, 256, 1_024])('by PBMAC1 with a key of %s bytes', async (length) => {
    expect((await load(pfxWithPbmac1(parts, utf8(storePass), length))).integrity).toBe('verified');
    await expect(load(pfxWithPbmac1(parts, utf8('else'), length))).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
    });
  });

  it.each([
    [undefined, 'PBMAC1 without a key length'],
    [0, 'key length: at least 1 expected'],
    [1, 'PBMAC1 key of 1 bytes is too short: at least 20 expected'],
    [19, 'PBMAC1 key of 19 bytes is too short: at least 20 expected'],
  ])('not by PBMAC1 with a key of %s bytes', async (length, message) => {
    await expect(load(pfxWithPbmac1(parts, utf8(storePass), length))).rejects.toMatchObject({
      code: 'ERR_STORE_MALFORMED',
      message: expect.stringContaining(message),
    });
  });

  it('by PBMAC1 of an unknown derivation, which matters only if a password is given', async () => {
    const known = Buffer.from(pfxWithPbmac1([plainPart(certificateBag(fakePair(1).certificate))], utf8(storePass), 32));
    // PBKDF2 becomes 1.2.840.113549.1.5.99.
    const at = known.indexOf(Buffer.from('2a864886f70d01050c', 'hex'));
    const bytes = new Uint8Array(known).with(at + 8, 99);
    expect(await loadKeyStore(bytes)).toMatchObject({ integrity: 'not-checked', size: 1 });
    await expect(load(bytes)).rejects.toMatchObject({ code: 'ERR_STORE_UNSUPPORTED', oid: '1.2.840.113549.1.5.99' });
  });

  it('by no MAC that is not known, and says so', async () => {
    const store = await load(pfx(parts, { oid: '1.0.10118.3.0.55' }));
    expect(store.integrity).toBe('not-checked');
    expect(codes(store)).toEqual(['WARN_INTEGRITY_UNVERIFIABLE']);
    expect(store.warnings[0]?.message).toMatch(/MAC algorithm is not supported \(1\.0\.10118\.3\.0\.55\)/);
  });

  it('missing leaves it to what is encrypted to prove the password', async () => {
    const store = await load(pfx(parts, null));
    expect([store.integrity, codes(store)]).toEqual(['none', ['WARN_INTEGRITY_UNVERIFIABLE']]);
    expect(store.warnings[0]?.message).toMatch(/has no MAC/);
    await expect(load(pfx(parts, null), 'wrong')).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
  });

  it('lost is told apart from a wrong password', async () => {
    await expect(load(pfx(parts, { password: bmp('other') }))).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
      message: expect.stringMatching(/password opens the content.*changed/),
    });
    await expect(load(pfx(parts), 'wrong')).rejects.toMatchObject({
      message: expect.stringMatching(/password is wrong, or/),
    });
    const key = [plainPart(keyBag(realKey(), usual))];
    await expect(load(pfx(key, { password: bmp('other') }))).rejects.toMatchObject({
      message: expect.stringMatching(/password opens the content/),
    });
  });

  it('does not vouch for a part that decrypts to noise', async () => {
    const content = encodeElement(0x80, usual.encrypt(utf8('noise with the right padding')));
    const info = encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.7.1'), usual.algorithm, content);
    const noise = contentInfo('1.2.840.113549.1.7.6', encodeSequence(encodeInteger(0), info));
    expect(codes(await load(pfx([noise])))).toEqual(['WARN_BAG_SKIPPED']);
    // Without a MAC it is the password that is in doubt.
    await expect(load(pfx([noise], null))).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
  });

  it('does not vouch for a part under another password', async () => {
    const store = await load(pfx([encryptedPart(pbes2(utf8('other')), certificateBag(fakePair(1).certificate))]));
    expect(store.certificates).toEqual([]);
    expect(codes(store)).toEqual(['WARN_BAG_SKIPPED']);
  });
});

describe('algorithms', () => {
  const pair = fakePair(1);
  const keyWith = async (encryption: Encryption) => {
    const store = await loadKeyStore(pfx([plainPart(keyBag(pair.pkcs8, encryption, { name: 'mail' }))]), { storePass });
    return keyOf(store, 'mail').getPrivateKey();
  };
  const octet = (...bytes: number[]) => encodeElement(0x04, Uint8Array.from(bytes));

  it('may have their parameters wrapped once more (JDK-8202837)', async () => {
    const wrapped = pbes2(utf8(storePass), {
      parameters: (real) => encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.5.13'), real),
    });
    expect(toHex((await keyWith(wrapped)).pkcs8)).toBe(toHex(pair.pkcs8));
  });

  it.each([
    ['1.2.840.113549.1.5.1', 'MD2 and DES'],
    ['1.2.3.4', 'nobody knows'],
  ])('not provided are named by their OID: %s, %s', async (oid) => {
    const stated = statedAlgorithm(oid, encodeSequence(octet(1, 2, 3, 4, 5, 6, 7, 8), encodeInteger(1)));
    await expect(keyWith(stated)).rejects.toMatchObject({ code: 'ERR_STORE_UNSUPPORTED', oid });
    await expect(
      loadKeyStore(pfx([encryptedPart(stated, certificateBag(pair.certificate))]), { storePass }),
    ).rejects.toMatchObject({ code: 'ERR_STORE_UNSUPPORTED', oid });
  });

  const pbkdf2 = (...parameters: Uint8Array[]) =>
    encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.5.12'), encodeSequence(...parameters));
  const aes = encodeSequence(
    encodeObjectIdentifier('2.16.840.1.101.3.4.1.42'),
    octet(...new Array<number>(16).fill(0)),
  );
  const scheme = (...parts: Uint8Array[]) => statedAlgorithm('1.2.840.113549.1.5.13', encodeSequence(...parts));

  it.each([
    ['no parameters', statedAlgorithm('1.2.840.113549.1.12.1.3')],
    ['no PBES2 parameters', statedAlgorithm('1.2.840.113549.1.5.13')],
    ['half of them', scheme(pbkdf2(octet(1), encodeInteger(1)))],
    ['no iterations', statedAlgorithm('1.2.840.113549.1.12.1.3', encodeSequence(octet(1)))],
    ['zero iterations', scheme(pbkdf2(octet(1), encodeInteger(0)), aes)],
    ['a count beyond an int', scheme(pbkdf2(octet(1), encodeInteger(2 ** 31)), aes)],
    ['a key length that does not fit', scheme(pbkdf2(octet(1), encodeInteger(1), encodeInteger(16)), aes)],
    ['a key of no bytes', scheme(pbkdf2(octet(1), encodeInteger(1), encodeInteger(0)), aes)],
    [
      'a short IV',
      scheme(
        pbkdf2(octet(1), encodeInteger(1)),
        encodeSequence(encodeObjectIdentifier('2.16.840.1.101.3.4.1.42'), octet(1)),
      ),
    ],
    [
      'an RC2 version of none',
      scheme(
        pbkdf2(octet(1), encodeInteger(1)),
        encodeSequence(
          encodeObjectIdentifier('1.2.840.113549.3.2'),
          encodeSequence(encodeInteger(7), octet(1, 2, 3, 4, 5, 6, 7, 8)),
        ),
      ),
    ],
  ])('with %s are malformed', async (_, encryption) => {
    await expect(keyWith(encryption)).rejects.toMatchObject({ code: 'ERR_STORE_MALFORMED' });
  });

  it.each([
    ['a salt from elsewhere', scheme(pbkdf2(encodeSequence(), encodeInteger(1)), aes)],
    ['another derivation', scheme(encodeSequence(encodeObjectIdentifier('1.2.3')), aes)],
    [
      'another function',
      scheme(pbkdf2(octet(1), encodeInteger(1), encodeSequence(encodeObjectIdentifier('1.2.3'))), aes),
    ],
    ['another cipher', scheme(pbkdf2(octet(1), encodeInteger(1)), encodeSequence(encodeObjectIdentifier('1.2.3')))],
  ])('with %s are unsupported', async (_, encryption) => {
    await expect(keyWith(encryption)).rejects.toMatchObject({ code: 'ERR_STORE_UNSUPPORTED' });
  });
});
