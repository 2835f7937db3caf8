import { createHash } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { digest, equalInConstantTime, hmac, sha1Hex, sha256Hex } from '../../../src/crypto/hash/digest.js';
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

// FIPS 180-4's own example, and the hash of nothing.
test('a fingerprint is in hexadecimal', () => {
  expect(sha1Hex(bytes('abc'))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  expect(sha1Hex(bytes(''))).toBe(Buffer.from(digest('sha1')).toString('hex'));
});

test.each([
  ['one part', [8], false],
  ['parts of 16 KB in total', [8, 16_376], true],
  ['longer parts', [8, 16_377], false],
])('%s: copied to one buffer: %s', (_, lengths, isJoined) => {
  const parts = lengths.map((length) => new Uint8Array(length).fill(0x61));
  const wiped = watchWiping();
  digest('sha1', ...parts);
  expect(wiped.length > 0).toBe(isJoined);
});

test.each([
  ['a hash', () => digest('sha0', bytes('a')), 'sha0'],
  ['a hash of parts', () => digest('sha0', bytes('a'), bytes('b')), 'sha0'],
  ['a hash of long parts', () => digest('sha0', new Uint8Array(20_000), bytes('b')), 'sha0'],
  ['an HMAC', () => hmac('sha0', bytes('a'), bytes('b')), 'HMAC with sha0'],
])('%s that is not provided is named', (_, compute, name) => {
  expect(compute).toThrow(
    expect.objectContaining({
      code: 'ERR_STORE_UNSUPPORTED',
      message: `the cryptographic library of this runtime does not provide ${name}`,
    }),
  );
});
