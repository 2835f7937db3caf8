import { expect, test } from 'vitest';
import { bounded, shortened } from '../../src/bytes/bounded-text.js';
import { editDistance } from '../../src/bytes/edit-distance.js';
import { bytesFromLatin1, toHex } from '../../src/bytes/encoding.js';
import { equalBytes } from '../../src/bytes/equal.js';
import { octal } from '../../src/bytes/file-mode.js';
import { decodeModifiedUtf8 } from '../../src/bytes/modified-utf8.js';
import { decodeUtf8, decodeUtf8Leniently } from '../../src/bytes/utf8.js';
import { decodeUtf16, encodeUtf16, swapUtf16 } from '../../src/bytes/utf16.js';

const hex = (digits: string) => new Uint8Array(Buffer.from(digits, 'hex'));

test.each([
  ['300 characters', 'a'.repeat(300), undefined, 'a'.repeat(300)],
  ['301 characters', 'a'.repeat(301), undefined, `${'a'.repeat(299)}…`],
  ['as many as wanted', 'abcd', 4, 'abcd'],
  ['one more', 'abcde', 4, 'abc…'],
  ['a pair of surrogates at the end', 'ab🔑cd', 4, 'ab…'],
  ['a pair of surrogates before the end', 'a🔑cde', 4, 'a🔑…'],
])('a text is shortened: %s', (_, text, characters, expected) => {
  expect(characters === undefined ? shortened(text) : shortened(text, characters)).toBe(expected);
});

test.each([
  ['none', 0, ''],
  ['two', 2, 'n0; n1'],
  ['twenty', 20, `${Array.from({ length: 20 }, (_, i) => `n${i}`).join('; ')}`],
  ['twenty-one', 21, `${Array.from({ length: 20 }, (_, i) => `n${i}`).join('; ')}; … 1 more`],
  ['two thousand', 2_020, `${Array.from({ length: 20 }, (_, i) => `n${i}`).join('; ')}; … 2,000 more`],
])('names are listed: %s', (_, count, expected) => {
  expect(
    bounded(
      Array.from({ length: count }, (_, i) => `n${i}`),
      '; ',
    ),
  ).toBe(expected);
});

test('each listed name is shortened; a comma separates them', () => {
  expect(bounded(['a'.repeat(301), 'b'])).toBe(`${'a'.repeat(299)}…, b`);
});

test.each([
  ['list', 'list', 0],
  ['lits', 'list', 2],
  ['lst', 'list', 1],
  ['lists', 'list', 1],
  ['last', 'list', 1],
  ['', 'list', 4],
  ['list', '', 4],
  ['kitten', 'sitting', 3],
])('from %j to %j it is %i letters', (a, b, distance) => {
  expect([editDistance(a, b), editDistance(b, a)]).toEqual([distance, distance]);
});

test('a distance at the bound is not computed any further', () => {
  expect([editDistance('kitten', 'sitting', 3), editDistance('kitten', 'sitting', 4)]).toEqual([3, 3]);
  expect(editDistance('abcdefgh', 'zyxwvuts', 2)).toBe(2);
});

test.each([1, 63, 64, 65, 1_000])('bytes of which one differs are not equal: %i bytes', (length) => {
  const bytes = new Uint8Array(length).fill(7);
  expect(equalBytes(bytes, bytes.slice())).toBe(true);
  for (const at of [0, length - 1]) {
    const other = bytes.slice();
    other[at] = 8;
    expect(equalBytes(bytes, other)).toBe(false);
  }
  expect(equalBytes(bytes, new Uint8Array(length + 1).fill(7))).toBe(false);
});

test('a mode is written as chmod takes it', () => {
  expect([0, 0o7, 0o600, 0o7777].map(octal)).toEqual(['0000', '0007', '0600', '7777']);
});

test.each([
  ['ASCII', '41', 'A'],
  ['two octets', 'c3a9', 'é'],
  ['a byte order mark', 'efbbbf41', '\ufeffA'],
  ['an octet that begins nothing', '4180', undefined],
  ['a sequence cut off', 'c3', undefined],
  ['an overlong form', 'c080', undefined],
  ['a surrogate', 'eda080', undefined],
])('UTF-8: %s', (_, digits, text) => {
  expect(decodeUtf8(hex(digits))).toBe(text);
  expect(decodeUtf8Leniently(hex(digits)).replace(/\ufffd+$/, '?')).toBe(text ?? `${digits === '4180' ? 'A' : ''}?`);
});

test.each([
  ['a second octet that continues nothing', '61c329', 'aÃ)', 'latin1'],
  ['two octets where the first begins none', '6180bf', 'a\u0080¿', 'latin1'],
  ['three octets without the second', 'e241a1', 'âA¡', 'latin1'],
  ['three octets without the third', 'e28241', 'â\u0082A', 'latin1'],
  ['three octets cut off', 'e282', 'â\u0082', 'latin1'],
  ['one octet of three', 'e2', 'â', 'latin1'],
  ['an octet that begins no sequence', 'f8808080', 'ø\u0080\u0080\u0080', 'latin1'],
  ['U+0000 as Java writes it', '61c08062', 'a\u0000b', 'modified-utf8'],
  ['a pair of surrogates as Java writes it', 'eda0bdedb491', '🔑', 'modified-utf8'],
  ['ASCII after other characters', 'c3a97a', 'éz', 'modified-utf8'],
  ['nothing', '', '', 'modified-utf8'],
])('modified UTF-8: %s', (_, digits, text, form) => {
  expect(decodeModifiedUtf8(hex(digits))).toEqual({ text, form });
});

test('UTF-16 of any length, in both byte orders; an odd octet is dropped', () => {
  const text = 'é🔑'.repeat(3_000);
  expect(decodeUtf16(encodeUtf16(text))).toBe(text);
  expect([decodeUtf16(hex('004142')), toHex(swapUtf16(hex('0041203042')))]).toEqual(['A', '41003020']);
  expect(decodeUtf16(bytesFromLatin1(''))).toBe('');
});
