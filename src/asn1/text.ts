import { toLatin1 } from '../bytes/encoding.js';
import { decodeUtf8 } from '../bytes/utf8.js';
import { decodeUtf16 } from '../bytes/utf16.js';
import type { Asn1Element } from './element.js';
import { Tag } from './tag.js';

/**
 * Returns the text of a string element.
 * @returns undefined if the element is constructed, malformed, or not of one of the string types below
 */
export function decodeText(element: Asn1Element): string | undefined {
  const bytes = element.constructed ? undefined : element.content;
  if (bytes === undefined) return undefined;
  switch (element.tag) {
    case Tag.utf8String:
      return decodeUtf8(bytes);
    case Tag.bmpString:
      return bytes.length % 2 === 0 ? decodeUtf16(bytes) : undefined;
    case Tag.universalString:
      return decodeUtf32(bytes);
    case Tag.printableString:
    case Tag.ia5String:
    case Tag.visibleString:
    case Tag.numericString:
    // In practice a TeletexString holds ISO 8859-1, not T.61.
    case Tag.teletexString:
      return toLatin1(bytes);
    default:
      return undefined;
  }
}

function decodeUtf32(bytes: Uint8Array): string | undefined {
  if (bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let text = '';
  for (let i = 0; i < bytes.length; i += 4) {
    const point = view.getUint32(i);
    if (point > 0x10ffff) return undefined;
    text += String.fromCodePoint(point);
  }
  return text;
}
