import { base64LinesLength, writeBase64Lines } from '../bytes/base64.js';
import { aString, checkArgument, someDer } from '../bytes/check-arguments.js';
import { bytesFromLatin1 } from '../bytes/encoding.js';

/**
 * Encodes one PEM block.
 * @param label the label of the boundary lines, such as `CERTIFICATE` or `PRIVATE KEY`
 * @returns ASCII with LF line ends, including one after the last line
 * @throws {TypeError} if an argument has a wrong type, or if the label is not printable ASCII, begins or ends with a hyphen or a space, or
 * contains two of them in a row
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
  const begin = bytesFromLatin1(`-----BEGIN ${label}-----\n`);
  const end = bytesFromLatin1(`-----END ${label}-----\n`);
  let length = 0;
  for (const der of blocks) length += begin.length + base64LinesLength(der.length) + end.length;
  const text = new Uint8Array(length);
  let at = 0;
  for (const der of blocks) {
    text.set(begin, at);
    at = writeBase64Lines(der, text, at + begin.length);
    text.set(end, at);
    at += end.length;
  }
  return text;
}

/** RFC 7468 3 defines a label as `labelchar *( ["-" / SP] labelchar )`, or nothing. */
function requireLabel(label: string): void {
  if (!/^(?:[!-,.-~](?:[- ]?[!-,.-~])*)?$/.test(label))
    throw new TypeError('a PEM label is printable ASCII, with single hyphens and blanks inside only');
}
