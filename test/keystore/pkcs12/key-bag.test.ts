import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeObjectIdentifier, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { IterationBudget } from '../../../src/crypto/kdf/iteration-budget.js';
import { LimitExceededError, StoreMalformedError, StoreUnsupportedError } from '../../../src/errors.js';
import { openKeysAtLoad, Pkcs12Key } from '../../../src/keystore/pkcs12/key-bag.js';
import { type Limits, withDefaults } from '../../../src/limits.js';
import { Bag } from './pkcs12-maker.js';

const limits = withDefaults();

/** A key whose bag throws this error when it is read. */
function failingKey(oid: string, error: Error): Pkcs12Key {
  const bag = {
    oid,
    get value(): Asn1Element {
      throw error;
    },
    trusted: false,
    path: 'part 1, bag 1',
  };
  return new Pkcs12Key(bag, 'mail', limits);
}

const load = async (key: Pkcs12Key) => {
  const budget = new IterationBudget(limits);
  await openKeysAtLoad([key], undefined, budget, []);
  return [await key.work(), await key.openAtLoad(undefined, budget)];
};

describe.each([
  ['in the clear', Bag.key],
  ['encrypted', Bag.shroudedKey],
])('while the file is loaded, for a key %s', (_, oid) => {
  test.each([
    ['malformed bytes', new StoreMalformedError('a', 'b', 1)],
    ['an unsupported algorithm', new StoreUnsupportedError('a')],
    ['work beyond a limit', new LimitExceededError('iterations', 2, 1)],
  ])('%s concern that key alone', async (_, error) => {
    expect(await load(failingKey(oid, error))).toEqual([{ iterations: 0, hashes: 0 }, false]);
  });
});

test.each([
  ['malformed', Bag.key, encodeSequence(), 'key "mail": PrivateKeyInfo: too short (at byte 0)'],
  [
    'encrypted with an unknown algorithm',
    Bag.shroudedKey,
    encodeSequence(encodeSequence(encodeObjectIdentifier('1.2.3')), encodeOctetString(new Uint8Array(8))),
    'key "mail": encryption is not supported (1.2.3)',
  ],
])('the error of a key that is %s names the key, and comes when the key is requested', async (_, oid, der, message) => {
  const bag = { oid, value: Asn1Element.only(der, 'part 1'), trusted: false, path: 'part 1, bag 1' };
  const key = new Pkcs12Key(bag, 'mail', limits);
  expect(await load(key)).toEqual([{ iterations: 0, hashes: 0 }, false]);
  await expect(key.entry([], 'changeit', []).getPrivateKey()).rejects.toMatchObject({ message });
});

describe('keys are opened while the file is loaded', () => {
  /** Keys of these costs, the first of them of unknown algorithms. They count how many of them are opened, and how many at once. */
  function countedKeys(costs: readonly number[], { unknown = 0, iterations = 1 } = {}) {
    const opened = { count: 0, now: 0, most: 0 };
    const keys = costs.map((hashes) => ({
      work: async () => ({ iterations, hashes }),
      openAtLoad: async () => {
        const isUnknown = opened.count++ < unknown;
        opened.most = Math.max(opened.most, ++opened.now);
        await Promise.resolve();
        opened.now--;
        return isUnknown;
      },
    }));
    return { keys: keys as unknown as Pkcs12Key[], opened };
  }
  const open = (keys: readonly Pkcs12Key[], changed: Partial<Limits> = {}) =>
    openKeysAtLoad(keys, undefined, new IterationBudget(withDefaults(changed)), []);

  test.each([
    ['that cost as much as the budget', [600, 400], 2],
    ['unless all together cost more than the budget', [600, 401], 0],
  ])('%s', async (_, costs, expected) => {
    const { keys, opened } = countedKeys(costs);
    await open(keys, { totalIterations: 1_000 });
    expect(opened.count).toBe(expected);
  });

  test('and are refused if one of them costs more than any JDK writes', async () => {
    const limit = { totalIterations: 100_000 };
    const { keys, opened } = countedKeys([400_000, 1]);
    await open(keys, limit);
    expect(opened.count).toBe(0);
    await expect(open(countedKeys([400_001, 1]).keys, limit)).rejects.toMatchObject({
      limit: 'totalIterations',
      message: 'all keys together: totalIterations 400002 is over the limit of 100000',
    });
  });

  test('and those beyond the limit of a single key do not count', async () => {
    const limit = { totalIterations: 1_000, iterations: 10 };
    const [within, beyond] = [10, 11].map((iterations) => countedKeys([1_001], { iterations }));
    for (const counted of [within, beyond]) await open(counted?.keys ?? [], limit);
    expect([within?.opened.count, beyond?.opened.count]).toEqual([0, 1]);
  });

  test('sixteen at once', async () => {
    const { keys, opened } = countedKeys(Array<number>(40).fill(1));
    await open(keys);
    expect(opened).toMatchObject({ count: 40, most: 16 });
  });

  test('until more than a thousand are of unknown algorithms', async () => {
    const costs = Array<number>(1_100).fill(0);
    const [thousand, more] = [countedKeys(costs, { unknown: 1_000 }), countedKeys(costs, { unknown: 1_001 })];
    await open(thousand.keys);
    await open(more.keys);
    // Sixteen are opened at once: 63 times 16 are the first that include the last unknown one.
    expect([thousand.opened.count, more.opened.count]).toEqual([1_100, 1_008]);
  });
});

test('a fault of the program ends the loading of the file', async () => {
  const fault = new TypeError('fault');
  const [clear, encrypted] = [failingKey(Bag.key, fault), failingKey(Bag.shroudedKey, fault)];
  const budget = new IterationBudget(limits);
  await expect(clear.openAtLoad(undefined, budget)).rejects.toBe(fault);
  await expect(encrypted.work()).rejects.toBe(fault);
  for (const key of [clear, encrypted]) await expect(openKeysAtLoad([key], undefined, budget, [])).rejects.toBe(fault);
});
