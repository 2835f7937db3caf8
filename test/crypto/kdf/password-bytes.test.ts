import { expect, test } from 'vitest';
import { toHex } from '../../../src/bytes/encoding.js';
import {
  bmpPassword,
  bouncyCastlePassword,
  charactersOf,
  decodeWindows1252,
  encodeWindows1252,
  isAscii,
  widenedPassword,
} from '../../../src/crypto/kdf/password-bytes.js';

const everyOctet = Uint8Array.from({ length: 256 }, (_, octet) => octet);

/** index-windows-1252.txt of the Encoding Standard, from 0x80 to 0x9f; TextDecoder has a defect in some versions of Node. */
const specials = [
  ...[8364, 129, 8218, 402, 8222, 8230, 8224, 8225, 710, 8240, 352, 8249, 338, 141, 381, 143],
  ...[144, 8216, 8217, 8220, 8221, 8226, 8211, 8212, 732, 8482, 353, 8250, 339, 157, 382, 376],
];

test('Windows-1252 is that of the Encoding Standard, in both directions', () => {
  const text = String.fromCharCode(...[...everyOctet].map((octet) => specials[octet - 0x80] ?? octet));
  expect(decodeWindows1252(everyOctet)).toBe(text);
  expect(encodeWindows1252(text)).toEqual(everyOctet);
});

// At the octets of the control characters, the code page has other characters, such as \u20ac at 0x80.
test.each(['\u0100', 'a\u4e2d', '\ud83d\ude00', '\u0080', 'a\u0085', '\u009f'])('Windows-1252 has no %j', (text) => {
  expect(encodeWindows1252(text)).toBeUndefined();
});

// RFC 7292 B.1, and PBEParametersGenerator.PKCS12PasswordToBytes of Bouncy Castle.
test.each([
  ['ab', '006100620000', '006100620000'],
  ['\u20ac', '20ac0000', '20ac0000'],
  ['', '0000', ''],
])('%j is a BMPString with a NUL character', (text, standard, bouncyCastle) => {
  expect([bmpPassword(text), bouncyCastlePassword(text)].map(toHex)).toEqual([standard, bouncyCastle]);
});

test('octets are widened to characters', () => {
  expect(toHex(widenedPassword(Uint8Array.of(0x61, 0xff)))).toBe('006100ff0000');
  expect(toHex(widenedPassword(new Uint8Array()))).toBe('0000');
});

test('octets from 0x80 on are not ASCII', () => {
  expect(charactersOf(Uint8Array.of(0x7f, 0x80, 0xff))).toBe('\u007f\u0080\u00ff');
  expect(charactersOf(Uint8Array.of(0x41, 0x7f, 0x80, 0xff), () => '?')).toBe('A\u007f??');
  expect(['', 'a\u007f', 'a\u0080', '\u0080a'].map(isAscii)).toEqual([true, true, false, false]);
});
