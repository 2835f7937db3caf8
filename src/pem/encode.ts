import { aString, checkArgument, someDer } from '../bytes/check-arguments.js';
import { toBase64 } from '../bytes/encoding.js';

/** RFC 7468 2: all lines except the last have exactly 64 characters. */
const lineLength = 64;
const lineFeed = 0x0a;

/**
 * Encodes one PEM block.
 * @param label the label of the boundary lines, such as `CERTIFICATE` or `PRIVATE KEY`
 * @returns ASCII with LF line ends, including one after the last line
 * @throws {TypeError} if the label is not printable ASCII, begins or ends with a hyphen, or contains two consecutive hyphens
 * @see RFC 7468 3
 * @example
 * writeFileSync('mail.crt', encodePem('CERTIFICATE', certificate.der));
 */
export function encodePem(label: string, der: Uint8Array): Uint8Array {
  checkArgument('encodePem', 'label', label, aString);
  checkArgument('encodePem', 'der', der, someDer);
  return encodePemBlocks(label, [der]);
}

/** Encodes several blocks with the same label. */
export function encodePemBlocks(label: string, blocks: readonly Uint8Array[]): Uint8Array {
  requireLabel(label);
  const text = new Uint8Array(blocks.reduce((sum, der) => sum + blockLength(label, der.length), 0));
  const encoder = new TextEncoder();
  let at = 0;
  const write = (ascii: string, start: number) => encoder.encodeInto(ascii, text.subarray(start)).written;
  for (const der of blocks) {
    const base64 = toBase64(der);
    const content = at + write(begin(label), at);
    // The base64 is first written as one line, far enough behind the final position that inserting line feeds never overwrites text that is
    // not moved yet.
    const lines = content + Math.ceil(base64.length / lineLength);
    write(base64, lines);
    at = breakLines(text, content, lines, base64.length);
    at += write(end(label), at);
  }
  return text;
}

/** RFC 7468 3 defines a label as `labelchar *( ["-" / SP] labelchar )`, or nothing. */
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

/**
 * Moves `length` characters from `from` to `to`, and inserts a line feed after each line.
 * @returns the offset after the last line feed
 */
function breakLines(text: Uint8Array, to: number, from: number, length: number): number {
  let at = to;
  for (let line = 0; line < length; line += lineLength) {
    const start = from + line;
    const end = from + Math.min(line + lineLength, length);
    text.copyWithin(at, start, end);
    at += end - start;
    text[at++] = lineFeed;
  }
  return at;
}
