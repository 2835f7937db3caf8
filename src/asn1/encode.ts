import { concat } from '../bytes/concat.js';
import { encodeOid } from './oid.js';
import { Tag } from './tag.js';

/** One DER element: tag, shortest length, content (X.690 10.1). `tag` is the identifier octet, constructed bit included. */
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

/** A non-negative INTEGER. */
export function encodeInteger(value: number): Uint8Array {
  const octets = [value % 256];
  for (let left = Math.floor(value / 256); left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256);
  // A set top bit would make it negative.
  if ((octets[0] as number) & 0x80) octets.unshift(0);
  return encodeElement(Tag.integer, Uint8Array.from(octets));
}
