import { toLatin1 } from '../../bytes/encoding.js';
import { decodeUtf8Leniently } from '../../bytes/utf8.js';
import { decodeUtf16, swapUtf16 } from '../../bytes/utf16.js';
import { type Jks2PemError, StoreIntegrityError, StoreMalformedError } from '../../errors.js';

const advice = 'copy it again in binary mode, and exclude it from text filtering';

/**
 * The bytes of U+FFFD in UTF-8, as ISO 8859-1 text. If a binary file is read as UTF-8 and written again, nearly every byte above 0x7F is
 * replaced by these.
 */
const replacement = '\xef\xbf\xbd';

/**
 * Minimum number of line feeds in a file that is recognized as damaged because every line feed follows a carriage return. In a file with
 * two line feeds, this happens by chance with a probability of 2^-16. More are required after a failed integrity check, because its usual
 * cause is a wrong password.
 */
const fewestLineEnds = { malformed: 2, integrity: 3 } as const;

/**
 * Recognizes a keystore whose type cannot be detected, because a conversion of characters has damaged its beginning.
 * @param bytes the beginning of the file is enough
 * @returns what happened, and what to do; undefined if no such damage is recognized
 */
export function describeTextDamage(bytes: Uint8Array): string | undefined {
  const start = bytes.subarray(0, 64);
  const text = toLatin1(start);
  // JKS and JCEKS begin with a magic number of four bytes above 0x7F; PKCS#12 with 0x30 and a length octet above 0x7F.
  if (text.startsWith(replacement.repeat(4)) || text.startsWith(`0${replacement}`)) {
    return `a keystore that was read as UTF-8 text and written again, which cannot be undone; ${advice}`;
  }
  if (hasSevenBits(text))
    return `a keystore whose bytes lost their highest bit when it was converted to ASCII; ${advice}`;
  if (asText.test(decodeUtf8Leniently(start))) {
    const undo = "'iconv -f UTF-8 -t ISO-8859-1' or '-t WINDOWS-1252' may undo it";
    return `a keystore that was read as ISO 8859-1 or Windows-1252 text and written as UTF-8; ${advice}; ${undo}`;
  }
  const utf16 = text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff') ? start.subarray(2) : start;
  const isUtf16 = [decodeUtf16(utf16), decodeUtf16(swapUtf16(utf16))].some(
    (read) => asText.test(read) || asBrokenUtf8.test(read),
  );
  return isUtf16
    ? `a keystore that was read as text and written as UTF-16, as PowerShell does with '>'; ${advice}`
    : undefined;
}

/** The first characters of JKS, JCEKS and PKCS#12 (with two length octets, or of indefinite length), decoded as ISO 8859-1 or Windows-1252. */
const asText = /^(?:\u00fe\u00ed\u00fe\u00ed|\u00ce{4}|0(?:\u0082|\u201a|\u0080|\u20ac))/;
/** The first bytes of the same formats, decoded as UTF-8. */
const asBrokenUtf8 = /^(?:\ufffd{4}|0\ufffd)/;

/** Checks for the beginning of JKS, JCEKS or PKCS#12 version 3 with the highest bit of every byte cleared, as by Node's encoding `ascii`. */
function hasSevenBits(text: string): boolean {
  if (text.startsWith('~m~m\0\0\0') || text.startsWith('NNNN\0\0\0')) return true;
  return text.startsWith('0\x02') && text.slice(4, 7) === '\x02\x01\x03';
}

/**
 * Checks whether a keystore that cannot be read, or fails its integrity check, was copied in text mode, which turned every LF into CR LF.
 * @returns an error that explains this; undefined if this is not the cause
 */
export function explainDamage(bytes: Uint8Array, error: unknown): Jks2PemError | undefined {
  if (!(error instanceof StoreMalformedError || error instanceof StoreIntegrityError)) return undefined;
  const fewest = error instanceof StoreMalformedError ? fewestLineEnds.malformed : fewestLineEnds.integrity;
  if (!hasOnlyCrLf(bytes, fewest)) return undefined;
  const problem = `every LF in this file is preceded by CR: it was copied in text mode, which turned each LF into CR LF; ${advice}`;
  return new StoreMalformedError('store', problem, error instanceof StoreMalformedError ? error.offset : 0);
}

function hasOnlyCrLf(bytes: Uint8Array, fewest: number): boolean {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at - 1] !== 0x0d) return false;
    count++;
  }
  return count >= fewest;
}
