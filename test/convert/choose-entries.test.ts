import { describe, expect, test } from 'vitest';
import { choosePrivateKeys } from '../../src/convert/choose-entries.js';
import { createKeyStore } from '../../src/keystore/create-key-store.js';
import type { Entry } from '../../src/keystore/types.js';
import { parseCertificate } from '../../src/x509/parse-certificate.js';
import { fixture } from '../fixtures.js';

const certificate = parseCertificate(fixture('story/intermed.der'));
const refuse = () => Promise.reject(new Error('nobody asked for it'));

const key = (alias: string): Entry => ({ kind: 'PrivateKeyEntry', alias, certificateChain: [], getPrivateKey: refuse });
const withLeaf = (alias: string, leaf: typeof certificate): Entry =>
  ({ ...key(alias), certificateChain: [leaf] }) as Entry;
const other = parseCertificate(fixture('not-keystores/certificate.der'));
const trusted = (alias: string): Entry => ({ kind: 'trustedCertEntry', alias, certificate });
const secret = (alias: string): Entry => ({ kind: 'SecretKeyEntry', alias, getSecretKey: refuse });
const publicKey = (alias: string): Entry => ({
  kind: 'PublicKeyEntry',
  alias,
  certificateChain: [],
  getPublicKey: refuse,
});

const storeOf = (...entries: Entry[]) =>
  createKeyStore({ type: 'JKS', version: 2, integrity: 'verified', entries: entries, warnings: [] });
const choose = (entries: Entry[], ...aliases: string[]) => choosePrivateKeys(storeOf(...entries), aliases);

describe('without a name', () => {
  test('the only private key is meant', () => {
    const entries = [trusted('ca'), key('mail'), secret('aes')];
    expect(choose(entries)).toEqual([entries[1]]);
  });

  test('a key that is stored twice with the same certificate is one', () => {
    const entries = [withLeaf('a', certificate), withLeaf('b', certificate), trusted('ca')];
    expect(choose(entries)).toEqual([entries[1]]);
    expect(choose(entries, 'a')).toEqual([entries[0]]);
  });

  test('of two keys under one alias none is, and the message lists them by fingerprint', () => {
    const entries = [withLeaf('x', certificate), withLeaf('x', other)];
    const names = [certificate, other].map(({ sha256 }) => `sha256:${sha256.slice(0, 16)}`);
    for (const aliases of [[], ['x'], ['X']])
      expect(() => choose(entries, ...aliases)).toThrow(
        expect.objectContaining({
          code: 'ERR_ENTRY_AMBIGUOUS',
          message: expect.stringContaining(`"x" (${names[0]}, ${certificate.subject}, until 2`),
          choices: names.map((name) => expect.objectContaining({ name, alias: 'x' })),
        }),
      );
    for (const [i, name] of names.entries()) expect(choose(entries, name)).toEqual([entries[i]]);
  });

  test('the message names 20 keys at most', () => {
    const many = Array.from({ length: 1025 }, (_, i) => key(`k${i}`));
    expect(() => choose(many)).toThrow(/"k19", … 1,005 more$/);
  });

  test('of two keys none is', () => {
    expect(() => choose([key('mail'), key('web'), trusted('ca')])).toThrow(
      expect.objectContaining({
        code: 'ERR_ENTRY_AMBIGUOUS',
        available: ['mail', 'web'],
        message: 'several private keys: "mail", "web"',
      }),
    );
  });

  test.each([
    ['has no entries', []],
    ['has no private key; it has 3 entries, 2 of them trusted', [trusted('a'), trusted('b'), secret('c')]],
  ])('there is none in a store that %s', (message, entries) => {
    expect(() => choose(entries)).toThrow(
      expect.objectContaining({ code: 'ERR_ENTRY_NOT_FOUND', message: expect.stringContaining(message) }),
    );
  });
});

describe('by fingerprint', () => {
  const entries = [withLeaf('a', certificate), withLeaf('b', other)];
  test.each([
    ['eight digits', (hash: string) => hash.slice(0, 8)],
    ['all of them', (hash: string) => hash],
    [
      'colons and capitals, as keytool prints them',
      (hash: string) => (hash.toUpperCase().match(/../g) ?? []).join(':'),
    ],
  ])('%s', (_, write) => {
    expect(choose(entries, `sha256:${write(other.sha256)}`)).toEqual([entries[1]]);
  });

  test('fewer than eight digits are an alias', () => {
    expect(() => choose(entries, `sha256:${other.sha256.slice(0, 7)}`)).toThrow(/a fingerprint needs 8 digits or more/);
  });

  test('one that no key has', () => {
    expect(() => choose(entries, 'sha256:00000000')).toThrow(
      expect.objectContaining({ code: 'ERR_ENTRY_NOT_FOUND', alias: 'sha256:00000000' }),
    );
  });
});

describe('by name', () => {
  test('each is taken, in the order of the names', () => {
    const entries = [key('mail'), key('web')];
    expect(choose(entries, 'web', 'MAIL')).toEqual([entries[1], entries[0]]);
  });

  test('the error about a missing alias lists the present ones', () => {
    expect(() => choose([key('mail'), trusted('ca')], 'smtp')).toThrow(
      expect.objectContaining({
        code: 'ERR_ENTRY_NOT_FOUND',
        alias: 'smtp',
        available: ['mail', 'ca'],
        message: 'no entry has the alias "smtp"; the private keys are "mail"',
      }),
    );
    expect(() => choose([trusted('ca')], 'smtp')).toThrow(
      'no entry has the alias "smtp"; the keystore has no private key',
    );
  });

  test.each([
    [trusted('x'), 'a trusted certificate'],
    [secret('x'), 'a secret key, for which PEM has no form'],
    [publicKey('x'), 'a public key'],
  ])('the error about another kind of entry says which kind it is', (entry, what) => {
    expect(() => choose([key('mail'), entry], 'X')).toThrow(
      expect.objectContaining({ code: 'ERR_ENTRY_TYPE', message: `"x" is ${what}, not a private key` }),
    );
  });
});

test('the certificates of a store are those of all its entries, and what belongs to none, each once', () => {
  const withChain = { ...publicKey('public'), certificateChain: [certificate] } as Entry;
  expect(storeOf(withChain).certificates).toEqual([certificate]);
  const store = createKeyStore({
    type: 'BKS',
    version: 2,
    integrity: 'none',
    entries: [trusted('a'), withChain, trusted('b')],
    looseCertificates: [other, certificate],
    warnings: [],
  });
  expect(store.certificates).toEqual([certificate, other]);
});
