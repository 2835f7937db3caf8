import { describe, expect, test } from 'vitest';
import { loadContents } from '../../../src/keystore/load.js';
import { keyEntry, makeJks, trustedEntry } from '../jks/jks-maker.js';
import { fakePair } from '../pkcs12/pkcs12-maker.js';

const storePass = 'changeit';
const certificates = [0, 1, 2].map((number) => fakePair(number).certificate);
const trusted = (alias: string, number: number) => trustedEntry(alias, { der: certificates[number] as Uint8Array });
/** Enough that their aliases are not made into strings. */
const many = Array.from({ length: 600 }, (_, i) => trusted(`more-${i}`, 0));

async function entriesOf(...made: readonly Uint8Array[]) {
  return (await loadContents(makeJks({ entries: made }), { storePass })).entries;
}

describe('the certificates of entries', () => {
  test.each([
    ['that nobody has read', [] as number[]],
    ['of which one was read', [1]],
    ['that were all read', [0, 1, 2]],
  ])('%s', async (_, read) => {
    const entries = await entriesOf(trusted('c', 0), trusted('a', 1), trusted('b', 2), ...many);
    for (const index of read) entries.at(index);
    const der = entries.trustedOf([2, 0, 1]);
    expect([der.count, der.at(0), der.at(1), der.at(2)]).toEqual([
      3,
      certificates[2],
      certificates[0],
      certificates[1],
    ]);
    expect(entries.inAliasOrder.slice(0, 3)).toEqual([1, 2, 0]);
    expect(entries.inAliasOrder).toHaveLength(603);
  });

  test('of which one has a form of its own', async () => {
    const entries = await entriesOf(trusted('ü', 1), trusted('a', 2), ...many);
    expect(entries.trustedOf([1, 0]).at(1)).toEqual(certificates[1]);
    expect(entries.inAliasOrder.at(-1)).toBe(0);
  });
});

describe('an entry', () => {
  test('is made once', async () => {
    const entries = await entriesOf(trusted('a', 0));
    expect(entries.at(0)).toBe(entries.at(0));
  });

  test('is trusted, or it is a key', async () => {
    const entries = await entriesOf(trusted('a', 0), keyEntry('b', new Uint8Array(), []));
    expect([0, 1, 2].map((index) => entries.isTrustedAt(index))).toEqual([true, false, false]);
    expect([entries.aliasAt(0), entries.aliasAt(1), entries.aliasAt(2)]).toEqual(['a', 'b', '']);
  });
});
