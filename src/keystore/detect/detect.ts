import { checkArgument, someBytes } from '../../bytes/check-arguments.js';
import type { StoreType } from '../types.js';
import { looksLikeBcfks, sequenceContent } from './bcfks-detection.js';
import { hasBouncyCastleHeader, looksLikeBks } from './bks-detection.js';
import { unwrapText } from './unwrap-text.js';

/** Magic numbers of JavaKeyStore and JceKeyStore. */
const magics: ReadonlyMap<number, StoreType> = new Map([
  [0xfeedfeed, 'JKS'],
  [0xcececece, 'JCEKS'],
]);

/**
 * Detects the type of a keystore from its content alone. Text encodings are removed first, even if several are nested: base64, PEM, UTF-16,
 * quotation marks, data: URLs, and a name before the value (`KEYSTORE=…`).
 * @returns undefined if the bytes are not a keystore
 * @throws {TypeError} if `bytes` is not a Uint8Array
 * @example
 * if (detectStoreType(await readFile('mail.p12')) === 'JKS') console.warn('mail.p12 is a JKS keystore');
 */
export function detectStoreType(bytes: Uint8Array): StoreType | undefined {
  checkArgument('detectStoreType', 'bytes', bytes, someBytes);
  return detectBinaryStore(unwrapStore(bytes));
}

/** Removes the text encodings of a keystore. A binary keystore, and bytes that contain no keystore, are returned unchanged. */
export function unwrapStore(bytes: Uint8Array): Uint8Array {
  const isStore = (content: Uint8Array) => detectBinaryStore(content) !== undefined;
  const inner = unwrapText(bytes, isStore);
  return inner !== undefined && isStore(inner) ? inner : bytes;
}

/** Detects the type as {@link detectStoreType} does, but does not remove text encodings. */
export function detectBinaryStore(bytes: Uint8Array): StoreType | undefined {
  if (bytes.length < 4) return undefined;
  const magic = magics.get(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0));
  if (magic !== undefined) return magic;
  if (hasBouncyCastleHeader(bytes)) return looksLikeBks(bytes) ? 'BKS' : 'UBER';
  if (looksLikePkcs12(bytes)) return 'PKCS12';
  return looksLikeBcfks(bytes) ? 'BCFKS' : undefined;
}

/** Checks for PFX (RFC 7292 4): SEQUENCE { version INTEGER 3, … }. Lengths are ignored, so that truncated files are recognized too. */
function looksLikePkcs12(bytes: Uint8Array): boolean {
  const [tag, length, version] = sequenceContent(bytes);
  return tag === 0x02 && length === 0x01 && version === 0x03;
}
