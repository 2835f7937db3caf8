import { toLatin1 } from './encoding.js';

/** The decoders are created at their first use, because creating one takes longer than decoding all texts of a usual keystore. */
let strict: InstanceType<typeof TextDecoder> | undefined;
let lenient: InstanceType<typeof TextDecoder> | undefined;

/**
 * Decodes UTF-8. Byte order marks are kept.
 * @returns undefined if the bytes are not UTF-8
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  if (isAscii(bytes)) return toLatin1(bytes);
  strict ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Decodes UTF-8. Byte order marks are kept. Bytes that are not UTF-8 become U+FFFD. */
export function decodeUtf8Leniently(bytes: Uint8Array): string {
  lenient ??= new TextDecoder('utf-8', { ignoreBOM: true });
  return lenient.decode(bytes);
}

function isAscii(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length && (bytes[at] as number) < 0x80) at++;
  return at === bytes.length;
}
