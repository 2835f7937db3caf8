import { describe, expect, it } from 'vitest';
import { quoted } from '../../src/keystore/entry/messages.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import { certificateObject, makeBcfks, makeObject, privateKeyObject } from './bcfks/bcfks-maker.js';
import { clearKeyEntry, makeBks, secretKey } from './bks/bks-maker.js';
import { keyEntry, makeJks, trustedEntry } from './jks/jks-maker.js';
import { bag, certificateBag, pfx, plainPart } from './pkcs12/pkcs12-maker.js';

const storePass = 'changeit';
const none = new Uint8Array();
const few = { length: 200 };
const messagesOf = async (bytes: Uint8Array) =>
  (await loadKeyStore(bytes, { storePass })).warnings.map(({ message }) => message);

it('a name is quoted, a long one by its beginning', () => {
  expect(quoted('mail')).toBe('"mail"');
  expect(quoted('a'.repeat(100))).toBe(`"${'a'.repeat(100)}"`);
  expect(quoted('a'.repeat(101))).toBe(`"${'a'.repeat(99)}…"`);
  expect(quoted(`${'a'.repeat(98)}🔑${'a'.repeat(50)}`)).toBe(`"${'a'.repeat(98)}…"`);
});

describe('an alias of 65,500 characters is not repeated in every warning', () => {
  const alias = 'A'.repeat(65_500);

  it.each<[string, Uint8Array]>([
    [
      'JKS',
      makeJks({
        entries: [
          keyEntry(
            alias,
            Uint8Array.of(0),
            Array.from(few, () => ({ type: '', der: none })),
          ),
        ],
      }),
    ],
    [
      'JKS, damaged',
      makeJks({
        entries: [
          keyEntry(
            alias,
            Uint8Array.of(0),
            Array.from(few, () => ({ der: none })),
          ),
        ],
      }),
    ],
    [
      'BKS',
      makeBks(
        [clearKeyEntry({ alias, chain: Array.from(few, () => none), certificateType: '' }, secretKey(none))],
        storePass,
      ),
    ],
    [
      'BCFKS',
      makeBcfks({
        objects: [
          privateKeyObject(
            alias,
            none,
            Array.from(few, () => Uint8Array.of(0x30, 0)),
            storePass,
          ),
        ],
      }),
    ],
    [
      'PKCS12',
      pfx([plainPart(...Array.from({ length: 20 }, () => certificateBag(none, { name: alias.slice(0, 30_000) })))]),
    ],
    ['all that are equal', makeJks({ entries: Array.from({ length: 9 }, () => trustedEntry(alias, { der: none })) })],
  ])('of %s', async (_, bytes) => {
    const messages = await messagesOf(bytes);
    expect(messages.length).toBeGreaterThan(5);
    for (const message of messages) expect(message.length).toBeLessThan(400);
  });

  it('nor is what a certificate is said to be', async () => {
    const [message] = await messagesOf(makeJks({ entries: [trustedEntry('a', { type: alias, der: none })] }));
    expect(message).toHaveLength('entry 1 "a": certificate type "" is not supported; left out'.length + 100);
  });
});

describe('a store in which more than ten thousand things cannot be read is given up on:', () => {
  const many = { length: 10_001 };

  it.each<[string, () => Uint8Array]>([
    ['JKS', () => makeJks({ entries: Array.from(many, () => trustedEntry('a', { type: '', der: none })) })],
    [
      'aliases of JKS',
      () => {
        const entries = Array.from(many, () => keyEntry('\xff', none, []));
        return makeJks({ entries });
      },
    ],
    ['BCFKS', () => makeBcfks({ objects: Array.from(many, () => certificateObject('a', none)) })],
    [
      'entries of BCFKS',
      () => makeBcfks({ objects: Array.from(many, () => makeObject({ type: 9, alias: 'a', data: none })) }),
    ],
    [
      'aliases of BKS',
      () =>
        makeBks(
          Array.from(many, () => clearKeyEntry({ alias: Uint8Array.of(0xff) }, secretKey(none))),
          storePass,
        ),
    ],
    ['bags of PKCS12', () => pfx([plainPart(...Array.from(many, () => bag('1.2.3', Uint8Array.of(5, 0))))])],
    ['PKCS12', () => pfx([plainPart(...Array.from(many, () => certificateBag(none)))])],
  ])('%s', async (_, make) => {
    await expect(loadKeyStore(make(), { storePass })).rejects.toMatchObject({ code: 'ERR_STORE_MALFORMED' });
  });
});

it('an alias that occurs often gives one warning', async () => {
  const entries = Array.from({ length: 5 }, () => keyEntry('mail', none, []));
  expect(await messagesOf(makeJks({ entries }))).toHaveLength(1);
});
