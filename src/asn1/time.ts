import type { Asn1Element } from './element.js';
import { Tag } from './tag.js';

const utcTime = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(Z|[+-]\d{4})?$/;

/** A UTCTime or GeneralizedTime, to the second; the forms BER allows beside RFC 5280's are understood. */
export function decodeTime(element: Asn1Element, what: string): Date {
  const text = Buffer.from(element.content).toString('latin1');
  const parts =
    element.tag === Tag.utcTime
      ? utcTime.exec(text)
      : element.tag === Tag.generalizedTime
        ? generalizedTime.exec(text)
        : undefined;
  if (!parts) throw element.malformed(`${what}: not a time`);
  const [, year = '', month, day, hour, minute, second = '0', zone = 'Z'] = parts;
  // RFC 5280 4.1.2.5.1: two digits from 50 on are of the twentieth century.
  const fullYear = year.length === 4 ? Number(year) : Number(year) + (Number(year) < 50 ? 2000 : 1900);
  const date = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(fullYear, Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day))
    throw element.malformed(`${what}: no such day`);
  return zone === 'Z' ? date : new Date(date.getTime() - offsetMinutes(zone) * 60_000);
}

function offsetMinutes(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  return zone.startsWith('-') ? -minutes : minutes;
}
