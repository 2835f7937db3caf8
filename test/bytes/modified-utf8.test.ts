import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeModifiedUtf8 } from '../../src/bytes/modified-utf8.js';

/** java.io.DataOutputStream.writeUTF, without the length. */
function encode(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 1 && unit < 0x80) bytes.push(unit);
    else if (unit < 0x800) bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
    else bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
  }
  return Uint8Array.from(bytes);
}

describe('decodeModifiedUtf8', () => {
  test('reads back every string Java can write, lone surrogates and NUL included', () => {
    const units = fc.array(fc.nat(0xffff), { maxLength: 40 }).map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(units, (text) => {
        expect(decodeModifiedUtf8(encode(text))).toEqual({ text, form: 'modified-utf8' });
      }),
      { seed: 1 },
    );
  });

  test.each([
    ['four-byte UTF-8, as pyjks writes it', [0xf0, 0x9f, 0x94, 0x91], '🔑', 'utf8'],
    ['ISO 8859-1', [0x6d, 0xfc, 0x6c, 0x6c], 'müll', 'latin1'],
    ['a sequence cut off', [0x61, 0xc3], 'aÃ', 'latin1'],
    ['a bad continuation', [0xe2, 0x82, 0x20], 'â\u0082 ', 'latin1'],
  ])('takes %s as what it is', (_, bytes, text, form) => {
    expect(decodeModifiedUtf8(Uint8Array.from(bytes))).toEqual({ text, form });
  });
});
