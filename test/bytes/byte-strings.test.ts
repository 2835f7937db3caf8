import { describe, expect, test } from 'vitest';
import { FileParts, SeparateStrings } from '../../src/bytes/byte-strings.js';

const file = new Uint8Array(Uint8Array.of(9, 9, 1, 2, 3, 4, 5).buffer, 2);
const strings = [Uint8Array.of(2, 3, 4), Uint8Array.of(), Uint8Array.of(5)];

function partsOfFile(): FileParts {
  const parts = new FileParts(file, 3);
  parts.set(0, 1, 4);
  parts.set(1, 2, 2);
  parts.set(2, 4, 5);
  return parts;
}

describe.each([
  ['in arrays', new SeparateStrings(strings)],
  ['in one file', partsOfFile()],
])('byte strings %s', (_, list) => {
  test('have a length each', () => {
    expect([0, 1, 2].map((index) => list.lengthAt(index))).toEqual([3, 0, 1]);
    expect(list.count).toBe(3);
  });

  test('are told from their end', () => {
    expect([1, 2, 3, 4].map((distance) => list.octetFromEnd(0, distance))).toEqual([4, 3, 2, 0]);
    expect([list.octetFromEnd(1, 1), list.octetFromEnd(2, 1), list.octetFromEnd(2, 2)]).toEqual([0, 5, 0]);
  });

  test('are given as arrays', () => {
    expect([0, 1, 2].map((index) => list.at(index))).toEqual(strings);
  });
});
