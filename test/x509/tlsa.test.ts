import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { withParts } from '../../src/x509/parse-certificate.js';
import { formatTlsaRecord, matchesTlsa, parseTlsaRecord, tlsaRecordOf } from '../../src/x509/tlsa.js';
import { leafOf, party, root } from './certificate-maker.js';

const ca = party('CA');
const [authority, leaf] = [root(ca), leafOf(ca)];

describe('a TLSA record is read', () => {
  const record = (usage: number, selector: number, matchingType: number, ...data: number[]) => ({
    ...{ usage, selector, matchingType },
    data: Uint8Array.from(data),
  });
  test.each([
    ['3 1 1 0aFF', record(3, 1, 1, 10, 255)],
    [' 3 1 1 00 ', record(3, 1, 1, 0)],
    ['3 1 1 0a ff 01', record(3, 1, 1, 10, 255, 1)],
    ['255 255 255 00', record(255, 255, 255, 0)],
    ['003 01 1 00', record(3, 1, 1, 0)],
    ['_25._tcp.a. 3600 IN TLSA ( 3 1 1\n  0a ; one\n  ff )', record(3, 1, 1, 10)],
    ['a. In tLsA 3 1 1 00 ; TLSA 2 1 1 11', record(3, 1, 1, 0)],
    ['3 1 1(00)', record(3, 1, 1, 0)],
  ])('%j', (text, expected) => expect(parseTlsaRecord(text)).toEqual(expected));

  test.each([
    '1000 1 1 00',
    '-3 1 1 00',
    '3 1 0x1 00',
    '3 1 1 0a f',
    '3 1 1 0g',
    '3 1 1 ;00',
    'TLSA',
    'a. IN TLSA',
    'a. 3 1 1 00',
    '3 1',
  ])('%j is none', (text) => expect(parseTlsaRecord(text)).toBeUndefined());

  test('as it is written', () => {
    expect(formatTlsaRecord(record(3, 1, 1, 10, 255))).toBe('3 1 1 0aff');
    const own = tlsaRecordOf(leaf, 3);
    expect([own.usage, own.selector, own.matchingType, own.data.length]).toEqual([3, 1, 1, 32]);
    expect(parseTlsaRecord(formatTlsaRecord(own))).toEqual(own);
  });
});

test.each([
  [0, false, false],
  [1, false, false],
  [2, false, true],
  [3, true, false],
])('a record of usage %i matches the leaf: %s; an issuer: %s', (usage, matchesLeaf, matchesIssuer) => {
  const chain = [leaf, authority];
  const matches = [leaf, authority].map((certificate) => matchesTlsa(tlsaRecordOf(certificate, usage), chain));
  expect(matches).toEqual([matchesLeaf, matchesIssuer]);
  expect(matchesTlsa(tlsaRecordOf(leaf, usage), [])).toBe(false);
});

describe('the data of a record is compared with', () => {
  const spki = withParts(leaf).parts.subjectPublicKeyInfo.raw;
  const hash = (name: string, bytes: Uint8Array) => new Uint8Array(createHash(name).update(bytes).digest());
  test.each<[string, number, number, Uint8Array, boolean]>([
    ['the certificate', 0, 0, leaf.der, true],
    ['the certificate, but it is the public key', 0, 0, spki, false],
    ['the SHA-256 of the certificate', 0, 1, hash('sha256', leaf.der), true],
    ['the SHA-512 of the certificate', 0, 2, hash('sha512', leaf.der), true],
    ['the public key', 1, 0, spki, true],
    ['the SHA-256 of the public key', 1, 1, hash('sha256', spki), true],
    ['the SHA-512 of the public key', 1, 2, hash('sha512', spki), true],
    ['nothing for an unknown selector', 2, 1, hash('sha256', spki), false],
    ['nothing for an unknown matching type', 1, 3, hash('sha256', spki), false],
  ])('%s', (_, selector, matchingType, data, expected) => {
    expect(matchesTlsa({ usage: 3, selector, matchingType, data }, [leaf])).toBe(expected);
  });
});
