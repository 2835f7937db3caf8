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
  if (at + 2 > limit || ((bytes[at] as number) & longTag) === longTag) return -1;
  const first = bytes[at + 1] as number;
  let end = at + 2 + first;
  if (first >= 0x80) {
    const content = at + 2 + (first & 0x7f);
    if (content > limit) return -1;
    if (first === 0x81) end = content + (bytes[at + 2] as number);
    else if (first === 0x82) end = content + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
    else return -1;
  }
  return end <= limit ? end : -1;
}
