import { describe, expect, test } from 'vitest';
import { choosePrivateKeys, chooseTrustedEntries, privateKeys } from '../../src/convert/choose-entries.js';
import { createKeyStore } from '../../src/keystore/create-key-store.js';
import type { Entry, StoreType } from '../../src/keystore/types.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { leafOf, party, root } from '../x509/certificate-maker.js';

const ca = party('CA');
const [one, two, three] = [root(ca), root(party('Two')), leafOf(ca)];
const refuse = () => Promise.reject(new Error('nothing is decrypted here'));
const trusted = (alias: string, certificate: Certificate): Entry => ({ kind: 'trustedCertEntry', alias, certificate });
const key = (alias: string, ...certificateChain: Certificate[]): Entry => ({
  kind: 'PrivateKeyEntry',
  alias,
  certificateChain,
  getPrivateKey: refuse,
});
const secret = (alias: string): Entry => ({ kind: 'SecretKeyEntry', alias, getSecretKey: refuse });

const storeOf = (entries: readonly Entry[], looseCertificates: Certificate[] = [], type: StoreType = 'JKS') =>
  createKeyStore({ type, version: 2, integrity: 'verified', entries: [...entries], looseCertificates, warnings: [] });
const choose = (entries: readonly Entry[], ...names: string[]) =>
  chooseTrustedEntries(storeOf(entries), names).map(({ alias, certificate }) => [alias, certificate.sha256]);
const failure = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return [code, message];
  }
  return undefined;
};

describe('the trusted certificates of a keystore', () => {
  test('are ordered by alias; of two with the same alias the last one counts, and in PKCS#12 both', () => {
    const entries = [trusted('ca', one), trusted('b', two), trusted('ca', three)];
    const hashes = (type: StoreType) =>
      chooseTrustedEntries(storeOf(entries, [], type), []).map(({ certificate }) => certificate.sha256);
    expect(hashes('JKS')).toEqual([two.sha256, three.sha256]);
    expect(hashes('PKCS12')).toEqual([two.sha256, one.sha256, three.sha256]);
  });

  test('are those of all trusted entries, or of those that are named', () => {
    const entries = [trusted('one', one), key('mail', three), trusted('two', two)];
    expect(choose(entries)).toEqual([
      ['one', one.sha256],
      ['two', two.sha256],
    ]);
    expect(choose(entries, 'TWO', 'one')).toEqual([
      ['two', two.sha256],
      ['one', one.sha256],
    ]);
  });

  test('may be named by their fingerprint: eight digits, and all that match', () => {
    const entries = [trusted('one', one), trusted('again', one), trusted('two', two)];
    expect(
      choose(entries, `sha256:${one.sha256.slice(0, 8)}`)
        .map(([alias]) => alias)
        .sort(),
    ).toEqual(['again', 'one']);
    expect(choose(entries, `SHA256:${(two.sha256.toUpperCase().match(/../g) ?? []).join(':')}`)).toEqual([
      ['two', two.sha256],
    ]);
  });

  const digits = `sha256:${three.sha256.slice(0, 8)}`;
  test.each<[string, Entry[], string[], string, string]>([
    [
      'an alias that is missing',
      [trusted('a', one), trusted('b', two)],
      ['x'],
      'ERR_ENTRY_NOT_FOUND',
      'no entry has the alias "x"; the trusted certificates are "a", "b"',
    ],
    [
      'an alias of a key',
      [trusted('a', one), key('k', three)],
      ['K'],
      'ERR_ENTRY_TYPE',
      '"k" is a private key, not a trusted certificate',
    ],
    [
      'an alias of a secret',
      [trusted('a', one), secret('s')],
      ['s'],
      'ERR_ENTRY_TYPE',
      '"s" is a secret key, for which PEM has no form, not a trusted certificate',
    ],
    [
      'the fingerprint of a key',
      [trusted('a', one), key('k', three)],
      [digits],
      'ERR_ENTRY_NOT_FOUND',
      `no trusted certificate has the fingerprint ${digits}`,
    ],
    [
      'a short fingerprint',
      [trusted('a', one)],
      ['sha256:1234567'],
      'ERR_ENTRY_NOT_FOUND',
      'a fingerprint needs 8 digits or more: "sha256:1234567"',
    ],
    ['no entry at all', [], [], 'ERR_ENTRY_NOT_FOUND', 'the keystore has no entries'],
    [
      'a key alone',
      [key('k', three)],
      [],
      'ERR_ENTRY_NOT_FOUND',
      'the keystore has no trusted certificate, only 1 private key',
    ],
    [
      'keys alone',
      [key('k', three), key('l', one)],
      [],
      'ERR_ENTRY_NOT_FOUND',
      'the keystore has no trusted certificate, only 2 private keys',
    ],
    [
      'a secret alone',
      [secret('s')],
      [],
      'ERR_ENTRY_NOT_FOUND',
      'the keystore has no trusted certificate; it has 1 entry, 0 of them keys with certificates',
    ],
    [
      'keys and secrets',
      [secret('s'), key('k', three), key('bare')],
      [],
      'ERR_ENTRY_NOT_FOUND',
      'the keystore has no trusted certificate; it has 3 entries, 1 of them keys with certificates',
    ],
  ])('are not found for %s', (_, entries, names, code, message) => {
    expect(failure(() => choose(entries, ...names))).toEqual([code, message]);
  });
});

