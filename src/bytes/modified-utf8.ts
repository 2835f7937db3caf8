import { toLatin1 } from './encoding.js';
import { decodeUtf8 } from './utf8.js';

/** Encoding of a string. Java writes modified UTF-8; some other programs write UTF-8 or ISO 8859-1. */
export type TextForm = 'modified-utf8' | 'utf8' | 'latin1';

/**
 * Decodes a string that `java.io.DataOutput` wrote: each UTF-16 code unit takes one to three bytes, and U+0000 is C0 80.
 * If the bytes are malformed, all of them are decoded as UTF-8, which pyjks writes, or else as ISO 8859-1. One malformed alias thus does not
 * make the keystore unreadable.
 */
export function decodeModifiedUtf8(bytes: Uint8Array): { text: string; form: TextForm } {
  const text = decodeStrictly(bytes);
  if (text !== undefined) return { text, form: 'modified-utf8' };
  const utf8 = decodeUtf8(bytes);
  if (utf8 !== undefined) return { text: utf8, form: 'utf8' };
  return { text: toLatin1(bytes), form: 'latin1' };
}

/**
 * Decodes exactly what DataInputStream.readUTF accepts.
 * @returns undefined where Java throws UTFDataFormatException
 */
function decodeStrictly(bytes: Uint8Array): string | undefined {
  let ascii = 0;
  while (ascii < bytes.length && (bytes[ascii] as number) < 0x80) ascii++;
  let text = toLatin1(bytes.subarray(0, ascii));
  for (let i = ascii; i < bytes.length; ) {
    const first = bytes[i] as number;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      i += 1;
    } else if (first >> 5 === 0b110) {
      const second = bytes[i + 1];
      if (second === undefined || second >> 6 !== 0b10) return undefined;
      text += String.fromCharCode(((first & 0x1f) << 6) | (second & 0x3f));
      i += 2;
    } else if (first >> 4 === 0b1110) {
      const second = bytes[i + 1];
      const third = bytes[i + 2];
      if (second === undefined || third === undefined || second >> 6 !== 0b10 || third >> 6 !== 0b10) return undefined;
      text += String.fromCharCode(((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f));
      i += 3;
    } else {
      return undefined;
    }
  }
  return text;
}
