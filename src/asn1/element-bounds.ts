/*
 * Positions of DER elements without an object for each: for certificates by the thousand, of which one or two are looked into.
 * Whatever is not of the common form is refused, and then read by Asn1Element, which knows all forms and says what is wrong.
 */

/** Low five bits of a tag octet that is followed by more octets of the tag (X.690 8.1.2.4). */
const longTag = 0x1f;

/** Where the content of the element at `at` begins, for an element that {@link endAt} accepted. */
export function contentAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] as number;
  return first < 0x80 ? at + 2 : at + 2 + (first & 0x7f);
}

/** Where the element at `at` ends; -1 if it does not end by `limit`, or its tag or length takes more octets than usual. */
export function endAt(bytes: Uint8Array, at: number, limit: number): number {
  const first = bytes[at + 1] as number;
  let end = -1;
  // Behind the end of the bytes there is no number, and no comparison with it is true.
  if (first < 0x80) end = at + 2 + first;
  else if (first === 0x82) end = at + 4 + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
  else if (first === 0x81) end = at + 3 + (bytes[at + 2] as number);
  return end <= limit && ((bytes[at] as number) & longTag) !== longTag ? end : -1;
}
