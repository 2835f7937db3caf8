import { describe, expect, test } from 'vitest';
import { choosePrivateKeys } from '../../../src/keystore/entry/choose-entry.js';
import { createKeyStore } from '../../../src/keystore/key-store.js';
import type { Entry } from '../../../src/keystore/types.js';
import { parseCertificate } from '../../../src/x509/parse-certificate.js';
import { fixture } from '../../fixtures.js';

const certificate = parseCertificate(fixture('story/intermed.der'));
const refuse = () => Promise.reject(new Error('nobody asked for it'));

const key = (alias: string): Entry => ({ kind: 'PrivateKeyEntry', alias, certificateChain: [], getPrivateKey: refuse });
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

  test('of several keys under one alias the last is', () => {
    const entries = [key('mail'), key('mail')];
    expect(choose(entries)[0]).toBe(entries[1]);
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
    ['has no private key; it holds 3 other entries, 2 of them trusted', [trusted('a'), trusted('b'), secret('c')]],
  ])('there is none in a store that %s', (message, entries) => {
    expect(() => choose(entries)).toThrow(
      expect.objectContaining({ code: 'ERR_ENTRY_NOT_FOUND', message: expect.stringContaining(message) }),
    );
  });
});

describe('by name', () => {
  test('each is taken, in the order of the names', () => {
    const entries = [key('mail'), key('web')];
    expect(choose(entries, 'web', 'MAIL')).toEqual([entries[1], entries[0]]);
  });

  test('one that is not there is told with those that are', () => {
    expect(() => choose([key('mail'), trusted('ca')], 'smtp')).toThrow(
      expect.objectContaining({
        code: 'ERR_ENTRY_NOT_FOUND',
        alias: 'smtp',
        available: ['mail', 'ca'],
        message: 'no entry has the alias "smtp"; the private keys are "mail"',
      }),
    );
    expect(() => choose([trusted('ca')], 'smtp')).toThrow(
      'no entry has the alias "smtp"; the store has no private key',
    );
  });

  test.each([
    [trusted('x'), 'a trusted certificate'],
    [secret('x'), 'a secret key, for which PEM has no form'],
    [publicKey('x'), 'a public key'],
  ])('what is none is told for what it is', (entry, what) => {
    expect(() => choose([key('mail'), entry], 'X')).toThrow(
      expect.objectContaining({ code: 'ERR_ENTRY_TYPE', message: `"x" is ${what}, not a private key` }),
    );
  });
});

test('the certificates of a store are those of all its entries, and what belongs to none, each once', () => {
  const other = parseCertificate(fixture('not-keystores/certificate.der'));
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
