import { expect, test } from 'vitest';
import { contentAt, endAt } from '../../src/asn1/usual-der-bounds.js';

const bytesOf = (...octets: number[]) => Uint8Array.from(octets);
const filled = (head: readonly number[], length: number) => bytesOf(...head, ...new Array(length).fill(0));

test.each([
  ['no content', bytesOf(0x05, 0), 2, 2],
  ['a short length', filled([0x30, 127], 127), 2, 129],
  ['a length of one octet', filled([0x30, 0x81, 128], 128), 3, 131],
  ['a length of two octets', filled([0x30, 0x82, 1, 2], 258), 4, 262],
])('an element with %s', (_, bytes, content, end) => {
  expect([contentAt(bytes, 0), endAt(bytes, 0, bytes.length)]).toEqual([content, end]);
  expect(endAt(bytes, 0, end - 1)).toBe(-1);
});

test.each([
  ['an indefinite length', bytesOf(0x30, 0x80, 0, 0)],
  ['a length of three octets', filled([0x30, 0x83, 0, 0, 1], 1)],
  ['a tag of several octets', bytesOf(0x1f, 1, 0)],
  ['no length', bytesOf(0x30)],
  ['no tag', bytesOf()],
])('no end is found with %s', (_, bytes) => expect(endAt(bytes, 0, bytes.length)).toBe(-1));

test('several elements are skipped at once: after one without an end, none has an end', () => {
  const bytes = bytesOf(5, 0, 0x30, 0x80, 0, 0);
  expect(endAt(bytes, endAt(bytes, 0, 6), 6)).toBe(-1);
  expect(endAt(bytes, endAt(bytes, endAt(bytes, 0, 6), 6), 6)).toBe(-1);
});
