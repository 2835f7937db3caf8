import { encodeBase64 } from '../bytes/base64.js';
import { aString, checkArgument, someDer } from '../bytes/caller-check.js';

/** RFC 7468 2: every line but the last has exactly 64 characters. */
const lineLength = 64;
const lineFeed = 0x0a;

/**
 * Encodes one PEM block.
 * @param label the label of the boundary lines, such as `CERTIFICATE` or `PRIVATE KEY`
 * @returns ASCII with LF line ends, also after the last line
 * @throws {TypeError} if the label is not printable ASCII, or has a hyphen at an end or two in a row
 * @see RFC 7468 3
 * @example
 * writeFileSync('mail.crt', encodePem('CERTIFICATE', certificate.der));
 */
export function encodePem(label: string, der: Uint8Array): Uint8Array {
  checkArgument('encodePem', 'label', label, aString);
  checkArgument('encodePem', 'der', der, someDer);
  return encodePemBlocks(label, [der]);
}

/** Encodes blocks of one label, one after the other. */
export function encodePemBlocks(label: string, blocks: readonly Uint8Array[]): Uint8Array {
  requireLabel(label);
  // Not from Buffer's shared pool, because it may hold a key.
  const text = Buffer.allocUnsafeSlow(blocks.reduce((sum, der) => sum + blockLength(label, der.length), 0));
  let at = 0;
  for (const der of blocks) at = writeBlock(text, at, label, der);
  return new Uint8Array(text.buffer, text.byteOffset, text.length);
}

/** RFC 7468 3: `labelchar *( ["-" / SP] labelchar )`, or nothing. */
function requireLabel(label: string): void {
  if (!/^(?:[!-,.-~](?:[- ]?[!-,.-~])*)?$/.test(label))
    throw new TypeError('a PEM label is printable ASCII, with single hyphens and blanks inside only');
}

function begin(label: string): string {
  return `-----BEGIN ${label}-----\n`;
}

function end(label: string): string {
  return `-----END ${label}-----\n`;
}

function blockLength(label: string, octets: number): number {
  const characters = Math.ceil(octets / 3) * 4;
  return begin(label).length + characters + Math.ceil(characters / lineLength) + end(label).length;
}

/** Writes one block and returns where it ends. */
function writeBlock(text: Buffer, start: number, label: string, der: Uint8Array): number {
  const base64 = encodeBase64(der);
  const content = start + text.write(begin(label), start, 'latin1');
  const lines = Math.ceil(base64.length / lineLength);
  // Base64 is first written with room for all line feeds before it. Then each line moves forward, without overwriting a later line.
  let from = content + lines;
  text.write(base64, from, 'latin1');
  let at = content;
  for (const last = from + base64.length; from < last; from += lineLength) {
    const length = Math.min(lineLength, last - from);
    text.copyWithin(at, from, from + length);
    text[at + length] = lineFeed;
    at += length + 1;
  }
  return at + text.write(end(label), at, 'latin1');
}
