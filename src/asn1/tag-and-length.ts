/** Tag of an element, and the offsets of its content and its end. */
interface TagAndLength {
  readonly tag: number;
  readonly constructed: boolean;
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
}

const constructedBit = 0x20;
/** X.690 8.1.2.4: if all five low bits are set, the tag number follows in base 128. */
const longTag = 0x1f;
/** X.690 8.1.3.6: the length is not given, and two zero octets end the content. */
const indefiniteLength = 0x80;

/**
 * Reads the tag and the length of the element at `start`. The bytes end at `limit`.
 * @param depth maximum number of nested elements of indefinite length, including this one
 * @returns tag and length, or a description of the error
 */
export function readTagAndLength(
  bytes: Uint8Array,
  start: number,
  limit: number,
  depth: number,
): TagAndLength | string {
  const identifier = bytes[start];
  if (identifier === undefined || start >= limit) return 'element expected, nothing left';
  let tag = identifier & ~constructedBit;
  let at = start + 1;
  if ((identifier & longTag) === longTag) {
    let number = 0;
    let octet: number;
    do {
      if (at >= limit) return 'tag cut off';
      octet = bytes[at++] as number;
      number = number * 128 + (octet & 0x7f);
      if (number >= 2 ** 31) return 'tag number too large';
    } while (octet & 0x80);
    // Tags in this long form are returned as values above 255, so that they equal no one-octet tag.
    tag = (number + 1) * 256 + (identifier & 0xc0);
  }
  const constructed = (identifier & constructedBit) !== 0;
  if (at >= limit) return 'length cut off';
  let length = bytes[at++] as number;
  if (length === indefiniteLength) {
    if (!constructed) return 'indefinite length on a primitive element';
    const contentEnd = endOfContents(bytes, at, limit, depth);
    return typeof contentEnd === 'string'
      ? contentEnd
      : { tag, constructed, contentStart: at, contentEnd, end: contentEnd + 2 };
  }
  if (length > indefiniteLength) {
    const octets = length & 0x7f;
    if (octets > limit - at) return 'length cut off';
    length = 0;
    // BER allows leading zero octets, so only the value is bounded, not the number of octets.
    for (let i = 0; i < octets; i++) length = Math.min(length * 256 + (bytes[at++] as number), Number.MAX_SAFE_INTEGER);
  }
  if (length > limit - at) return `length: ${length} bytes wanted, ${limit - at} left`;
  return { tag, constructed, contentStart: at, contentEnd: at + length, end: at + length };
}

/** Returns the offset of the two zero octets that end a content of indefinite length, or a description of the error. */
function endOfContents(bytes: Uint8Array, start: number, limit: number, depth: number): number | string {
  let open = 1;
  let at = start;
  for (;;) {
    if (limit - at < 2) return 'end of indefinite length missing';
    if (bytes[at] === 0 && bytes[at + 1] === 0) {
      open--;
      if (open === 0) return at;
      at += 2;
      continue;
    }
    const inner = skipTagAndLength(bytes, at, limit);
    if (typeof inner === 'string') return inner;
    at = inner.at;
    if (inner.opens && ++open > depth) return `more than ${depth} elements of indefinite length inside each other`;
  }
}

/**
 * Skips an element of definite length, or only the tag and length of an element of indefinite length (`opens`).
 * @returns the offset after the skipped bytes, or a description of the error
 */
function skipTagAndLength(bytes: Uint8Array, start: number, limit: number): { at: number; opens: boolean } | string {
  let at = start + 1;
  if (((bytes[start] as number) & longTag) === longTag) while (at < limit && (bytes[at++] as number) & 0x80);
  if (at >= limit) return 'length cut off';
  if (bytes[at] === indefiniteLength) return { at: at + 1, opens: true };
  // The length is definite here, so readTagAndLength does not call endOfContents again.
  const element = readTagAndLength(bytes, start, limit, 0);
  return typeof element === 'string' ? element : { at: element.end, opens: false };
}
