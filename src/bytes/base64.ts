import { bytesFromBase64, bytesFromLatin1 } from './encoding.js';

/** RFC 4648 4. */
const alphabet = bytesFromLatin1('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const equalsSign = 0x3d;
const lineFeed = 0x0a;
/** Bytes in a line of 64 characters (RFC 7468 2). */
const lineBytes = 48;

/** Created at the first use, because the command imports this file even if it writes no PEM. */
let characterPairs: Uint16Array | undefined;

/**
 * Creates a table that maps twelve bits to two characters. With it, a truststore is encoded in three quarters of the time that a table of
 * single characters takes.
 */
function createCharacterPairs(): Uint16Array {
  const pairs = new Uint16Array(4096);
  for (let bits = 0; bits < pairs.length; bits++)
    pairs[bits] = ((alphabet[bits >> 6] as number) << 8) | (alphabet[bits & 63] as number);
  return pairs;
}

/** Returns the number of characters that {@link writeBase64Lines} writes for so many bytes. */
export function base64LinesLength(byteCount: number): number {
  return Math.ceil(byteCount / 3) * 4 + Math.ceil(byteCount / lineBytes);
}

/**
 * Writes bytes as base64, in lines of 64 characters that each end with a line feed.
 *
 * Unlike Buffer, this creates no strings. They would keep a private key in memory, because they cannot be overwritten, and breaking them
 * into lines takes more than twice as long.
 * @param target receives the characters from `offset` on
 * @returns the offset after the last line feed
 */
export function writeBase64Lines(bytes: Uint8Array, target: DataView, offset: number): number {
  const pairs = (characterPairs ??= createCharacterPairs());
  let to = offset;
  for (let line = 0; line < bytes.length; line += lineBytes) {
    const end = Math.min(line + lineBytes, bytes.length);
    let from = line;
    for (; from + 3 <= end; from += 3) {
      const group = ((bytes[from] as number) << 16) | ((bytes[from + 1] as number) << 8) | (bytes[from + 2] as number);
      target.setUint32(to, ((pairs[group >> 12] as number) << 16) | (pairs[group & 0xfff] as number));
      to += 4;
    }
    if (from < end) to = writeLastGroup(bytes.subarray(from, end), target, to);
    target.setUint8(to++, lineFeed);
  }
  return to;
}

/** Writes the last one or two bytes as four characters, with padding. */
function writeLastGroup([first = 0, second]: Uint8Array, target: DataView, offset: number): number {
  const group = (first << 8) | (second ?? 0);
  target.setUint8(offset, alphabet[group >> 10] as number);
  target.setUint8(offset + 1, alphabet[(group >> 4) & 63] as number);
  target.setUint8(offset + 2, second === undefined ? equalsSign : (alphabet[(group << 2) & 63] as number));
  target.setUint8(offset + 3, equalsSign);
  return offset + 4;
}

/**
 * Decodes base64 that contains no white space. Padding may be missing.
 * @returns undefined if the text is not base64
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  // Searches for a wrong character, because matching the whole text overflows the stack of the regular expression engine from 8 MB on.
  if (/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding)) || (text.length - padding) % 4 === 1)
    return undefined;
  return bytesFromBase64(text);
}
