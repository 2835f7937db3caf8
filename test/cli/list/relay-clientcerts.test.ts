import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { relayClientcertLines } from '../../../src/cli/list/relay-clientcerts.js';
import type { Entry, KeyStore } from '../../../src/keystore/types.js';
import type { Certificate } from '../../../src/x509/certificate.js';
import { leafOf, party, root } from '../../x509/certificate-maker.js';

const ca = party('CA');
const [authority, one, two] = [root(ca), leafOf(ca, { host: 'one' }), leafOf(ca, { host: 'two' })];
const trusted = (alias: string, certificate: Certificate) =>
  ({ kind: 'trustedCertEntry', alias, certificate }) as Entry;
const key = (alias: string, ...certificateChain: readonly Certificate[]) =>
  ({ kind: 'PrivateKeyEntry', alias, certificateChain }) as unknown as Entry;
const lines = (entries: readonly Entry[], algorithm = 'sha256') =>
  relayClientcertLines({ [Symbol.iterator]: () => entries[Symbol.iterator]() } as KeyStore, algorithm);
const fingerprint = ({ der }: Certificate, algorithm = 'sha256') =>
  createHash(algorithm).update(der).digest('hex').toUpperCase().match(/../g)?.join(':');

test('there is a line for the first certificate of each entry, in their order', () => {
  expect(lines([key('b', two, authority), trusted('a', one), key('none')])).toEqual([
    `${fingerprint(two)} b`,
    `${fingerprint(one)} a`,
  ]);
});

test('a CA has no line, because CAs do not log in', () => {
  expect(lines([trusted('ca', authority), trusted('a', one)])).toEqual([`${fingerprint(one)} a`]);
});

test('a certificate has one line, with the first alias; an alias with a space is quoted', () => {
  expect(lines([trusted('my alias', one), trusted('b', one)])).toEqual([`${fingerprint(one)} 'my alias'`]);
});

test.each(['sha1', 'md5', 'sha512'])('the fingerprint is that of %s', (algorithm) => {
  expect(lines([trusted('a', one)], algorithm)).toEqual([`${fingerprint(one, algorithm)} a`]);
});
