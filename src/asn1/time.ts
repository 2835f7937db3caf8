import { toLatin1 } from '../bytes/encoding.js';
import type { Asn1Element } from './element.js';
import { Tag } from './tag.js';

const utcTime = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(Z|[+-]\d{4})?$/;

/**
 * Decodes a UTCTime or GeneralizedTime; fractions are dropped. Also accepts forms that BER allows and RFC 5280 forbids: without seconds,
 * with an offset from UTC, and GeneralizedTime without a time zone, which is taken as UTC.
 */
export function decodeTime(element: Asn1Element, what: string): Date {
  const { raw } = element;
  if (endOfCommonTime(raw, 0) >= 0) return commonDate(raw);
  const text = toLatin1(element.content);
  const parts =
    element.tag === Tag.utcTime
      ? utcTime.exec(text)
      : element.tag === Tag.generalizedTime
        ? generalizedTime.exec(text)
        : undefined;
  if (!parts) throw element.malformed(`${what}: not a time`);
  const [, year = '', month, day, hour, minute, second = '0', zone = 'Z'] = parts;
  const fullYear = year.length === 4 ? Number(year) : fullYearOf(Number(year));
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) throw element.malformed(`${what}: no such time`);
  const date = new Date(0);
  // Date.UTC would interpret the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(fullYear, Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day))
    throw element.malformed(`${what}: no such day`);
  return zone === 'Z' ? date : new Date(date.getTime() - offsetMinutes(zone) * 60_000);
}

/** RFC 5280 4.1.2.5.1: two-digit years from 50 on are in the twentieth century, the others in the twenty-first. */
function fullYearOf(twoDigits: number): number {
  return twoDigits < 50 ? twoDigits + 2000 : twoDigits + 1900;
}

function offsetMinutes(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** Lengths of the only forms that RFC 5280 4.1.2.5 allows: YYMMDDHHMMSSZ and YYYYMMDDHHMMSSZ. */
const utcTimeLength = 13;
const generalizedTimeLength = 15;
/** Bit n is set if month n has 31 days. */
const longMonths = 0b1_0101_1010_1010;

/**
 * Checks whether the element at `at` is a time in the form that RFC 5280 requires, from the year 100 on, and not on 29 February. Such a
 * time is valid, and {@link decodeTime} reads it without a regular expression.
 * @returns the offset after the element, or -1 if it is not such a time
 */
export function endOfCommonTime(bytes: Uint8Array, at: number): number {
  const length = bytes[at + 1] as number;
  const isUtc = bytes[at] === Tag.utcTime && length === utcTimeLength;
  if (!isUtc && !(bytes[at] === Tag.generalizedTime && length === generalizedTimeLength)) return -1;
  const zone = at + 2 + length - 1;
  if (bytes[zone] !== 0x5a) return -1;
  const month = twoDigits(bytes, zone - 10);
  const day = twoDigits(bytes, zone - 8);
  // Characters other than digits give NaN, for which every comparison is false.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && twoDigits(bytes, zone - 12) >= 0)) return -1;
  if (day > 28 && (month === 2 || (day === 31 && ((longMonths >> month) & 1) === 0))) return -1;
  if (!isUtc && !(twoDigits(bytes, at + 2) > 0)) return -1;
  const isOfDay = twoDigits(bytes, zone - 6) < 24 && twoDigits(bytes, zone - 4) < 60 && twoDigits(bytes, zone - 2) < 60;
  return isOfDay ? zone + 1 : -1;
}

function commonDate(raw: Uint8Array): Date {
  const zone = raw.length - 1;
  const lastDigits = twoDigits(raw, zone - 12);
  const year = raw[0] === Tag.utcTime ? fullYearOf(lastDigits) : twoDigits(raw, 2) * 100 + lastDigits;
  const two = (before: number) => twoDigits(raw, zone - before);
  return new Date(Date.UTC(year, two(10) - 1, two(8), two(6), two(4), two(2)));
}

/** Returns the value of two ASCII digits; NaN if one of them is not a digit. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30;
  const ones = (bytes[at + 1] as number) - 0x30;
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? Number.NaN : tens * 10 + ones;
}
