import type { StoreType } from '../types.js';
import { looksLikeBcfks } from './bcfks-detection.js';
import { hasBouncyCastleHeader, looksLikeBks } from './bks-detection.js';
import { decodeTextStore } from './text-encoding.js';

/** Magic numbers of JavaKeyStore and JceKeyStore. */
const magics: ReadonlyMap<number, StoreType> = new Map([
  [0xfeedfeed, 'JKS'],
  [0xcececece, 'JCEKS'],
]);

/** The format of a keystore, told by its content alone, base64 looked through; undefined if it is none. */
export function detectStoreType(bytes: Uint8Array): StoreType | undefined {
  const binary = detectBinaryStore(bytes);
  if (binary !== undefined) return binary;
  try {
    const decoded = decodeTextStore(bytes);
    return decoded && detectBinaryStore(decoded);
  } catch {
    // PEM that does not end is no keystore, and this function only answers.
    return undefined;
  }
}

/** As {@link detectStoreType}, of the bytes as they are. */
export function detectBinaryStore(bytes: Uint8Array): StoreType | undefined {
  if (bytes.length < 4) return undefined;
  const magic = magics.get(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0));
  if (magic !== undefined) return magic;
  if (hasBouncyCastleHeader(bytes)) return looksLikeBks(bytes) ? 'BKS' : 'UBER';
  if (looksLikePkcs12(bytes)) return 'PKCS12';
  return looksLikeBcfks(bytes) ? 'BCFKS' : undefined;
}

/** PFX (RFC 7292 4): SEQUENCE { version INTEGER 3, … }. Lengths are not looked at, so that a file cut short is known for what it is. */
function looksLikePkcs12(bytes: Uint8Array): boolean {
  const [tag, length = 0] = bytes;
  if (tag !== 0x30) return false;
  // A long form says how many octets of length follow; the indefinite form is followed by none.
  const start = 2 + (length > 0x80 ? length & 0x7f : 0);
  return bytes[start] === 0x02 && bytes[start + 1] === 0x01 && bytes[start + 2] === 0x03;
}
