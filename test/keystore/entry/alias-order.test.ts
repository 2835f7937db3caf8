import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileParts } from '../../../src/bytes/byte-strings.js';
import { orderOfAliases, orderOfBytes } from '../../../src/keystore/entry/alias-order.js';

/** The aliases one after the other, as if in a file. */
function partsOf(aliases: readonly string[]): FileParts {
  const parts = new FileParts(Buffer.from(aliases.join(''), 'latin1'), aliases.length);
  let end = 0;
  for (const [index, { length }] of aliases.entries()) parts.set(index, end, (end += length));
  return parts;
}

const bothWays = (aliases: readonly string[]) => [orderOfAliases(aliases), orderOfBytes(partsOf(aliases))];

describe('the order of aliases', () => {
  test.each<[string, readonly string[], readonly number[]]>([
    ['none', [], []],
    ['one', ['a'], [0]],
    ['by code units', ['b', 'Z', 'a', '~', '0'], [4, 1, 2, 0, 3]],
    ['of equal ones the last', ['a', 'b', 'a', 'b', 'a'], [4, 3]],
    ['one that is the beginning of the others', ['ca-10', 'ca-1', 'ca-', 'ca-2'], [2, 1, 0, 3]],
    ['alike for more than four octets', ['ca-000021', 'ca-100020', 'ca-000020', 'ca-00002'], [3, 2, 0, 1]],
    ['an octet of zero', ['a\0b', 'a', 'a\0'], [1, 2, 0]],
  ])('%s', (_, aliases, order) => {
    expect(bothWays(aliases)).toEqual([order, order]);
  });

  test('is the same with and without strings', () => {
    const alias = fc.string({ unit: fc.constantFrom('a', 'b', '\0', '~', '1'), maxLength: 9 });
    const prefix = fc.constantFrom('', 'x', 'ca-0');
    fc.assert(
      fc.property(fc.array(alias, { maxLength: 60 }), prefix, (aliases, common) => {
        const [strings, bytes] = bothWays(aliases.map((text) => common + text));
        expect(bytes).toEqual(strings);
      }),
    );
  });
});
