import { describe, expect, it } from 'vitest';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import type { KeyStore } from '../../../src/keystore/types.js';
import { leafOf, party } from '../../x509/certificate-maker.js';
import {
  Bag,
  bag,
  bmp,
  certificateBag,
  contentInfo,
  encryptedPart,
  fakePair,
  keyBag,
  pbes2,
  pfx,
  plainPart,
  utf8,
} from './pkcs12-maker.js';

const storePass = 'changeit';
const usual = pbes2(utf8(storePass));
const [first, second, third] = [fakePair(1), fakePair(2), fakePair(3)] as const;
const subjectsOf = (store: KeyStore) =>
  [...store].flatMap((entry) => (entry.kind === 'trustedCertEntry' ? [entry.certificate.subject] : []));
const codes = (store: KeyStore) => store.warnings.map(({ code }) => code);

describe('a PKCS#12 file without private keys is a truststore', () => {
  it.each<[string, Parameters<typeof certificateBag>[1]]>([
    ['without names', {}],
    ["with Java's names for issuers", { name: 'CN=subject 1' }],
    ['with localKeyIds', { id: Uint8Array.of(1) }],
    ['with one name for all', { name: 'ca' }],
    ["with Java's attribute for trusted certificates", { name: 'ca', trusted: true }],
  ])('%s', async (_, attributes) => {
    const parts = [
      encryptedPart(usual, ...[first, second].map(({ certificate }) => certificateBag(certificate, attributes))),
    ];
    const store = await loadKeyStore(pfx(parts), { storePass });
    expect(subjectsOf(store).sort()).toEqual(['CN=subject 1', 'CN=subject 2']);
    expect(store.size).toBe(2);
    expect(store.certificates).toHaveLength(2);
  });

  it('two certificates of one alias are both trusted, and a warning names the alias', async () => {
    const bags = [first, second].map(({ certificate }) => certificateBag(certificate, { name: 'ca' }));
    const store = await loadKeyStore(pfx([plainPart(...bags)]), { storePass });
    expect(store.aliases()).toEqual(['ca']);
    expect([...store].map(({ alias }) => alias)).toEqual(['ca', 'ca']);
    expect(store.warnings).toEqual([expect.objectContaining({ code: 'WARN_ALIAS_DUPLICATE', alias: 'ca' })]);
    expect(subjectsOf(store)).toHaveLength(2);
  });

  it('certificates in the clear are readable without a password, beside an encrypted part', async () => {
    const parts = [
      plainPart(certificateBag(first.certificate), certificateBag(second.certificate)),
      encryptedPart(usual, certificateBag(third.certificate)),
    ];
    const store = await loadKeyStore(pfx(parts));
    expect(subjectsOf(store).sort()).toEqual(['CN=subject 1', 'CN=subject 2']);
    expect(codes(store)).toEqual(['WARN_INTEGRITY_NOT_CHECKED', 'WARN_ENCRYPTED_PART_SKIPPED']);
  });
});

describe('integrity of a truststore that anybody can write', () => {
  const parts = [plainPart(certificateBag(first.certificate))];
  const signed = () => {
    const content = contentInfo('1.2.840.113549.1.7.1', encodeElement(0x04, encodeSequence(...parts)));
    const signedData = encodeSequence(encodeInteger(1), encodeElement(0x31), content, encodeElement(0x31));
    return encodeSequence(encodeInteger(3), contentInfo('1.2.840.113549.1.7.2', signedData));
  };

  it.each<[string, Uint8Array, string, RegExp]>([
    ['without a MAC', pfx(parts, null), 'none', /the file has no MAC/],
    ['with an unknown MAC', pfx(parts, { oid: '1.2.643.7.1.1.2.2' }), 'not-checked', /MAC algorithm.*GOST/],
    ['with a signature', signed(), 'not-checked', /a signature instead of a MAC/],
  ])('%s: any password opens it, with a warning of its own', async (_, bytes, integrity, message) => {
    const store = await loadKeyStore(bytes, { storePass: 'any' });
    expect([store.integrity, store.size]).toEqual([integrity, 1]);
    expect(store.warnings).toEqual([{ code: 'WARN_INTEGRITY_UNVERIFIABLE', message: expect.stringMatching(message) }]);
    const code = integrity === 'none' ? 'WARN_INTEGRITY_UNVERIFIABLE' : 'WARN_INTEGRITY_NOT_CHECKED';
    expect(codes(await loadKeyStore(bytes))).toEqual([code]);
  });
});

