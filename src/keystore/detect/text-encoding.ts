import { decodePem } from '../../pem/decode.js';

/** "-----BEGIN " as it stands at the start of a PEM file. */
const pemBegin = '-----BEGIN ';
/** GnuTLS's certtool writes PKCS#12 as PEM under this label, unless told otherwise. */
const pkcs12Labels: ReadonlySet<string> = new Set(['PKCS12', 'PFX']);

/**
 * The bytes behind a text that is base64 from its first character to its last, as keystores travel in Kubernetes secrets
 * and environment variables; or behind PEM that says PKCS12. Undefined if it is neither.
 */
export function decodeTextStore(bytes: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (text.subarray(0, pemBegin.length).toString('latin1') === pemBegin) return decodePkcs12Pem(bytes);
  if (bytes.length === 0 || !isBase64(bytes)) return undefined;
  return new Uint8Array(Buffer.from(text.toString('latin1'), 'base64'));
}

function decodePkcs12Pem(bytes: Uint8Array): Uint8Array | undefined {
  const label = /^-----BEGIN ([A-Z0-9]+)-----/.exec(Buffer.from(bytes.subarray(0, 40)).toString('latin1'))?.[1];
  return label !== undefined && pkcs12Labels.has(label) ? decodePem(bytes)[0]?.der : undefined;
}

/** Letters, digits, the signs of either alphabet (RFC 4648 4 and 5), white space; `=` only where nothing but `=` follows. */
function isBase64(bytes: Uint8Array): boolean {
  let padded = false;
  for (const byte of bytes) {
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) continue;
    if (byte === 0x3d) padded = true;
    else if (padded || !isBase64Character(byte)) return false;
  }
  return true;
}

function isBase64Character(byte: number): boolean {
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  const isDigit = byte >= 0x30 && byte <= 0x39;
  return isLetter || isDigit || byte === 0x2b || byte === 0x2f || byte === 0x2d || byte === 0x5f;
}
