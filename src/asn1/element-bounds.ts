/*
 * Offsets of DER elements, without an object for each, for files with thousands of certificates of which one or two are parsed.
 * Only the usual forms are understood; Asn1Element reads the others.
 */

/** X.690 8.1.2.4: all five low bits set means that more octets of the tag follow. */
const longTag = 0x1f;

/** The offset of the content of the element at `at`, which {@link endAt} must have accepted. */
export function contentAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] as number;
  return first < 0x80 ? at + 2 : at + 2 + (first & 0x7f);
}

/** The end of the element at `at`; -1 if it lies beyond `limit`, or if tag or length are of an unusual form. */
export function endAt(bytes: Uint8Array, at: number, limit: number): number {
  const first = bytes[at + 1] as number;
  let end = -1;
  // Beyond the end of the bytes, `first` is undefined and all comparisons are false.
  if (first < 0x80) end = at + 2 + first;
  else if (first === 0x82) end = at + 4 + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
  else if (first === 0x81) end = at + 3 + (bytes[at + 2] as number);
  return end <= limit && ((bytes[at] as number) & longTag) !== longTag ? end : -1;
}
