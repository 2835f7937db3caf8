import { checkArgument, someBytes } from '../../bytes/caller-check.js';
import type { StoreType } from '../types.js';
import { looksLikeBcfks } from './bcfks-detection.js';
import { hasBouncyCastleHeader, looksLikeBks } from './bks-detection.js';
import { unwrapText } from './unwrap.js';

/** Magic numbers of JavaKeyStore and JceKeyStore. */
const magics: ReadonlyMap<number, StoreType> = new Map([
  [0xfeedfeed, 'JKS'],
  [0xcececece, 'JCEKS'],
]);

/**
 * Tells the format of a keystore from its content alone. Text encodings are looked through: base64, PEM, UTF-16, quotation marks and
 * data: URLs, also inside each other.
 * @returns undefined if the bytes are not a keystore
 */
export function detectStoreType(bytes: Uint8Array): StoreType | undefined {
  checkArgument('detectStoreType', 'bytes', bytes, someBytes);
  return detectBinaryStore(unwrapStore(bytes));
}

/** The bytes of the keystore in a text encoding; the bytes as given if there is no keystore inside. */
export function unwrapStore(bytes: Uint8Array): Uint8Array {
  const isStore = (content: Uint8Array) => detectBinaryStore(content) !== undefined;
  const inner = unwrapText(bytes, isStore);
  return inner !== undefined && isStore(inner) ? inner : bytes;
}

/** As {@link detectStoreType}, but text encodings are not looked through. */
export function detectBinaryStore(bytes: Uint8Array): StoreType | undefined {
  if (bytes.length < 4) return undefined;
  const magic = magics.get(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0));
  if (magic !== undefined) return magic;
  if (hasBouncyCastleHeader(bytes)) return looksLikeBks(bytes) ? 'BKS' : 'UBER';
  if (looksLikePkcs12(bytes)) return 'PKCS12';
  return looksLikeBcfks(bytes) ? 'BCFKS' : undefined;
}

/** PFX (RFC 7292 4): SEQUENCE { version INTEGER 3, … }. Lengths are ignored, so that a truncated file is recognised too. */
function looksLikePkcs12(bytes: Uint8Array): boolean {
  const [tag, length = 0] = bytes;
  if (tag !== 0x30) return false;
  // A long form says how many octets of length follow; the indefinite form is followed by none.
  const start = 2 + (length > 0x80 ? length & 0x7f : 0);
  return bytes[start] === 0x02 && bytes[start + 1] === 0x01 && bytes[start + 2] === 0x03;
}
