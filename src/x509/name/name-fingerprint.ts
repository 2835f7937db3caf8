import { Asn1Element } from '../../asn1/element.js';
import { contentAt, endAt } from '../../asn1/skim.js';
import { Tag } from '../../asn1/tag.js';
import { nameKey, normalizeName } from './normalized-name.js';

/**
 * A number that is the same for all names that are equal (RFC 5280 7.1), and mostly different for others: letters and digits
 * of the first and the last relative name, of which one is the common name, without regard to case. An index by it needs no name taken
 * apart before somebody asks for it, which for a thousand certificates is the larger part of the work.
 */
export function nameFingerprint(name: Uint8Array): number {
  return fingerprintOfBytes(name) ?? fingerprintOfKey(nameKey(normalizeName(Asn1Element.first(name, 'name'))));
}

/** The same number from a name that is already normalized. */
export function fingerprintOfKey(key: string): number {
  // A name that cannot be read stands there byte for byte.
  if (key.startsWith('#')) return fingerprintOfBytes(Buffer.from(key.slice(1), 'hex')) ?? seed;
  // The separators are what `nameKey` puts between relative names, and `normalizeName` between their attributes.
  const names = key.split('\u0001');
  const first = fingerprintOfRelative(names[0] as string);
  return names.length === 1 ? first : (first + fingerprintOfRelative(names.at(-1) as string)) | 0;
}

function fingerprintOfRelative(name: string): number {
  if (name === '') return 0;
  let sum = 0;
  for (const attribute of name.split('\u0002')) {
    // What could not be read as text is hexadecimal digits behind a number sign: a value without letters.
    const equals = attribute.indexOf('=');
    let hash = seed;
    for (let i = equals < 0 ? attribute.length : equals; i < attribute.length; i++)
      hash = mix(hash, attribute.charCodeAt(i));
    sum = (sum + hash) | 0;
  }
  return sum;
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
  const first = contentAt(bytes, at);
  let last = first;
  for (let set = first; set < end; ) {
    last = set;
    set = endAt(bytes, set, end);
    if (set < 0 || bytes[last] !== setTag) return undefined;
  }
  if (first === end) return 0;
  const one = fingerprintOfSet(bytes, first, endAt(bytes, first, end));
  const other = last === first ? 0 : fingerprintOfSet(bytes, last, end);
  return one === undefined || other === undefined ? undefined : (one + other) | 0;
}

function fingerprintOfSet(bytes: Uint8Array, set: number, end: number): number | undefined {
  let sum = 0;
  for (let attribute = contentAt(bytes, set); attribute < end; ) {
    const next = endAt(bytes, attribute, end);
    if (next < 0 || bytes[attribute] !== sequenceTag) return undefined;
    const hash = hashOfValue(bytes, contentAt(bytes, attribute), next);
    if (hash === undefined) return undefined;
    sum = (sum + hash) | 0;
    attribute = next;
  }
  return sum;
}

/** Of the attribute whose type begins at `type`. */
function hashOfValue(bytes: Uint8Array, type: number, end: number): number | undefined {
  const value = endAt(bytes, type, end);
  if (value < 0 || bytes[type] !== Tag.oid || !isAsciiType(bytes[value])) return undefined;
  if (endAt(bytes, value, end) !== end) return undefined;
  let hash = seed;
  for (let at = contentAt(bytes, value); at < end; at++) {
    const octet = bytes[at] as number;
    if (octet >= 0x80) return undefined;
    hash = mix(hash, octet);
  }
  return hash;
}

function isAsciiType(tag: number | undefined): boolean {
  return tag === Tag.utf8String || tag === Tag.printableString || tag === Tag.ia5String;
}
