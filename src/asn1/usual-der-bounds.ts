/*
 * Finds the bounds of DER elements without creating an object for each. Files can contain thousands of certificates of which only one or
 * two are parsed.
 * Only tags of one octet and definite lengths of at most three octets are understood; Asn1Element reads the others.
 */

/** X.690 8.1.2.4: if all five low bits are set, more octets of the tag follow. */
const longTag = 0x1f;

/** Returns the offset of the content of the element at `at`. Call {@link endAt} first: it must not have returned -1. */
export function contentAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] as number;
  return first < 0x80 ? at + 2 : at + 2 + (first & 0x7f);
}

/**
 * Returns the offset after the element at `at`; -1 if that is beyond `limit`, or if only Asn1Element reads such a tag or length. Also -1 if
 * `at` is -1, so that a caller can skip several elements and check only the last result.
 */
export function endAt(bytes: Uint8Array, at: number, limit: number): number {
  const tag = bytes[at];
  const first = bytes[at + 1] as number;
  let end = -1;
  // Beyond the end of the bytes, `first` is undefined and all comparisons are false.
  if (first < 0x80) end = at + 2 + first;
  else if (first === 0x82) end = at + 4 + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
  else if (first === 0x81) end = at + 3 + (bytes[at + 2] as number);
  return tag !== undefined && end <= limit && (tag & longTag) !== longTag ? end : -1;
}
