import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeInteger, encodeObjectIdentifier, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { toHex } from '../../../src/bytes/encoding.js';
import { readBcfksDerivation } from '../../../src/crypto/kdf/bcfks-derivation.js';
import { IterationBudget } from '../../../src/crypto/kdf/iteration-budget.js';
import { withDefaults } from '../../../src/limits.js';
import { watchWiping } from '../../wiping.js';

afterEach(() => void vi.restoreAllMocks());

const [pbkdf2Oid, scryptOid] = ['1.2.840.113549.1.5.12', '1.3.6.1.4.1.11591.4.11'];
const limits = withDefaults({ totalIterations: 1_000 });
const salt = Uint8Array.from({ length: 16 }, (_, i) => i);
/** The parameters stand at byte 100 of a file. */
const read = (oid: string, ...numbers: number[]) => {
  const parameters = encodeSequence(encodeOctetString(salt), ...numbers.map(encodeInteger));
  const der = encodeSequence(encodeObjectIdentifier(oid), parameters);
  return readBcfksDerivation(Asn1Element.only(der, 'store', { base: 100 }), limits, 'store');
};

const utf16 = (text: string) => Buffer.from(text, 'utf16le').swap16();
const purpose = 'STORE_ENCRYPTION';
/** Bouncy Castle appends the purpose to the password. Each ends with a NUL character, except an empty password. */
const secretOf = (password: string) =>
  Buffer.concat([utf16(password === '' ? '' : `${password}\0`), utf16(`${purpose}\0`)]);
const scryptKey = (parallelism: number) =>
  scryptSync(secretOf('changeit'), salt, 32, { N: 16, r: 2, p: parallelism }).toString('hex');

/** The keys that are derived, until `accept` takes one. */
function keysOf(derivation: ReturnType<typeof read>, accept: (key: string) => boolean, password = 'changeit') {
  const [keys, budget]: [string[], IterationBudget] = [[], new IterationBudget(limits)];
  const use = (key: Uint8Array) => {
    keys.push(toHex(key));
    return accept(toHex(key)) ? 'accepted' : undefined;
  };
  const result = derivation.withKey({ password, purpose }, 32, budget, use);
  return { keys, result, spent: budget.spent };
}

test.each(['changeit', ''])('PBKDF2 has one reading; the password is "%s"', (password) => {
  const expected = pbkdf2Sync(secretOf(password), salt, 3, 32, 'sha1').toString('hex');
  const derivation = read(pbkdf2Oid, 3);
  expect(keysOf(derivation, () => true, password)).toEqual({ keys: [expected], result: 'accepted', spent: 6 });
  expect(keysOf(derivation, () => false, password)).toEqual({ keys: [expected], result: undefined, spent: 6 });
});

// BcFKSKeyStoreSpi passes r in the place of p.
describe('scrypt with r = 2 and p = 3', () => {
  const derivation = read(scryptOid, 16, 2, 3, 32);

  test('is computed with p = 2 first, and as the file states only if that is wrong', () => {
    const [actual, stated] = [scryptKey(2), scryptKey(3)];
    expect(keysOf(derivation, () => true)).toEqual({ keys: [actual], result: 'accepted', spent: 64 });
    expect(keysOf(derivation, (key) => key === stated)).toEqual({
      keys: [actual, stated],
      result: 'accepted',
      spent: 160,
    });
    expect(keysOf(derivation, () => false)).toEqual({ keys: [actual, stated], result: undefined, spent: 160 });
  });

  test('keeps the length of the key', () => expect(derivation.keyLength).toBe(32));

  test('has errors with the path and the offset of the file', () => {
    expect(() => read(scryptOid, 6, 2, 3)).toThrow(/^store: N: a power of two expected \(at byte 133\)$/);
    expect(() => read(scryptOid, 6, 2, 2)).toThrow(/^store: N: a power of two expected \(at byte 133\)$/);
  });
});

test('scrypt with p = r has one reading', () => {
  expect(keysOf(read(scryptOid, 16, 2, 2), () => false)).toEqual({
    keys: [scryptKey(2)],
    result: undefined,
    spent: 64,
  });
});

test('scrypt with a p above the limit is refused only if p is used', () => {
  const derivation = read(scryptOid, 16, 2, 65);
  expect(keysOf(derivation, () => true).result).toBe('accepted');
  expect(() => keysOf(derivation, () => false)).toThrow(
    expect.objectContaining({ limit: 'scryptFactor', found: 65, message: expect.stringMatching(/^store: /) }),
  );
});

test.each([0, 1, 2])('scrypt with only %i of its three numbers is malformed', (count) => {
  expect(() => read(scryptOid, ...[16, 2, 3].slice(0, count))).toThrow('salt and three numbers expected');
});

test('scrypt without parameters is malformed', () => {
  const der = encodeSequence(encodeObjectIdentifier(scryptOid));
  expect(() => readBcfksDerivation(Asn1Element.only(der, 'store'), limits, 'store')).toThrow('store: algorithm');
});

describe('secrets are overwritten', () => {
  const secret = secretOf('changeit').toString('latin1');
  const key = pbkdf2Sync(secretOf('changeit'), salt, 3, 32, 'sha1').toString('latin1');

  test('after use, and if the use fails', () => {
    for (const use of [() => true, () => undefined, () => expect.fail('unexpected')]) {
      const wiped = watchWiping();
      const withKey = () =>
        read(pbkdf2Oid, 3).withKey({ password: 'changeit', purpose }, 32, new IterationBudget(limits), use);
      if (use.toString().includes('fail')) expect(withKey).toThrow('unexpected');
      else withKey();
      expect(wiped).toEqual(expect.arrayContaining([utf16('changeit\0').toString('latin1'), secret, key]));
      vi.restoreAllMocks();
    }
  });

  test('if the budget is exceeded, before anything is derived', () => {
    const wiped = watchWiping();
    const use = vi.fn();
    expect(() => keysOf(read(pbkdf2Oid, 501), use)).toThrow(
      expect.objectContaining({ limit: 'totalIterations', found: 1_002, message: expect.stringMatching(/^store: /) }),
    );
    expect(use).not.toHaveBeenCalled();
    expect(wiped).toContain(secret);
  });
});
