import { concat } from '../bytes/concat.js';
import { encodeOid } from './oid-encoding.js';
import { Tag } from './tag.js';

/**
 * Encodes one DER element: tag, length in its shortest form, content (X.690 10.1). `tag` is the identifier octet, including the constructed
 * bit.
 */
export function encodeElement(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concat(...content);
  if (body.length < 0x80) return concat(Uint8Array.of(tag, body.length), body);
  const length: number[] = [];
  for (let left = body.length; left > 0; left = Math.floor(left / 256)) length.unshift(left % 256);
  return concat(Uint8Array.of(tag, 0x80 | length.length, ...length), body);
}

export function encodeSequence(...elements: readonly Uint8Array[]): Uint8Array {
  return encodeElement(Tag.sequence | 0x20, ...elements);
}

export function encodeObjectIdentifier(oid: string): Uint8Array {
  return encodeElement(Tag.oid, encodeOid(oid));
}

export function encodeOctetString(octets: Uint8Array): Uint8Array {
  return encodeElement(Tag.octetString, octets);
}

/** Encodes a non-negative INTEGER. */
export function encodeInteger(value: number | bigint): Uint8Array {
  const digits = value.toString(16);
  // A leading zero octet keeps the value positive if its highest bit is set.
  const padded = digits.length % 2 === 1 ? `0${digits}` : /^[89a-f]/.test(digits) ? `00${digits}` : digits;
  const octets = Uint8Array.from({ length: padded.length / 2 }, (_, i) =>
    Number.parseInt(padded.slice(2 * i, 2 * i + 2), 16),
  );
  return encodeElement(Tag.integer, octets);
}
