import { describe, expect, test } from 'vitest';
import { concat } from '../../src/bytes/concat.js';
import { bytesFromLatin1, toHex } from '../../src/bytes/encoding.js';
import { equalBytes, includesText } from '../../src/bytes/equal.js';
import { javaDate } from '../../src/bytes/java-date.js';
import { shellWord } from '../../src/bytes/shell-word.js';
import { decodeUtf16, encodeUtf16 } from '../../src/bytes/utf16.js';
import { wipe, wipingOnError } from '../../src/bytes/wipe.js';

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

test.each([...'$`*?~#!&;|<>()[]{}"\\ \n\t^é'])('a word with %j is quoted for a shell', (character) => {
  expect(shellWord(`a${character}b`)).toBe(`'a${character}b'`);
  expect(shellWord(character)).toBe(`'${character}'`);
});

test('a word of letters, digits and these characters is not', () => {
  for (const word of ['aZ09_', '@%+=:,./-', '/']) expect(shellWord(word)).toBe(word);
});

test.each([
  [8.64e15, 8.64e15],
  [8.64e15 + 2, 8.64e15],
  [-8.64e15, -8.64e15],
  [-8.64e15 - 2, -8.64e15],
  [0, 0],
])('a java.util.Date of %d is a Date of %d', (given, time) => expect(javaDate(given).getTime()).toBe(time));

describe('secrets are overwritten if their use fails', () => {
  test('but not if it succeeds', () => {
    const secret = Uint8Array.of(1);
    expect(wipingOnError([secret], () => 'result')).toBe('result');
    expect([...secret]).toEqual([1]);
  });

  test('and the error is thrown', () => {
    const secrets = [Uint8Array.of(1), Uint8Array.of(2, 3)];
    const fail = () => {
      throw new RangeError('unexpected');
    };
    expect(() => wipingOnError(secrets, fail)).toThrow(new RangeError('unexpected'));
    expect(secrets.map((secret) => [...secret])).toEqual([[0], [0, 0]]);
  });
});

test('a word is quoted for a shell only where it must be', () => {
  expect([shellWord('/a/b-c.pem'), shellWord("it's me"), shellWord('')]).toEqual(['/a/b-c.pem', `'it'\\''s me'`, "''"]);
});
