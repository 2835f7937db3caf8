import { describe, expect, test } from 'vitest';
import * as node from '../../src/bytes/encoding.js';
import * as web from '../../src/bytes/encoding-web.js';

const everyOctet = Uint8Array.from({ length: 256 }, (_, octet) => octet);
const many = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7) % 256);

// The same in Node and in browsers.
describe.each<[string, typeof node]>([
  ['encoding', node],
  ['encoding-web', web],
])('%s', (_, encoding) => {
  test('ISO 8859-1', () => {
    const text = String.fromCharCode(...everyOctet);
    expect(encoding.toLatin1(everyOctet)).toBe(text);
    expect(encoding.bytesFromLatin1(text)).toEqual(everyOctet);
    expect(encoding.latin1Reader(everyOctet.subarray(1))(64, 68)).toBe('ABCD');
    expect(encoding.bytesFromLatin1(encoding.toLatin1(many))).toEqual(many);
  });

  test('UTF-8', () => {
    expect([...encoding.bytesFromUtf8('é\ud800')]).toEqual([0xc3, 0xa9, 0xef, 0xbf, 0xbd]);
  });

  test('hexadecimal, in its own range only', () => {
    expect(encoding.toHex(Uint8Array.of(9, 0, 171, 9).subarray(1, 3))).toBe('00ab');
    expect(encoding.bytesFromHex(encoding.toHex(everyOctet).toUpperCase())).toEqual(everyOctet);
    expect([...encoding.bytesFromHex('0a1g22')]).toEqual([10]);
    expect([...encoding.bytesFromHex('0a1')]).toEqual([10]);
  });

  test.each([
    ['AAECAwQ=', [0, 1, 2, 3, 4]],
    ['AAECAwQ', [0, 1, 2, 3, 4]],
    ['AA\r\nEC AwQ=', [0, 1, 2, 3, 4]],
    ['-_-_', [0xfb, 0xff, 0xbf]],
    ['+/+/', [0xfb, 0xff, 0xbf]],
    ['AAECA', [0, 1, 2]],
    ['AAE=AwQ=', [0, 1]],
    ['', []],
  ])('base64 %j', (text, octets) => expect([...encoding.bytesFromBase64(text)]).toEqual(octets));

  test('base64 of many bytes', () => {
    expect(encoding.bytesFromBase64(Buffer.from(many).toString('base64'))).toEqual(many);
  });

  test('comparison', () => {
    expect(encoding.isSame(many, many.slice())).toBe(true);
    expect(
      encoding.isSame(
        many,
        many.map((octet, at) => (at === 99_999 ? octet ^ 1 : octet)),
      ),
    ).toBe(false);
  });
});
