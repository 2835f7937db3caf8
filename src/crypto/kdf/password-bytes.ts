import { encodeUtf16 } from '../../bytes/utf16.js';

/** The characters of Windows code page 1252 from 0x80 to 0x9F. ISO 8859-1 has control characters there. */
const windows1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** Encodes a password as BMPString (RFC 7292 B.1): UTF-16 in big-endian order, with a NUL character at the end. */
export function bmpPassword(text: string): Uint8Array {
  return encodeUtf16(`${text}\0`);
}

/**
 * Encodes a password as Bouncy Castle does (PBEParametersGenerator.PKCS12PasswordToBytes): as a BMPString, except that an empty password
 * has no NUL character. Java and OpenSSL encode an empty password as the NUL character alone.
 */
export function bouncyCastlePassword(password: string): Uint8Array {
  return password === '' ? new Uint8Array() : bmpPassword(password);
}

/** Encodes octets as a BMPString password: one character for each octet, and a NUL character at the end. */
export function widenedPassword(octets: Uint8Array): Uint8Array {
  const wide = new Uint8Array(octets.length * 2 + 2);
  octets.forEach((octet, i) => {
    wide[2 * i + 1] = octet;
  });
  return wide;
}

/**
 * Encodes a text in Windows code page 1252.
 * @returns undefined if a character is not in the code page, such as most of the control characters from U+0080 to U+009F
 */
export function encodeWindows1252(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) {
      octets[i] = code;
    } else {
      const special = windows1252.indexOf(text.charAt(i));
      if (special < 0) return undefined;
      octets[i] = 0x80 + special;
    }
  }
  return octets;
}

export function decodeWindows1252(octets: Uint8Array): string {
  return charactersOf(octets, (octet) => windows1252.charAt(octet - 0x80) || String.fromCharCode(octet));
}

/** Decodes octets to one character each. `beyondAscii` returns the character of an octet from 0x80 on, by default that of ISO 8859-1. */
export function charactersOf(octets: Uint8Array, beyondAscii: (octet: number) => string = String.fromCharCode): string {
  let text = '';
  for (const octet of octets) text += octet < 0x80 ? String.fromCharCode(octet) : beyondAscii(octet);
  return text;
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
