import { createHash } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { digest, equalInConstantTime, sha256Hex } from '../../../src/crypto/hash/digest.js';
import { watchWiping } from '../../wiping.js';

afterEach(() => void vi.restoreAllMocks());

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

test.each([0, 1, 16_384, 16_385, 100_000])('is that of %i bytes in two parts', (length) => {
  const [first, second] = [new Uint8Array(length).fill(1), bytes('and more')];
  const expected = createHash('sha1').update(first).update(second).digest('hex');
  expect(Buffer.from(digest('sha1', first, second)).toString('hex')).toBe(expected);
});

test('parts that were joined to be hashed are overwritten, since passwords are', () => {
  const wiped = watchWiping();
  const parts = [bytes('pass'), bytes('word')];
  digest('sha1', ...parts);
  expect(wiped).toContain('password');
  // The parts themselves are the caller's.
  expect(parts).toEqual([bytes('pass'), bytes('word')]);
});
