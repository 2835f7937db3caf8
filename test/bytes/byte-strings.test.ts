import { describe, expect, test } from 'vitest';
import { FileParts, SeparateStrings } from '../../src/bytes/byte-strings.js';

const file = new Uint8Array(Uint8Array.of(9, 9, 1, 2, 3, 4, 5, 1, 255, 2, 3, 4).buffer, 2);
const strings = [Uint8Array.of(2, 3, 4), Uint8Array.of(), Uint8Array.of(5), Uint8Array.of(1, 255, 2, 3, 4)];

function partsOfFile(): FileParts {
  const parts = new FileParts(file, 4);
  parts.set(0, 1, 4);
  parts.set(1, 2, 2);
  parts.set(2, 4, 5);
  parts.set(3, 5, 10);
  return parts;
}

describe.each([
  ['in arrays', new SeparateStrings(strings)],
  ['in one file', partsOfFile()],
])('byte strings %s', (_, list) => {
  test('have a length each', () => {
    expect([0, 1, 2, 3].map((index) => list.lengthAt(index))).toEqual([3, 0, 1, 5]);
    expect(list.count).toBe(4);
  });

  test('are told by their end', () => {
    expect([0, 1, 2, 3].map((index) => list.tailAt(index))).toEqual([0x020304, 0, 5, 0xff020304]);
  });

  test('are given as arrays', () => {
    expect([0, 1, 2, 3].map((index) => list.at(index))).toEqual(strings);
  });
});
