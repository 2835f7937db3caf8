/** Encodes UTF-16 code units in big-endian order, without a byte order mark. Lone surrogates are kept, as in a Java char[]. */
export function encodeUtf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit >> 8;
    bytes[2 * i + 1] = unit & 0xff;
  }
  return bytes;
}

/** Swaps the byte order of UTF-16. A trailing odd byte is dropped. */
export function swapUtf16(bytes: Uint8Array): Uint8Array {
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  return even.map((_, at) => even[at ^ 1] as number);
}

/**
 * Number of code units that are converted at a time. Appending them one by one would create a tree of strings, which costs the garbage
 * collector much time.
 */
const unitsAtOnce = 4_096;

/** Decodes UTF-16 in big-endian order. A trailing odd byte is dropped. */
export function decodeUtf16(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length >> 1);
  for (let i = 0; i < units.length; i++) units[i] = ((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number);
  let text = '';
  for (let start = 0; start < units.length; start += unitsAtOnce)
    text += String.fromCharCode(...units.subarray(start, start + unitsAtOnce));
  return text;
}
