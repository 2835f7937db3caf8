import { expect, test } from 'vitest';
import { digest, equalInConstantTime, sha256Hex } from '../../src/crypto/digest.js';

const bytes = (text: string) => new TextEncoder().encode(text);

test('byte strings are equal if every byte is, and never if one is longer', () => {
  expect(equalInConstantTime(bytes('abc'), bytes('abc'))).toBe(true);
  expect(equalInConstantTime(bytes(''), bytes(''))).toBe(true);
  for (const other of ['abd', 'bbc', 'ab', 'abcd', ''])
    expect(equalInConstantTime(bytes('abc'), bytes(other))).toBe(false);
});

// FIPS 180-4's own example.
test('a digest is that of the parts in order', () => {
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(sha256Hex(bytes('abc'))).toBe(expected);
  expect(Buffer.from(digest('sha256', bytes('a'), bytes(''), bytes('bc'))).toString('hex')).toBe(expected);
});
