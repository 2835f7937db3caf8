import { describe, expect, test } from 'vitest';
import { compareKeys, keysOfBundle, signatureAlgorithmsFor } from '../../src/probe/expected-keys.js';
import { certify, extension, leafOf, party, root } from '../x509/certificate-maker.js';
import { dualKeys } from './key-pairs.js';

const top = party('Root');
const middle = party('CA');
const [anchor, issuer, leaf, other] = [root(top), certify(middle, top), leafOf(middle), leafOf(middle)];
const { rsa, ec } = dualKeys();
const start = (text: string) => text.slice(0, 16);
const reload = '; after a change the server must be reloaded';

test('a bundle is split where a certificate is no CA', () => {
  expect(keysOfBundle([])).toEqual([]);
  expect(keysOfBundle([leaf, issuer, anchor, other])).toEqual([[leaf, issuer, anchor], [other]]);
  expect(keysOfBundle([issuer, anchor])).toEqual([[issuer, anchor]]);
});

test('a certificate whose CA flag cannot be read is the first of its own chain', () => {
  const unreadable = leafOf(middle, { extensions: [extension('2.5.29.19', Uint8Array.of(5))] });
  expect(keysOfBundle([leaf, issuer, unreadable])).toEqual([[leaf, issuer], [unreadable]]);
});

test.each(['RSA', 'EC', 'Ed25519', 'Ed448'])('%s has signature algorithms', (algorithm) => {
  expect(signatureAlgorithmsFor(algorithm)).toBeTruthy();
});
test('DSA has none', () => expect(signatureAlgorithmsFor('DSA')).toBeUndefined());

describe('what is served beside what is expected', () => {
  test('the same', () => {
    expect(compareKeys([[leaf, issuer]], [[leaf, issuer]])).toEqual([]);
    expect(compareKeys([[leaf, issuer]], [])).toEqual([]);
  });

  test('a shorter or longer chain, or another order', () => {
    const chain = (served: number, expected: number) =>
      `the server certificate is the expected one, but its chain is not: ${served} certificates are served, ${expected} expected${reload}`;
    expect(compareKeys([[leaf]], [[leaf, issuer]])).toEqual([chain(1, 2)]);
    expect(compareKeys([[leaf, issuer, anchor]], [[leaf, issuer]])).toEqual([chain(3, 2)]);
    expect(compareKeys([[leaf, anchor]], [[leaf, issuer]])).toEqual([chain(2, 2)]);
  });

  test('another certificate', () => {
    expect(compareKeys([[other]], [[leaf]])).toEqual([
      `another server certificate is sent (SHA-256 ${start(other.sha256)}…, expected ${start(leaf.sha256)}…)${reload}`,
    ]);
  });

  test('another kind of key instead of the only one', () => {
    expect(compareKeys([[ec.certificate]], [[rsa.certificate]])).toEqual([
      `another server certificate is sent (SHA-256 ${start(ec.certificate.sha256)}…, expected ${start(rsa.certificate.sha256)}…)${reload}`,
    ]);
  });

  test('one of two keys is missing', () => {
    expect(compareKeys([[ec.certificate]], [[rsa.certificate], [ec.certificate]])).toEqual([
      `no certificate is served for the RSA key${reload}`,
    ]);
  });

  test('nothing is served', () => {
    expect(compareKeys([], [[leaf]])).toEqual([`no certificate is served${reload}`]);
  });
});
