import { expect, it } from 'vitest';
import { convertTrusted } from '../../src/convert/convert-trusted.js';
import { decodePem } from '../../src/pem/decode.js';
import { keyEntry, makeJks, trustedEntry } from '../keystore/jks/jks-maker.js';
import { fakePair } from '../keystore/pkcs12/pkcs12-maker.js';

const storePass = 'changeit';
const trusted = (alias: string, number: number) => trustedEntry(alias, { der: fakePair(number).certificate });
const subjectsOf = async (...entries: Uint8Array[]) =>
  (await convertTrusted(makeJks({ entries }), { storePass })).certificates.map(({ subject }) => subject);

it('a CA file is ordered by alias', async () => {
  expect(await subjectsOf(trusted('c', 3), trusted('a', 1), trusted('b', 2))).toEqual([
    'CN=subject 1',
    'CN=subject 2',
    'CN=subject 3',
  ]);
});

it('a certificate of two aliases stands in a CA file once, at the first of them', async () => {
  expect(await subjectsOf(trusted('c', 1), trusted('a', 2), trusted('b', 1), trusted('d', 2))).toEqual([
    'CN=subject 2',
    'CN=subject 1',
  ]);
});

it('the certificates of a key stand in no CA file', async () => {
  const key = keyEntry('a', new Uint8Array(), [{ der: fakePair(1).certificate }]);
  expect(await subjectsOf(key, trusted('b', 2))).toEqual(['CN=subject 2']);
});

it('of two entries under one alias the last is trusted, as in Java', async () => {
  expect(await subjectsOf(trusted('a', 1), trusted('b', 2), trusted('a', 3))).toEqual(['CN=subject 3', 'CN=subject 2']);
  expect(await subjectsOf(trusted('a', 1), trusted('b', 2), keyEntry('a', new Uint8Array(), []))).toEqual([
    'CN=subject 2',
  ]);
});

it('of thousands of entries, every certificate is written once, in the order of the aliases', async () => {
  const pairs = Array.from({ length: 40 }, (_, number) => fakePair(number).certificate);
  const aliases = Array.from({ length: 2000 }, (_, i) => `ca-${((i * 7919) % 1500).toString(36)}`);
  const entries = aliases.map((alias, i) => trustedEntry(alias, { der: pairs[i % pairs.length] as Uint8Array }));
  const last = new Map(aliases.map((alias, i) => [alias, i % pairs.length]));
  const expected = [...new Set([...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, number]) => number))];
  const { certificates, pem, warnings } = await convertTrusted(makeJks({ entries }), { storePass });
  expect(certificates.map(({ subject }) => subject)).toEqual(expected.map((number) => `CN=subject ${number}`));
  expect(decodePem(pem).map(({ der }) => der)).toEqual(certificates.map(({ der }) => der));
  expect(warnings.length).toBe(500);
});