describe('an empty store', () => {
  const withContent = (...octets: Uint8Array[]) =>
    encodeSequence(encodeInteger(3), contentInfo('1.2.840.113549.1.7.1', encodeElement(0x04, ...octets)));
  const noContent = encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.7.1'));

  it.each<[string, Uint8Array]>([
    ['an AuthenticatedSafe without parts', pfx([])],
    ['no AuthenticatedSafe', withContent()],
    ['a part without content', pfx([noContent])],
    ['a part without bags', pfx([plainPart()])],
  ])('%s', async (_, bytes) => {
    expect((await loadKeyStore(bytes, { storePass })).size).toBe(0);
  });

  it.each<[string, Uint8Array]>([
    ['an encrypted part without content', pfx([encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.7.6'))])],
    ['a file without content', encodeSequence(encodeInteger(3), noContent)],
  ])('%s is not one', async (_, bytes) => {
    await expect(loadKeyStore(bytes, { storePass })).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_STORE_/),
    });
  });
});

describe('a private key', () => {
  const chainOf = async (...bags: Uint8Array[]) => {
    const store = await loadKeyStore(pfx([plainPart(...bags)]), { storePass });
    const entry = [...store].find(({ kind }) => kind === 'PrivateKeyEntry');
    if (entry?.kind !== 'PrivateKeyEntry') throw new Error('no key');
    return { chain: entry.certificateChain.map(({ subject }) => subject), store };
  };
  const id = Uint8Array.of(1);
  /** A key of another password, whose public half is not known. */
  const locked = (attributes: Parameters<typeof keyBag>[2]) => keyBag(first.pkcs8, pbes2(utf8('another')), attributes);

  it('that is locked has its certificate by localKeyId alone', async () => {
    const other = certificateBag(second.certificate, { name: 'mail' });
    expect((await chainOf(locked({ id }), other, certificateBag(first.certificate, { id, name: 'x' }))).chain).toEqual([
      'CN=subject 1',
    ]);
  });

  it('that is locked is not paired by name with a certificate that Java lists as trusted', async () => {
    const trusted = certificateBag(first.certificate, { name: 'mail', trusted: true });
    const { chain, store } = await chainOf(
      locked({ name: 'mail' }),
      trusted,
      certificateBag(second.certificate),
      certificateBag(third.certificate),
    );
    expect(chain).toEqual([]);
    expect(subjectsOf(store)).toEqual(['CN=subject 1']);
  });

  it('that is locked is not paired by name with such a certificate whose public key cannot be read', async () => {
    const broken = leafOf(party('CA'), { spki: encodeSequence() }).der;
    const trusted = certificateBag(broken, { name: 'mail', trusted: true });
    expect((await chainOf(locked({ name: 'mail' }), trusted)).chain).toEqual([]);
  });

  it('that is locked has the only certificate, also a self-issued one', async () => {
    expect((await chainOf(locked({}), certificateBag(first.certificate))).chain).toEqual(['CN=subject 1']);
  });

  it('whose leaf cannot be read is not paired with another certificate; a warning gives the reason', async () => {
    const { chain, store } = await chainOf(
      locked({}),
      certificateBag(first.certificate),
      certificateBag(utf8('no certificate')),
    );
    expect(chain).toEqual([]);
    expect(codes(store)).toEqual(['WARN_CERTIFICATE_UNREADABLE']);
  });

  it('has a bag type that is unknown beside it', async () => {
    const { store } = await chainOf(
      locked({}),
      bag('1.2.3', encodeInteger(1)),
      bag(Bag.revocationList, encodeInteger(1)),
    );
    expect(codes(store)).toEqual(['WARN_BAG_SKIPPED', 'WARN_BAG_SKIPPED']);
  });

  it('opens with a variant of its own password, and a warning says how it was encrypted', async () => {
    const bytes = pfx([plainPart(keyBag(first.pkcs8, pbes2(utf8('secret\n')), { name: 'mail' }))], {
      password: bmp(storePass),
    });
    const store = await loadKeyStore(bytes, { storePass });
    const entry = store.getEntry('mail');
    if (entry?.kind !== 'PrivateKeyEntry') throw new Error('no key');
    expect(codes(store)).toEqual([]);
    expect((await entry.getPrivateKey('secret')).algorithm).toBe('RSA');
    expect(store.warnings).toEqual([
      {
        code: 'WARN_PASSWORD_ENCODING',
        message: expect.stringMatching(/key "mail" was encrypted.*line feed/),
        alias: 'mail',
      },
    ]);
  });
});
