import { bytesFromBase64, bytesFromLatin1, toLatin1 } from '../../bytes/encoding.js';
import { decodeUtf16, swapUtf16 } from '../../bytes/utf16.js';
import { MalformedError } from '../../errors.js';
import { decodePem } from '../../pem/decode.js';

/**
 * Maximum number of nested text encodings that are removed. Two are common: a Kubernetes Secret stores base64, and the file that is
 * put into it is often base64 already. Each takes a pass over the file.
 */
const maximumWrappings = 4;

/** Number of bytes at the beginning of the text in which a prefix, or the first line of PEM, is searched for. */
const startLength = 4096;

/**
 * Removes the text encodings in which keystores are stored in secrets, environment variables and web consoles: a byte order mark, UTF-16,
 * quotation marks, a name before the value, a data: URL, PEM with any label (`certutil -encode` writes CERTIFICATE for any file), base64.
 * @param isWanted returns whether the bytes are what the caller looks for; if so, no further encoding is removed
 * @returns the remaining bytes, even if they are not wanted; undefined if nothing was removed
 */
export function unwrapText(bytes: Uint8Array, isWanted: (content: Uint8Array) => boolean): Uint8Array | undefined {
  let content = bytes;
  for (let removed = 0; removed < maximumWrappings && !isWanted(content); removed++) {
    const inner = removeOne(content);
    if (inner === undefined || inner.length === 0) break;
    content = inner;
  }
  return content === bytes ? undefined : content;
}

function removeOne(bytes: Uint8Array): Uint8Array | undefined {
  const utf16 = fromUtf16(bytes);
  if (utf16) return utf16;
  const text = trimmed(startsWith(bytes, 0xef, 0xbb, 0xbf) ? bytes.subarray(3) : bytes);
  const start = toLatin1(text.subarray(0, startLength));
  // Explanatory text may precede the block (RFC 7468 2).
  if (/^-----BEGIN /m.test(start)) return fromPem(text);
  return fromQuotes(text) ?? fromBase64(fromDataUrl(text, start) ?? text) ?? fromAssignment(text, start);
}

/** Decodes ASCII text in UTF-16, which Windows PowerShell writes. It begins with a byte order mark, or one of its first two bytes is NUL. */
function fromUtf16(bytes: Uint8Array): Uint8Array | undefined {
  const isLittle = startsWith(bytes, 0xff, 0xfe) || bytes[1] === 0;
  const isBig = startsWith(bytes, 0xfe, 0xff) || bytes[0] === 0;
  if (isLittle === isBig || bytes.length % 2 !== 0) return undefined;
  const decoded = decodeUtf16(isLittle ? swapUtf16(bytes) : bytes).replace(/^\ufeff/, '');
  // Text encodings use only ASCII. With other characters, this is a binary file, perhaps one that was converted to UTF-16.
  return /^[\0-\x7f]*$/.test(decoded) ? bytesFromLatin1(decoded) : undefined;
}

function fromPem(text: Uint8Array): Uint8Array | undefined {
  try {
    return decodePem(text)[0]?.der;
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}

/**
 * Returns the content of a quoted string, as copied from JSON, YAML or a shell. `\n`, `\r` and `\t` in it become line feeds, and `\/`
 * becomes a slash.
 */
function fromQuotes(text: Uint8Array): Uint8Array | undefined {
  const [quote] = text;
  if ((quote !== 0x22 && quote !== 0x27) || text[text.length - 1] !== quote) return undefined;
  return bytesFromLatin1(
    toLatin1(text.subarray(1, -1))
      .replace(/\\[nrt]/g, '\n')
      .replace(/\\\//g, '/'),
  );
}

/** Returns the part after `data:MEDIA/TYPE;base64,` (RFC 2397). */
function fromDataUrl(text: Uint8Array, start: string): Uint8Array | undefined {
  const prefix = /^data:[^,\s]{0,150};base64,/i.exec(start)?.[0];
  return prefix === undefined ? undefined : text.subarray(prefix.length);
}

/** Returns the text after the name in an environment file or in YAML: `KEYSTORE=…`, `export KEYSTORE="…"`, `keystore.p12: …`. */
function fromAssignment(text: Uint8Array, start: string): Uint8Array | undefined {
  const prefix = /^(?:export )?[\w.-]{1,100}(?:=|:\s{1,20}(?:[|>][-+]?)?)/.exec(start)?.[0];
  return prefix === undefined ? undefined : text.subarray(prefix.length);
}

/**
 * Decodes text that is entirely base64, in either alphabet (RFC 4648 4 and 5). White space is allowed anywhere, padding only at the end.
 */
function fromBase64(text: Uint8Array): Uint8Array | undefined {
  let isPadded = false;
  for (const byte of text) {
    if (isSpace(byte)) continue;
    if (byte === 0x3d) isPadded = true;
    else if (isPadded || !isBase64Character(byte)) return undefined;
  }
  return bytesFromBase64(toLatin1(text));
}

function isBase64Character(byte: number): boolean {
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  const isDigit = byte >= 0x30 && byte <= 0x39;
  return isLetter || isDigit || byte === 0x2b || byte === 0x2f || byte === 0x2d || byte === 0x5f;
}

function trimmed(bytes: Uint8Array): Uint8Array {
  let start = 0;
  let end = bytes.length;
  while (isSpace(bytes[start] ?? 0)) start++;
  while (isSpace(bytes[end - 1] ?? 0)) end--;
  return bytes.subarray(start, end);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function startsWith(bytes: Uint8Array, ...beginning: readonly number[]): boolean {
  return beginning.every((byte, at) => bytes[at] === byte);
}