test('the error about a missing trusted certificate names the alias that was asked for, and those that exist', () => {
  const store = storeOf([trusted('a', one), key('k', three)]);
  expect(() => chooseTrustedEntries(store, [digits8])).toThrow(
    expect.objectContaining({ alias: digits8, available: ['a', 'k'] }),
  );
  expect(() => chooseTrustedEntries(storeOf([key('k', three)]), [])).toThrow(
    expect.objectContaining({ alias: undefined, available: ['k'] }),
  );
});
const digits8 = `sha256:${three.sha256.slice(0, 8)}`;

describe('trusted certificates are ordered by the code units of their aliases', () => {
  test.each<[StoreType]>([['JKS'], ['PKCS12']])('%s', (type) => {
    const entries = ['b', '\u00c4', 'a', 'B', '1'].map((alias) => trusted(alias, one));
    expect(chooseTrustedEntries(storeOf(entries, [], type), []).map(({ alias }) => alias)).toEqual([
      '1',
      'B',
      'a',
      'b',
      '\u00c4',
    ]);
  });
});

describe('a PKCS#12 file without entries', () => {
  const loose = [one, two];
  test('consists of trusted certificates, whose aliases are digits of their fingerprints', () => {
    const store = storeOf([trusted('two', two)], loose, 'PKCS12');
    expect(chooseTrustedEntries(store, [])).toMatchObject([
      { alias: 'two', certificate: { sha256: two.sha256 } },
      { alias: `sha256-${one.sha256.slice(0, 16)}`, certificate: { sha256: one.sha256 } },
    ]);
  });

  test.each<[string, Entry[], StoreType]>([
    ['with a private key', [key('mail', three)], 'PKCS12'],
    ['of another type', [secret('s')], 'BKS'],
  ])('does not, %s', (_, entries, type) => {
    expect(failure(() => chooseTrustedEntries(storeOf(entries, loose, type), []))?.[0]).toBe('ERR_ENTRY_NOT_FOUND');
  });
});

describe('the private keys of a keystore', () => {
  test.each<[string, Entry[], string[], string]>([
    [
      'a trusted certificate alone',
      [trusted('a', one)],
      [],
      'the keystore has no private key, only 1 trusted certificate',
    ],
    [
      'trusted certificates alone',
      [trusted('a', one), trusted('b', two)],
      ['x'],
      'no entry has the alias "x"; the keystore has no private key, only 2 trusted certificates',
    ],
    [
      'a secret alone',
      [secret('s')],
      [],
      'the keystore has no private key; it has 1 entry, 0 of them trusted certificates',
    ],
    [
      'a fingerprint of a trusted certificate',
      [trusted('a', one), key('k', three)],
      [`sha256:${one.sha256}`],
      `no private key has a certificate with the fingerprint sha256:${one.sha256}`,
    ],
  ])('are not found for %s', (_, entries, names, message) => {
    expect(failure(() => choosePrivateKeys(storeOf(entries), names))).toEqual(['ERR_ENTRY_NOT_FOUND', message]);
  });

  test('are all meant by no name, and those that are named by names', () => {
    const keys = [key('a', three), key('b', one), key('bare'), key('also bare')];
    expect(privateKeys(storeOf(keys), [])).toEqual(keys);
    expect(privateKeys(storeOf(keys), ['b'])).toEqual([keys[1]]);
    expect(privateKeys(storeOf([trusted('x', one)]), [])).toEqual([]);
  });

  test('are listed with subject and end, the subject shortened to a hundred characters', () => {
    const long = leafOf(ca, { host: `${'x'.repeat(120)}.example`, to: '2031-02-03' });
    const entries = [key('long', long), ...Array.from({ length: 20 }, (_, i) => key(`k${i}`))];
    const [code, message = ''] = failure(() => choosePrivateKeys(storeOf(entries), [])) ?? [];
    expect(code).toBe('ERR_ENTRY_AMBIGUOUS');
    const [, subject = ''] = /^several private keys: "long" \((.*), until 2031-02-03\), "k0"/.exec(message) ?? [];
    expect(subject).toMatch(/^CN=x+…$/);
    expect(subject).toHaveLength(100);
    expect(message).toMatch(/"k18", … 1 more$/);
    const twenty = failure(() => choosePrivateKeys(storeOf(entries.slice(1)), []));
    expect(twenty?.[1]).toMatch(/"k18", "k19"$/);
  });

  test('of one alias are named by sixteen digits of their fingerprints', () => {
    const entries = [key('x', one), key('x', two), key('y', three)];
    expect(failure(() => choosePrivateKeys(storeOf(entries), ['x']))?.[1]).toMatch(
      new RegExp(
        `^"x" matches several private keys: "x" \\(sha256:${one.sha256.slice(0, 16)}, CN=CA, until 2030-01-01\\)`,
      ),
    );
    const bare = [key('x'), key('x')];
    expect(failure(() => choosePrivateKeys(storeOf(bare), []))?.[1]).toBe('several private keys: "x", "x"');
  });
});
