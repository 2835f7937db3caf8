import { Asn1Element } from '../asn1/element.js';
import { contentAt, endAt } from '../asn1/skim.js';
import { Tag } from '../asn1/tag.js';
import { nameKey, normalizeName } from './normalized-name.js';

/**
 * A number that is the same for all names that are equal (RFC 5280 7.1), and mostly different for others: letters and digits
 * of the values of the last relative name, without regard to case. An index by it needs no name taken apart before somebody
 * asks for it, which for a thousand certificates is the larger part of the work.
 */
export function nameFingerprint(name: Uint8Array): number {
  return fingerprintOfBytes(name) ?? fingerprintOfKey(nameKey(normalizeName(Asn1Element.first(name, 'name'))));
}

/** The same number from a name that is already normalized. */
export function fingerprintOfKey(key: string): number {
  // A name that cannot be read stands there byte for byte.
  if (key.startsWith('#')) return fingerprintOfBytes(Buffer.from(key.slice(1), 'hex')) ?? seed;
  let sum = 0;
  // The separators are what `nameKey` puts between relative names, and `normalizeName` between their attributes.
  for (const attribute of key.slice(key.lastIndexOf('\u0001') + 1).split('\u0002')) {
    // What could not be read as text is hexadecimal digits behind a number sign: a value without letters.
    const equals = attribute.indexOf('=');
    let hash = seed;
    for (let i = equals < 0 ? attribute.length : equals; i < attribute.length; i++)
      hash = mix(hash, attribute.charCodeAt(i));
    sum = (sum + hash) | 0;
  }
  return key === '' ? 0 : sum;
}

const seed = 17;
const sequenceTag = Tag.sequence | 0x20;
const setTag = Tag.set | 0x20;

/** Takes in a letter or digit of ASCII, and nothing else: white space may be folded, all other characters mapped. */
function mix(hash: number, code: number): number {
  if (code >= 0x61 && code <= 0x7a) return (Math.imul(hash, 31) + code) | 0;
  if (code >= 0x41 && code <= 0x5a) return (Math.imul(hash, 31) + code + 0x20) | 0;
  return code >= 0x30 && code <= 0x39 ? (Math.imul(hash, 31) + code) | 0 : hash;
}

function fingerprintOfBytes(name: Uint8Array): number | undefined {
  return fingerprintAt(name, 0, name.length);
}

/** The number of the Name at `at`, straight from the bytes, if it is built as nearly all are: short lengths, ASCII text. */
export function fingerprintAt(bytes: Uint8Array, at: number, limit: number): number | undefined {
  const end = endAt(bytes, at, limit);
  if (end < 0 || bytes[at] !== sequenceTag) return undefined;
  let last = end;
  for (let set = contentAt(bytes, at); set < end; ) {
    last = set;
    set = endAt(bytes, set, end);
    if (set < 0 || bytes[last] !== setTag) return undefined;
  }
  return last === end ? 0 : fingerprintOfSet(bytes, last, end);
}

function fingerprintOfSet(bytes: Uint8Array, set: number, end: number): number | undefined {
  let sum = 0;
  for (let at = contentAt(bytes, set); at < end; ) {
    const next = endAt(bytes, at, end);
    if (next < 0 || bytes[at] !== sequenceTag) return undefined;
    const type = contentAt(bytes, at);
    const value = endAt(bytes, type, next);
    if (value < 0 || bytes[type] !== Tag.oid || !isAsciiType(bytes[value])) return undefined;
    if (endAt(bytes, value, next) !== next) return undefined;
    let hash = seed;
    for (at = contentAt(bytes, value); at < next; at++) {
      const octet = bytes[at] as number;
      if (octet >= 0x80) return undefined;
      hash = mix(hash, octet);
    }
    sum = (sum + hash) | 0;
  }
  return sum;
}

function isAsciiType(tag: number | undefined): boolean {
  return tag === Tag.utf8String || tag === Tag.printableString || tag === Tag.ia5String;
}
