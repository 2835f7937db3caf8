import { describe, expect, test } from 'vitest';
import type { Asn1Element } from '../../../src/asn1/element.js';
import { IterationBudget } from '../../../src/crypto/kdf/iteration-budget.js';
import { LimitExceededError, StoreMalformedError, StoreUnsupportedError } from '../../../src/errors.js';
import { openKeysAtLoad, Pkcs12Key } from '../../../src/keystore/pkcs12/key-bag.js';
import { withDefaults } from '../../../src/limits.js';
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

test('a fault of the program ends the loading of the file', async () => {
  const fault = new TypeError('fault');
  const [clear, encrypted] = [failingKey(Bag.key, fault), failingKey(Bag.shroudedKey, fault)];
  const budget = new IterationBudget(limits);
  await expect(clear.openAtLoad(undefined, budget)).rejects.toBe(fault);
  await expect(encrypted.work()).rejects.toBe(fault);
  for (const key of [clear, encrypted]) await expect(openKeysAtLoad([key], undefined, budget, [])).rejects.toBe(fault);
});
