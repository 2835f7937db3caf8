import { expect, test } from 'vitest';
import { concat } from '../../src/bytes/concat.js';
import { bytesFromLatin1, toHex } from '../../src/bytes/encoding.js';
import { equalBytes, includesText } from '../../src/bytes/equal.js';
import { javaDate } from '../../src/bytes/java-date.js';
import { shellWord } from '../../src/bytes/shell-word.js';
import { decodeUtf16, encodeUtf16 } from '../../src/bytes/utf16.js';
import { wipe } from '../../src/bytes/wipe.js';

test('concat joins in order', () =>
  expect(concat(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3)));

test.each([
  [[1, 2], [1, 2], true],
  [[1, 2], [1, 3], false],
  [[1, 2], [1], false],
  [[], [], true],
])('equalBytes(%j, %j) is %s', (a, b, same) => expect(equalBytes(Uint8Array.from(a), Uint8Array.from(b))).toBe(same));

test.each([
  ['PRIVATE', 'x PPRIVATE KEY', true],
  ['PRIVATE', 'PRIVAT', false],
  ['PRIVATE', 'the end is PRIVATE', true],
  ['PRIVATE', 'PRIVATIPRIVAT', false],
  ['P', '', false],
])('finds %j in %j: %s', (part, text, found) => expect(includesText(bytesFromLatin1(text), part)).toBe(found));

test.each([
  [-1, '1969-12-31T23:59:59.999Z'],
  [2 ** 63, '+275760-09-13T00:00:00.000Z'],
  [-(2 ** 63), '-271821-04-20T00:00:00.000Z'],
])('javaDate(%d) is %s', (ms, iso) => expect(javaDate(ms).toISOString()).toBe(iso));

test('UTF-16 keeps lone surrogates', () => {
  expect(toHex(encodeUtf16('a\ud800€'))).toBe('0061d80020ac');
  expect(decodeUtf16(encodeUtf16('a\ud800€🔑'))).toBe('a\ud800€🔑');
});

test('wipe overwrites all it is given and bears what is not there', () => {
  const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
  wipe(a, undefined, b);
  expect([...a, ...b]).toEqual([0, 0]);
});

test('a word is quoted for a shell only where it must be', () => {
  expect([shellWord('/a/b-c.pem'), shellWord("it's me"), shellWord('')]).toEqual(['/a/b-c.pem', `'it'\\''s me'`, "''"]);
});
