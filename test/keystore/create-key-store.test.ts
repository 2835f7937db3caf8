import { describe, expect, it } from 'vitest';
import { createKeyStore } from '../../src/keystore/create-key-store.js';
import { quotedList } from '../../src/keystore/entry/messages.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { StoreType, TrustedCertificateEntry } from '../../src/keystore/types.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { parseCertificate } from '../../src/x509/parse-certificate.js';
import { certificateObject, makeBcfks } from './bcfks/bcfks-maker.js';
import { certificateEntry, makeBks } from './bks/bks-maker.js';
import { makeJks, trustedEntry } from './jks/jks-maker.js';
import { fakePair } from './pkcs12/pkcs12-maker.js';

const certificates = [1, 2, 3].map((number) => parseCertificate(fakePair(number).certificate));
const trusted = (alias: string, number = 1): TrustedCertificateEntry => {
  const certificate = certificates[number - 1];
  if (!certificate) throw new RangeError('there are three certificates');
  return { kind: 'trustedCertEntry', alias, certificate };
};
const storeOf = (entries: TrustedCertificateEntry[], type: StoreType = 'JKS') =>
  createKeyStore({ type, version: 2, integrity: 'verified', entries, warnings: [] });

describe('getEntry', () => {
  const nfc = 'Schl\u00fcssel';
  const nfd = nfc.normalize('NFD');

  it.each<[string, string[], string, string | undefined]>([
    ['the alias as it is spelt', ['Mail', 'mail'], 'mail', 'mail'],
    ['the alias as it is spelt before a later one in other case', ['mail', 'Mail'], 'mail', 'mail'],
    ['the alias in other case', ['MAIL'], 'mail', 'MAIL'],
    ['the last one of several in other case', ['MAIL', 'Mail'], 'mail', 'Mail'],
    ['an alias in NFD, asked for in NFC', [nfd], nfc, nfd],
    ['an alias in NFC, asked for in NFD', [nfc], nfd, nfc],
    ['an alias with NUL at its end', ['mail\0\0'], 'MAIL', 'mail\0\0'],
    ['an alias asked for with NUL at its end', ['mail'], 'mail\0', 'mail'],
    ['the dotted capital I as Java lower-cases it', ['i\u0307'], '\u0130', 'i\u0307'],
    ['__proto__', ['__proto__'], '__proto__', '__proto__'],
    ['an empty alias', [''], '', ''],
    ['no alias that only begins alike', ['mail2'], 'mail', undefined],
    ['no alias of other letters', ['m\u00e4il'], 'mail', undefined],
    ['no alias with a space at its end', ['mail '], 'mail', undefined],
    ['no alias with a line feed at its end', ['mail\n'], 'mail', undefined],
    ['no alias with NUL inside', ['ma\0il'], 'mail', undefined],
  ])('finds %s', (_, aliases, asked, found) => {
    expect(storeOf(aliases.map((alias) => trusted(alias))).getEntry(asked)?.alias).toBe(found);
  });

  it('folds an alias of 150,000 NULs and a letter at once', () => {
    const alias = `${'\0'.repeat(150_000)}x`;
    expect(storeOf([trusted(alias)]).getEntry(alias.toUpperCase())?.alias).toBe(alias);
  });
});

it('certificates that belong to no entry are among those of the store, each once', () => {
  const [first, second] = certificates as [Certificate, Certificate];
  const contents = { type: 'BKS', version: 2, integrity: 'none', warnings: [] } as const;
  const looseCertificates = [second, first, second];
  const store = createKeyStore({ ...contents, warnings: [], entries: [trusted('a', 1)], looseCertificates });
  expect(store.certificates).toEqual([first, second]);
});

describe('an alias that occurs twice', () => {
  const entries = [trusted('ca', 1), trusted('b', 2), trusted('ca', 3)];

  it('is yielded twice in file order, listed once, and found as its last entry', () => {
    const store = storeOf(entries);
    expect([...store]).toEqual(entries);
    expect([store.size, store.aliases()]).toEqual([3, ['ca', 'b']]);
    expect(store.getEntry('ca')).toBe(entries[2]);
    expect(store.warnings).toEqual([expect.objectContaining({ code: 'WARN_ALIAS_DUPLICATE', alias: 'ca' })]);
  });

  it('gives a warning after those of the reader, with the beginning of a long alias', () => {
    const alias = 'a'.repeat(101);
    const known = { code: 'WARN_TRAILING_BYTES', message: 'x' } as const;
    const doubled = [trusted(alias), trusted('b'), trusted(alias)];
    const store = createKeyStore({ type: 'JKS', version: 2, integrity: 'none', entries: doubled, warnings: [known] });
    const message = `alias "${'a'.repeat(99)}…" occurs more than once; Java sees only the last of these entries`;
    expect(store.warnings).toEqual([known, { code: 'WARN_ALIAS_DUPLICATE', message, alias }]);
  });
});

it('without a password the first warning of every format says that integrity was not checked', async () => {
  const der = fakePair(1).certificate;
  for (const bytes of [
    makeJks({ entries: [trustedEntry('ca', { der })] }),
    makeJks({ magic: 0xcececece, entries: [trustedEntry('ca', { der })] }),
    makeBks([certificateEntry({ alias: 'ca' }, der)], 'changeit'),
  ]) {
    const store = await loadKeyStore(bytes);
    expect([store.integrity, store.warnings.map(({ code }) => code)]).toEqual([
      'not-checked',
      ['WARN_INTEGRITY_NOT_CHECKED'],
    ]);
    expect((await loadKeyStore(bytes, { storePass: 'changeit' })).warnings).toEqual([]);
  }
  const encrypted = makeBcfks({ objects: [certificateObject('ca', der)] });
  await expect(loadKeyStore(encrypted)).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
});

it('a list of names in a message ends after twenty', () => {
  expect(quotedList(['a', 'b'])).toBe('"a", "b"');
  const names = Array.from({ length: 10_000 }, (_, number) => `n${number}`);
  expect(quotedList(names)).toMatch(/^"n0", .*"n19", … 9,980 more$/);
  expect(quotedList(names.slice(0, 20))).toMatch(/"n19"$/);
});
