import { Asn1Element } from '../asn1/element.js';
import { Tag } from '../asn1/tag.js';
import { nameKey, normalizeName } from './normalized-name.js';

/**
 * A number that is the same for all names that are equal (RFC 5280 7.1), and mostly different for others: letters and digits
 * of the values, without regard to case. An index by it needs no name taken apart before somebody asks for
 * it, which for a thousand certificates is the larger part of the work.
 */
export function nameFingerprint(name: Uint8Array): number {
  return fastFingerprint(name) ?? fingerprintOfKey(nameKey(normalizeName(Asn1Element.first(name, 'name'))));
}

/** The same number from a name that is already normalized. */
export function fingerprintOfKey(key: string): number {
  if (key === '') return 0;
  let sum = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the separators that `nameKey` puts between parts.
  for (const attribute of key.split(/[\u0001\u0002]/)) {
    // What could not be read has no value with letters.
    const at = /^[\d.]+=/.exec(attribute)?.[0].length;
    let hash = seed;
    for (let i = at ?? attribute.length; i < attribute.length; i++) hash = mix(hash, attribute.charCodeAt(i));
    sum = (sum + hash) | 0;
  }
  return sum;
}

const seed = 17;
const sequenceTag = Tag.sequence | 0x20;
const setTag = Tag.set | 0x20;

/** Takes in a letter or digit of ASCII, and nothing else: white space may be folded, all other characters mapped. */
function mix(hash: number, code: number): number {
  if (code >= 0x41 && code <= 0x5a) return (Math.imul(hash, 31) + code + 0x20) | 0;
  const counts = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
  return counts ? (Math.imul(hash, 31) + code) | 0 : hash;
}

/** The number straight from the bytes, if the name is built as nearly all are: short lengths, ASCII text. */
function fastFingerprint(bytes: Uint8Array): number | undefined {
  const end = endOf(bytes, 0, sequenceTag);
  if (end !== bytes.length) return undefined;
  let sum = 0;
  for (let at = contentOf(bytes, 0); at < end; ) {
    const endOfSet = endOf(bytes, at, setTag);
    if (endOfSet === undefined || endOfSet > end) return undefined;
    for (at = contentOf(bytes, at); at < endOfSet; ) {
      const endOfAttribute = endOf(bytes, at, sequenceTag);
      if (endOfAttribute === undefined || endOfAttribute > endOfSet) return undefined;
      const value = endOf(bytes, contentOf(bytes, at), Tag.oid);
      if (value === undefined || !isAsciiType(bytes[value])) return undefined;
      if (endOf(bytes, value, bytes[value] as number) !== endOfAttribute) return undefined;
      let hash = seed;
      for (at = contentOf(bytes, value); at < endOfAttribute; at++) {
        const octet = bytes[at] as number;
        if (octet >= 0x80) return undefined;
        hash = mix(hash, octet);
      }
      sum = (sum + hash) | 0;
    }
  }
  return sum;
}

function isAsciiType(tag: number | undefined): boolean {
  return tag === Tag.utf8String || tag === Tag.printableString || tag === Tag.ia5String;
}

/** Where the content of an element with a length of one or two octets begins. */
function contentOf(bytes: Uint8Array, at: number): number {
  return at + (bytes[at + 1] === 0x81 ? 3 : 2);
}

/** Where an element ends; undefined if it has another tag, or a length of another form. */
function endOf(bytes: Uint8Array, at: number, tag: number): number | undefined {
  const first = bytes[at + 1];
  if (bytes[at] !== tag || first === undefined || first > 0x81 || first === 0x80) return undefined;
  const end = contentOf(bytes, at) + (first === 0x81 ? (bytes[at + 2] ?? 0) : first);
  return end <= bytes.length ? end : undefined;
}
