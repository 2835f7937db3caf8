/*
 * Encodings of bytes as text. Apart from src/cli and crypto/platform.ts, only this file uses Node's Buffer, which is several times faster
 * than portable code. The page that runs in browsers is built with encoding-web.ts in its place.
 */

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Decodes ISO 8859-1: one character for each octet. */
export function toLatin1(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('latin1');
}

/** Returns a function that decodes parts of `bytes` as {@link toLatin1} does. Creating a view for each part would double the time. */
export function latin1Reader(bytes: Uint8Array): (start: number, end: number) => string {
  const buffer = bufferOf(bytes);
  return (start, end) => buffer.toString('latin1', start, end);
}

/** Encodes ISO 8859-1: one octet for each character. No character may be above U+00FF. */
export function bytesFromLatin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** Encodes UTF-8. A lone surrogate becomes U+FFFD. */
export function bytesFromUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Encodes bytes as lower-case hexadecimal digits without separators. */
export function toHex(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('hex');
}

/** Decodes pairs of hexadecimal digits, up to the first other character. */
export function bytesFromHex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

/** Decodes base64 in either alphabet (RFC 4648 4 and 5), up to the first `=` or the end. Other characters are skipped. */
export function bytesFromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** Checks whether two byte arrays of the same length are equal. Not for secrets, because the time depends on the content. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
