import { expect, test } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { Tag } from '../../src/asn1/tag.js';
import { decodeTime, endOfCommonTime } from '../../src/asn1/time.js';

/** An element, between two octets that are not part of it. */
const element = (tag: number, text: string) => Uint8Array.of(9, tag, text.length, ...Buffer.from(text, 'latin1'), 9);
const utc = (text: string) => element(Tag.utcTime, text);
const generalized = (text: string) => element(Tag.generalizedTime, text);

test.each([
  utc('260101000000Z'),
  utc('261231235959Z'),
  utc('260131000000Z'),
  utc('260430000000Z'),
  utc('260831000000Z'),
  utc('260228000000Z'),
  utc('000101000000Z'),
  generalized('20560101000000Z'),
  generalized('01000101000000Z'),
  generalized('99991231235959Z'),
])('a time in the form of RFC 5280 is recognised, with its end: %#', (bytes) => {
  expect(endOfCommonTime(bytes, 1)).toBe(bytes.length - 1);
  expect(decodeTime(Asn1Element.only(bytes.subarray(1, -1), 'time'), 'time').getTime()).not.toBeNaN();
});

test.each<[string, Uint8Array]>([
  ['month 0', utc('260001000000Z')],
  ['month 13', utc('261301000000Z')],
  ['day 0', utc('260100000000Z')],
  ['day 32', utc('260132000000Z')],
  ['day 31 of a month of 30', utc('260431000000Z')],
  ['day 31 of November', utc('261131000000Z')],
  ['30 February', utc('260230000000Z')],
  ['29 February, which the other reader looks at', utc('240229000000Z')],
  ['hour 24', utc('260101240000Z')],
  ['minute 60', utc('260101006000Z')],
  ['second 60', utc('260101000060Z')],
  ['a letter in the year', utc('2x0101000000Z')],
  ['a letter in the second', utc('2601010000x0Z')],
  ['a year before 100', generalized('00991231000000Z')],
  ['another zone', utc('260101000000+')],
  ['no seconds', utc('2601010000Z')],
  ['the length of the other type', generalized('260101000000Z')],
  ['the length of the other type', utc('20260101000000Z')],
  ['another type', element(0x04, '260101000000Z')],
])('%s is not', (_, bytes) => expect(endOfCommonTime(bytes, 1)).toBe(-1));

test.each([
  ['29 February of a leap year', '240229000000Z', '2024-02-29T00:00:00.000Z'],
  ['a time without seconds', '2601012359Z', '2026-01-01T23:59:00.000Z'],
])('%s', (_, text, iso) => {
  expect(decodeTime(Asn1Element.only(utc(text).subarray(1, -1), 'time'), 'time').toISOString()).toBe(iso);
});

// Java and OpenSSL refuse them, too. Date would carry them over: a minute of 75 would be a quarter past the next hour.
test.each([
  ['29 February of another year', '260229000000Z', 'day'],
  ['hour 24', '260101240000Z', 'time'],
  ['minute 60', '260101006000Z', 'time'],
  ['second 60', '260101000060Z', 'time'],
  ['minute 75 without seconds', '2601010075Z', 'time'],
])('%s is malformed', (_, text, what) => {
  expect(() => decodeTime(Asn1Element.only(utc(text).subarray(1, -1), 'time'), 'time')).toThrow(
    `time: no such ${what}`,
  );
});
