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

it('of two entries under one alias the last is trusted, as in Java', async () => {
  expect(await subjectsOf(trusted('a', 1), trusted('b', 2), trusted('a', 3))).toEqual(['CN=subject 3', 'CN=subject 2']);
  expect(await subjectsOf(trusted('a', 1), trusted('b', 2), keyEntry('a', new Uint8Array(), []))).toEqual([
    'CN=subject 2',
  ]);
});
