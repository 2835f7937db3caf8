import { describe, expect, test } from 'vitest';
import { encodeInteger } from '../../../src/asn1/encode.js';
import { IterationBudget } from '../../../src/crypto/kdf/iteration-budget.js';
import { Password } from '../../../src/crypto/kdf/password.js';
import { HeadStart } from '../../../src/keystore/pkcs12/head-start.js';
import { readAuthenticatedSafe, readPfx } from '../../../src/keystore/pkcs12/pfx.js';
import { type Bag, readSafeContents } from '../../../src/keystore/pkcs12/safe-bag.js';
import { defaultLimits } from '../../../src/limits.js';
import { encryptedPart, fakePair, keyBag, pbes2, pfx, pkcs12Des3, plainPart, utf8 } from './pkcs12-maker.js';

const text = 'changeit';
const { pkcs8 } = fakePair(1);

/** A head start on a store, and the store's parts and keys. */
function headStartOn(...made: Uint8Array[]) {
  const parts = readAuthenticatedSafe(readPfx(pfx(made), defaultLimits), defaultLimits, () => {}).map((part) => ({
    ...part,
    bags: part.algorithm ? undefined : readSafeContents(part.octets, part, defaultLimits),
  }));
  const password = new Password(text);
  const headStart = new HeadStart(password, new IterationBudget(defaultLimits));
  headStart.begin(parts);
  return { headStart, password, bags: parts.flatMap((part) => part.bags ?? []) as Bag[] };
}

describe('before the MAC is made', () => {
  test.each([
    [1, true],
    [100_000, true],
    [100_001, false],
    [4_000_000, false],
  ])('a key of %i iterations is begun with: %s', async (iterations, isBegun) => {
    const { headStart, bags } = headStartOn(plainPart(keyBag(pkcs8, pbes2(utf8(text), { iterations }))));
    expect(headStart.key(bags[0] as Bag) !== undefined).toBe(isBegun);
    await headStart.end();
  });

  test('no more keys are begun with than there are threads', async () => {
    const key = () => keyBag(pkcs8, pbes2(utf8(text)));
    const { headStart, bags } = headStartOn(plainPart(key(), key(), key(), key(), key()));
    expect(bags.map((bag) => headStart.key(bag) !== undefined)).toEqual([true, true, true, false, false]);
    await headStart.end();
  });

  test("a key under PKCS#12's own scheme is left to this thread", async () => {
    const { headStart, bags, password } = headStartOn(plainPart(keyBag(pkcs8, pkcs12Des3(utf8(text)))));
    expect(headStart.key(bags[0] as Bag)).toBeUndefined();
    expect(password.companions).toBeDefined();
    await headStart.end();
  });

  test('what cannot be read is told when it is asked for', async () => {
    const broken = pbes2(utf8(text), { parameters: () => encodeInteger(1) });
    const { headStart, bags } = headStartOn(plainPart(keyBag(pkcs8, broken)), encryptedPart(broken));
    expect(headStart.key(bags[0] as Bag)).toBeUndefined();
    await headStart.end();
  });
});
