import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/concat.js';
import { detectBinaryStore } from '../../../src/keystore/detect/detect.js';
import { fixture } from '../../fixtures.js';
import {
  certificateEntry,
  clearKeyEntry,
  entry,
  header,
  i32,
  makeBks,
  sealedEntry,
  secretKey,
} from '../bks/bks-maker.js';
import { makeUber } from '../bks/uber-maker.js';

/* BKS and UBER have the same header. They are distinguished by what follows it. */

const storePass = 'changeit';
const der = fixture('story/intermed.der');
const aes = new Uint8Array(16);
const entries = [
  certificateEntry({ alias: 'trusted' }, der),
  sealedEntry({ alias: 'sealed', chain: [der] }, secretKey(aes), storePass),
  clearKeyEntry({ alias: 'clear' }, secretKey(aes)),
];
const farDate = 2 ** 48;
const latin1Alias = Uint8Array.of(0xff);

test.each([0, 1, 2])('whole stores of version %i with none to three entries', (version) => {
  for (let count = 0; count <= entries.length; count++) {
    expect(detectBinaryStore(makeBks(entries.slice(0, count), storePass, version))).toBe('BKS');
    expect(detectBinaryStore(makeUber(entries.slice(0, count), storePass, version))).toBe('UBER');
  }
});

test('stores that are cut off or lengthened', () => {
  const [bks, uber] = [makeBks(entries, storePass), makeUber(entries, storePass)];
  for (let length = 54; length < bks.length; length += 5)
    expect(detectBinaryStore(bks.subarray(0, length))).toBe('BKS');
  for (let length = 32; length < uber.length; length += 5)
    expect(detectBinaryStore(uber.subarray(0, length))).toBe('UBER');
  for (const store of [bks, makeBks([], storePass)])
    expect(detectBinaryStore(concat(store, new Uint8Array(3)))).toBe('BKS');
});

test('many ciphertexts', () => {
  for (let i = 0; i < 500; i++) {
    const ciphertext = createHash('sha512').update(String(i)).digest();
    expect(detectBinaryStore(concat(header(1), ciphertext)), String(i)).toBe('UBER');
  }
});

/** Returns the type that is detected if only these bytes follow the header. */
const typeOf = (...parts: readonly Uint8Array[]) => detectBinaryStore(concat(header(2), ...parts));

describe('a list that is cut off is one of BKS if its first entry is plausible', () => {
  const first = (made: Parameters<typeof certificateEntry>[0]) => typeOf(certificateEntry(made, der));

  test.each([
    ['a date before 1970', { alias: 'a', date: -1 }, 'BKS'],
    ['the last plausible date', { alias: 'a', date: farDate - 1 }, 'BKS'],
    ['the first plausible date', { alias: 'a', date: 1 - farDate }, 'BKS'],
    ['a date that is too late', { alias: 'a', date: farDate }, 'UBER'],
    ['a date that is too early', { alias: 'a', date: -farDate }, 'UBER'],
    ['an alias that is not UTF-8', { alias: latin1Alias }, 'UBER'],
    ['an alias in standard UTF-8', { alias: '\ud83d\ude00' }, 'BKS'],
  ])('%s', (_, made, type) => expect(first(made)).toBe(type));

  test.each([
    [1_000, 'BKS'],
    [1_001, 'UBER'],
  ])('a chain of %i certificates', (length, type) => {
    // The length of the chain follows type, alias and date: 1 + 3 + 8 bytes.
    const start = certificateEntry({ alias: 'a' }, der).subarray(0, 12);
    expect(typeOf(start, i32(length))).toBe(type);
  });

  test.each([
    [4, 'BKS'],
    [5, 'UBER'],
  ])('type %i', (type, expected) => expect(typeOf(entry(type, { alias: 'a' }, new Uint8Array()))).toBe(expected));
});

// Ciphertext can begin with the end mark by chance, but its length is a multiple of 16.
test.each([
  [15, 'BKS'],
  [16, 'UBER'],
  [17, 'BKS'],
  [32, 'UBER'],
])('the end mark as the first of %i bytes', (length, type) => expect(typeOf(new Uint8Array(length))).toBe(type));

describe('a list whose first entry is not plausible is one of BKS', () => {
  const implausible = certificateEntry({ alias: latin1Alias }, der);
  const end = Uint8Array.of(0);

  test.each([
    ['if it ends, and exactly a MAC follows', [implausible, end, new Uint8Array(20)], 'BKS'],
    ['but not if less than a MAC follows', [implausible, end, new Uint8Array(19)], 'UBER'],
    ['but not if more than a MAC follows', [implausible, end, new Uint8Array(21)], 'UBER'],
    ['but not if it has no end', [implausible], 'UBER'],
  ])('%s', (_, parts, type) => expect(typeOf(...parts)).toBe(type));

  test('if it has more entries than the limit', () => {
    const small = entry(3, { alias: '' }, i32(0));
    expect(typeOf(implausible, new Uint8Array(Buffer.alloc(small.length * 100_000, small)))).toBe('BKS');
  });

  test('but not if another limit is exceeded', () => {
    const start = certificateEntry({ alias: latin1Alias }, der).subarray(0, 12);
    expect(typeOf(start, i32(1_001))).toBe('UBER');
  });
});

test.each([
  ['version 3', header(3)],
  ['a header that is cut off', header(1).subarray(0, -1)],
  ['a salt without bytes', header(1, 1, new Uint8Array())],
  ['a salt of 1,025 bytes', header(1, 1, new Uint8Array(1_025))],
  ['no iterations', header(1, 0)],
  ['zeros', new Uint8Array(40)],
])('%s is neither', (_, bytes) => expect(detectBinaryStore(bytes)).toBeUndefined());

test.each([
  ['a salt of one byte', header(1, 1, new Uint8Array(1))],
  ['a salt of 1,024 bytes', header(1, 1, new Uint8Array(1_024))],
])('%s is one of UBER', (_, bytes) => expect(detectBinaryStore(bytes)).toBe('UBER'));

test('an iteration count beyond the limit is no obstacle, so that the error of the reader states the limit', () => {
  expect(detectBinaryStore(concat(header(2, 2 ** 30), certificateEntry({ alias: 'a' }, der)))).toBe('BKS');
});
