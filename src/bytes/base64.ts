/** Base64 without line ends (RFC 4648 4). */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** The octets of a base64 text; white space and padding are skipped. Check the alphabet first: other characters are skipped too. */
export function decodeBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
