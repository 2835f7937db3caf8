import { describe, expect, test } from 'vitest';
import { unwrapText } from '../../../src/keystore/detect/unwrap-text.js';

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const little = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'));
const big = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le').swap16());

const wanted = Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 1);
const text = '/u3+7QAB';
const pem = `-----BEGIN X-----\n${text}\n-----END X-----`;
const finds = (bytes: Uint8Array) => {
  const isWanted = (content: Uint8Array) => Buffer.from(content).equals(wanted);
  const found = unwrapText(bytes, isWanted);
  return found !== undefined && isWanted(found);
};

describe('the content is found in', () => {
  test.each([
    ['base64', text],
    ['base64url', '_u3-7QAB'],
    ['base64 with white space', `\t\n\v\f\r /u3+\t\n\v\f\r 7QAB\t\n\v\f\r `],
    ['text after a byte order mark', `\xef\xbb\xbf${text}`],
    ['text after a byte order mark and a line end', `\xef\xbb\xbf\n${text}`],
    ['PEM', pem],
    ['PEM below text', `text\n${pem}`],
    ['PEM that begins at character 4,085', `${'x'.repeat(4_083)}\n\n${pem}`],
    ['PEM after a name', `a: ${pem}`],
    ['double quotation marks', `"${text}"`],
    ['single quotation marks', `'${text}'`],
    ['quotation marks with escapes', `"\\/u3+\\n7Q\\rA\\tB"`],
    ['quotation marks in others', `'"${text}"'`],
    ['quotation marks between white space', ` \n"${text}"\r\n `],
    ['PEM in a JSON string', JSON.stringify(pem)],
    ['a data: URL', `data:;base64,${text}`],
    ['a data: URL with 150 characters', `data:${'x'.repeat(150)};base64,${text}`],
    ['a data: URL in capitals', `DATA:X;BASE64,${text}`],
    ['a value', `a=${text}`],
    ['a value with a name of 100 characters', `${'a-b._'.repeat(20)}=${text}`],
    ['an exported value', `export A=${text}`],
    ['a value of YAML', `a: ${text}`],
    ['a value of YAML on the next line', `a:\n  ${text}`],
    ['a value of YAML after 30 spaces', `a:${' '.repeat(30)}${text}`],
    ...['|', '>', '|-', '>-', '|+', '>+'].map((mark) => [`a block of YAML after ${mark}`, `a:  ${mark}\n  ${text}`]),
    ['four of them', `export A="data:;base64,${Buffer.from(text).toString('base64')}"`],
  ])('%s', (_, wrapped) => expect(finds(latin1(wrapped))).toBe(true));

  test.each([
    ['UTF-16', little(text)],
    ['UTF-16 with a byte order mark', little(`\ufeff${text}`)],
    ['big-endian UTF-16', big(text)],
    ['big-endian UTF-16 with a byte order mark', big(`\ufeff${text}`)],
  ])('%s', (_, wrapped) => expect(finds(wrapped)).toBe(true));
});

describe('the content is not found in', () => {
  test.each([
    ['base64 with another character', `${text}!`],
    ['base64 after padding', `+A==${text}`],
    ['PEM that begins at character 4,087', `${'x'.repeat(4_085)}\n\n${pem}`],
    ['PEM that is cut off', pem.slice(0, -1)],
    ['PEM without a label', `-----BEGIN \n${text}\n-----END -----`],
    ...['X\xbb\xbf', '\xefX\xbf', '\xef\xbbX'].map((mark) => [
      'text after a part of a byte order mark',
      `${mark}${text}`,
    ]),
    ['different quotation marks', `"${text}'`],
    ['an opening quotation mark', `"${text}`],
    ['a closing quotation mark', `${text}"`],
    ['a data: URL after another character', `/data:;base64,${text}`],
    ['a data: URL with 151 characters', `data:${'x'.repeat(151)};base64,${text}`],
    ['a data: URL with a comma', `data:a,b;base64,${text}`],
    ['a data: URL with a space', `data:a b;base64,${text}`],
    ['a value after another character', `/a=${text}`],
    ['a value with a name of 101 characters', `${'a'.repeat(101)}=${text}`],
    ['a value without a name', `=${text}`],
    ['a value of YAML after another character', `/a:  ${text}`],
    ['a value of YAML without a space', `a:${text}`],
    ['a block of YAML after 21 spaces', `a:${' '.repeat(21)}|\n${text}`],
    ['five of them', `export A="data:;base64,${Buffer.from(`'${text}'`).toString('base64')}"`],
  ])('%s', (_, wrapped) => expect(finds(latin1(wrapped))).toBe(false));

  test.each([
    ['UTF-16 of an odd length', Uint8Array.of(...little(text), 0x20)],
    ['UTF-16 with a character that is not ASCII', little(`${text}\u0100`)],
    ['UTF-16 with a byte order mark inside', little(`/u3+\ufeff7QAB`)],
    ['text that is not UTF-16 from its second character on', latin1(`A\0${text}`)],
    ['text that is not big-endian UTF-16 from its second character on', latin1(`\0A${text}`)],
  ])('%s', (_, wrapped) => expect(finds(wrapped)).toBe(false));
});

describe('without the content', () => {
  const never = () => false;
  const unwrap = (bytes: Uint8Array) => unwrapText(bytes, never);

  test.each(['', '""', '"', "'", '!', ' \n ', 'text!'])('%j has no encoding to remove', (given) => {
    expect(unwrap(latin1(given))).toBeUndefined();
  });

  test('whatever is inside the last encoding is returned', () => {
    expect(unwrap(latin1('"!"'))).toEqual(latin1('!'));
    expect(unwrap(latin1(Buffer.from('""').toString('base64')))).toEqual(latin1('""'));
  });

  test('equal characters at both ends of base64 are not quotation marks', () => {
    expect(unwrap(latin1('ABCA'))).toEqual(Uint8Array.of(0, 0x10, 0x80));
  });

  test.each([
    ['NULs', new Uint8Array(8)],
    ['one NUL', new Uint8Array(1)],
    ['a JKS that is cut off', Uint8Array.of(0xfe, 0xed)],
    ['a byte order mark of UTF-16 before other bytes', Uint8Array.of(0xff, 0xfe, 0xff, 0xff)],
  ])('%s are not UTF-16', (_, bytes) => expect(unwrap(bytes)).toBeUndefined());

  test('bytes that are wanted are left as they are', () => {
    expect(unwrapText(latin1(text), () => true)).toBeUndefined();
  });

  test('only characters of base64 and white space are base64', () => {
    const accepted = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter(
      (character) => unwrap(latin1(`+AA${character}`)) !== undefined,
    );
    const spaces = '\t\n\v\f\r ';
    const alphabet = '+-/0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
    expect(accepted.join('')).toBe(spaces + alphabet);
  });
});
