import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.js';

const reader = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes), () => 'entry 3 "mail"');

describe('ByteReader', () => {
  test('reads big-endian numbers in turn', () => {
    const r = reader(1, 0, 2, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff);
    expect([r.u8('a'), r.u16('b'), r.i32('c'), r.u32('d'), r.left]).toEqual([1, 2, -2, 0xffffffff, 0]);
  });

  test.each([
    [[0, 0, 0, 0, 0, 0, 0, 1], 1],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -1],
    [[0, 0, 1, 0x9a, 0xcb, 0x28, 0x11, 0x22], 1764344992034],
    [[0x80, 0, 0, 0, 0, 0, 0, 0], -(2 ** 63)],
  ])('reads the long %j', (bytes, value) => expect(reader(...bytes).i64('date')).toBe(value));

  test.each<[string, number[], (r: ByteReader) => unknown, string]>([
    [
      'a number cut short',
      [1, 2, 3],
      (r) => r.i32('count'),
      'entry 3 "mail": count: 4 bytes wanted, 3 left (at byte 0)',
    ],
    [
      'a negative count',
      [0xff, 0xff, 0xff, 0xff],
      (r) => r.count('count'),
      'entry 3 "mail": count: negative (-1) (at byte 0)',
    ],
    [
      'a length beyond the end',
      [0x7f, 0xff, 0xff, 0xff, 1, 2],
      (r) => r.blob('key'),
      'entry 3 "mail": length of key: 2147483647 bytes wanted, 2 left (at byte 0)',
    ],
    [
      'a negative length',
      [0x80, 0, 0, 0],
      (r) => r.blob('key'),
      'entry 3 "mail": length of key: negative (-2147483648) (at byte 0)',
    ],
    [
      'a string cut short',
      [0, 3, 65],
      (r) => r.utf('alias'),
      'entry 3 "mail": alias: 3 bytes wanted, 1 left (at byte 2)',
    ],
  ])('refuses %s', (_, bytes, read, message) => {
    expect(() => read(reader(...bytes))).toThrow(expect.objectContaining({ code: 'ERR_STORE_MALFORMED', message }));
  });

  test.each<[string, number, (r: ByteReader) => unknown]>([
    ['one octet', 1, (r) => r.u8('n')],
    ['two octets', 2, (r) => r.u16('n')],
    ['a number', 4, (r) => r.i32('n')],
    ['a positive number', 4, (r) => r.u32('n')],
    ['a count', 4, (r) => r.count('n')],
    ['a long', 8, (r) => r.i64('n')],
    ['bytes', 5, (r) => r.take(5, 'n')],
  ])('reads %s of exactly the bytes that are left, and not of fewer', (_, length, read) => {
    const whole = reader(...new Array(length).fill(0));
    read(whole);
    expect([whole.offset, whole.left]).toEqual([length, 0]);
    const short = reader(...new Array(length - 1).fill(0));
    expect(() => read(short)).toThrow(`entry 3 "mail": n: ${length} bytes wanted, ${length - 1} left (at byte 0)`);
    expect(short.offset).toBe(0);
  });

  test.each<[string, number[], (r: ByteReader) => unknown, string]>([
    ['a length', [0, 0, 1], (r) => r.blob('key'), 'length of key: 4 bytes wanted, 3 left (at byte 0)'],
    ['a length of a string', [0], (r) => r.utf('alias'), 'length of alias: 2 bytes wanted, 1 left (at byte 0)'],
  ])('names %s that is cut short', (_, bytes, read, message) => {
    expect(() => read(reader(...bytes))).toThrow(`entry 3 "mail": ${message}`);
  });

  test('reads byte arrays and strings that end where the bytes end', () => {
    expect(reader(0, 0, 0, 2, 7, 8).blob('key')).toEqual(Uint8Array.of(7, 8));
    expect(reader(0, 0, 0, 0).blob('key')).toHaveLength(0);
    expect(reader(0, 2, 65, 66).utf('alias')).toEqual({ text: 'AB', form: 'modified-utf8' });
    expect(reader(0, 3, 65, 0xc3, 0xa9).utf('alias')).toEqual({ text: 'Aé', form: 'modified-utf8' });
    expect(reader(0, 2, 65, 0xfc, 1).utf('alias')).toEqual({ text: 'Aü', form: 'latin1' });
    expect(reader(0, 0).utf('alias')).toEqual({ text: '', form: 'modified-utf8' });
    expect(reader(0, 0, 0, 0).count('entries')).toBe(0);
  });

  test('reads a part of a larger buffer, and creates errors at its offset or another', () => {
    const r = new ByteReader(Uint8Array.of(9, 9, 0, 1, 65, 0, 7).subarray(2), () => 'store');
    expect([r.utf('alias').text, r.u16('n'), r.offset]).toEqual(['A', 7, 5]);
    expect([r.malformed('odd').message, r.malformed('odd', 2).message]).toEqual([
      'store: odd (at byte 5)',
      'store: odd (at byte 2)',
    ]);
  });

  test.each<[string, number[], boolean, number]>([
    ['the same string', [0, 2, 65, 66, 7], true, 1],
    ['a string with another letter', [0, 2, 65, 67, 7], false, 5],
    ['a longer string', [0, 3, 65, 66, 67], false, 5],
    ['a string cut short', [0, 2, 65], false, 3],
    ['nothing', [], false, 0],
  ])('skipUtf, given %s', (_, bytes, skipped, left) => {
    const r = reader(...bytes);
    expect([r.skipUtf(Uint8Array.of(65, 66)), r.left]).toEqual([skipped, left]);
  });

  test('gives views, not copies', () => {
    const r = reader(0, 0, 0, 1, 7);
    expect(r.blob('x').buffer).toBe(r.bytes.buffer);
  });
});
