/* The counterpart of encoding.ts for browsers, which have no Buffer. The build of the page uses this file instead of encoding.ts. */

/**
 * Number of characters in one call of String.fromCharCode. Engines limit the number of arguments of a call; the smallest limit is 65,535.
 */
const sliceLength = 32_768;

export function toLatin1(bytes: Uint8Array): string {
  let text = '';
  // TextDecoder is not used, because it decodes "latin1" as Windows-1252.
  for (let at = 0; at < bytes.length; at += sliceLength)
    text += String.fromCharCode(...bytes.subarray(at, at + sliceLength));
  return text;
}

export function latin1Reader(bytes: Uint8Array): (start: number, end: number) => string {
  return (start, end) => toLatin1(bytes.subarray(start, end));
}

export function bytesFromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

export function bytesFromUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const hexOfOctets = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let digits = '';
  for (const octet of bytes) digits += hexOfOctets[octet];
  return digits;
}

export function bytesFromHex(digits: string): Uint8Array {
  // A sticky pattern ends at the first pair that is not hexadecimal, as Buffer.from does.
  return Uint8Array.from(digits.matchAll(/[0-9a-f]{2}/giy), ([pair]) => Number.parseInt(pair, 16));
}

export function bytesFromBase64(text: string): Uint8Array {
  const standard = text.replace(/-/g, '+').replace(/_/g, '/');
  const characters = standard.replace(/=[\s\S]*$/, '').replace(/[^A-Za-z0-9+/]/g, '');
  // A single remaining character encodes less than an octet.
  return bytesFromLatin1(atob(characters.length % 4 === 1 ? characters.slice(0, -1) : characters));
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((octet, at) => octet === b[at]);
}
