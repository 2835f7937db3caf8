import { bytesFromBase64, bytesFromLatin1 } from './encoding.js';

/** RFC 4648 4. */
const alphabet = bytesFromLatin1('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const equalsSign = 0x3d;
const lineFeed = 0x0a;
/** Bytes in a line of 64 characters (RFC 7468 2). */
const lineBytes = 48;

/** Returns the number of characters that {@link writeBase64Lines} writes for so many bytes. */
export function base64LinesLength(byteCount: number): number {
  return Math.ceil(byteCount / 3) * 4 + Math.ceil(byteCount / lineBytes);
}

/**
 * Writes bytes as base64, in lines of 64 characters that each end with a line feed.
 *
 * Unlike Buffer, this creates no strings. They would keep a private key in memory, because they cannot be overwritten, and breaking them
 * into lines takes more than twice as long (31 ms for 10,000 P-256 certificates, instead of 12).
 * @param target receives the characters from `offset` on
 * @returns the offset after the last line feed
 */
export function writeBase64Lines(bytes: Uint8Array, target: Uint8Array, offset: number): number {
  let to = offset;
  for (let line = 0; line < bytes.length; line += lineBytes) {
    const end = Math.min(line + lineBytes, bytes.length);
    let from = line;
    for (; from + 3 <= end; from += 3) {
      const group = ((bytes[from] as number) << 16) | ((bytes[from + 1] as number) << 8) | (bytes[from + 2] as number);
      target[to++] = alphabet[group >> 18] as number;
      target[to++] = alphabet[(group >> 12) & 63] as number;
      target[to++] = alphabet[(group >> 6) & 63] as number;
      target[to++] = alphabet[group & 63] as number;
    }
    if (from < end) to = writeLastGroup(bytes.subarray(from, end), target, to);
    target[to++] = lineFeed;
  }
  return to;
}

/** Writes the last one or two bytes as four characters, with padding. */
function writeLastGroup([first = 0, second]: Uint8Array, target: Uint8Array, offset: number): number {
  const group = (first << 8) | (second ?? 0);
  target[offset] = alphabet[group >> 10] as number;
  target[offset + 1] = alphabet[(group >> 4) & 63] as number;
  target[offset + 2] = second === undefined ? equalsSign : (alphabet[(group << 2) & 63] as number);
  target[offset + 3] = equalsSign;
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
