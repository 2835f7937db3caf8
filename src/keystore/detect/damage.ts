import { toLatin1 } from '../../bytes/encoding.js';
import { decodeUtf8Leniently } from '../../bytes/utf8.js';
import { decodeUtf16, swapUtf16 } from '../../bytes/utf16.js';
import { type Jks2PemError, StoreIntegrityError, StoreMalformedError } from '../../errors.js';

const advice = 'copy it again in binary mode, and exclude it from text filtering';

/** U+FFFD in UTF-8, in ISO 8859-1: what every byte above 0x7F becomes when binary is read as UTF-8 and written again. */
const replacement = '\xef\xbf\xbd';

/**
 * Line feeds that must be preceded by a carriage return before this counts as damage. By chance two are, once in 2^16 files; a wrong
 * password, which is a common mistake, needs more evidence than a file that cannot be parsed.
 */
const fewestLineEnds = { malformed: 2, integrity: 3 } as const;

/**
 * The damage that a conversion of characters did to the beginning of a keystore, which is not recognised as one any more.
 * @param bytes the beginning is enough
 * @returns what happened, and what to do; undefined if the bytes are not a damaged keystore
 */
export function describeTextDamage(bytes: Uint8Array): string | undefined {
  const start = bytes.subarray(0, 64);
  const text = toLatin1(start);
  // JKS and JCEKS: four bytes of magic number. PKCS#12: a SEQUENCE whose length has the long form.
  if (text.startsWith(replacement.repeat(4)) || text.startsWith(`0${replacement}`)) {
    return `a keystore that was read as UTF-8 text and written again, which cannot be undone; ${advice}`;
  }
  if (hasSevenBits(text)) return `a keystore of which each byte lost its highest bit, as ASCII has none; ${advice}`;
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

/** The first characters of JKS, JCEKS and PKCS#12 (whose length has the long form), read as ISO 8859-1 or Windows-1252. */
const asText = /^(?:\u00fe\u00ed\u00fe\u00ed|\u00ce{4}|0(?:\u0082|\u201a|\u0080|\u20ac))/;
/** The same, read as UTF-8. */
const asBrokenUtf8 = /^(?:\ufffd{4}|0\ufffd)/;

/** Whether it begins as JKS or JCEKS, or PKCS#12 with its version 3, whose bytes were masked with 0x7F, as Node's `ascii` does. */
function hasSevenBits(text: string): boolean {
  if (text.startsWith('~m~m\0\0\0') || text.startsWith('NNNN\0\0\0')) return true;
  return text.startsWith('0\x02') && text.slice(4, 7) === '\x02\x01\x03';
}

/**
 * Looks for the reason why a keystore cannot be read, or fails its check: every LF became CR LF in text mode.
 * @returns undefined if the error stands as it is
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
