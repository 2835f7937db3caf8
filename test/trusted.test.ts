import { expect, it } from 'vitest';
import { convertTrusted } from '../src/trusted.js';
import { keyEntry, makeJks, trustedEntry } from './keystore/jks-maker.js';
import { fakePair } from './keystore/pkcs12-maker.js';

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
