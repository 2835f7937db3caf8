/*
 * The only file below the command and the floors that talk to the system that uses Node's Buffer, which is several times faster than
 * portable code. The page that runs in browsers is built with encoding-web.ts in its place.
 */

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** One character for each octet (ISO 8859-1). */
export function toLatin1(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('latin1');
}

/** As {@link toLatin1}, of many parts of the same bytes: a view for each would take as long as the rest of reading a keystore. */
export function latin1Reader(bytes: Uint8Array): (start: number, end: number) => string {
  const buffer = bufferOf(bytes);
  return (start, end) => buffer.toString('latin1', start, end);
}

/** One octet for each character, of which each is at most U+00FF. */
export function bytesFromLatin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** UTF-8; a lone surrogate becomes U+FFFD. */
export function bytesFromUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Lower-case hexadecimal without separators. */
export function toHex(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('hex');
}

/** The octets of pairs of hexadecimal digits, up to the first character that is not one. */
export function bytesFromHex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

/** Base64 without line ends (RFC 4648 4). */
export function toBase64(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('base64');
}

/** The octets of base64 in either alphabet (RFC 4648 4 and 5). Other characters are skipped; padding may be missing. */
export function bytesFromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** Whether two public byte strings of the same length are equal. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
