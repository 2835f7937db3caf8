import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeElement } from '../../src/asn1/encode.js';
import { Tag } from '../../src/asn1/tag.js';
import { decodeText } from '../../src/asn1/text.js';
import { decodeTime } from '../../src/asn1/time.js';

const element = (tag: number, content: Uint8Array | string) =>
  Asn1Element.only(encodeElement(tag, typeof content === 'string' ? Buffer.from(content, 'latin1') : content), 'test');

describe('decodeTime', () => {
  test.each([
    [Tag.utcTime, '260101000000Z', '2026-01-01T00:00:00.000Z'],
    [Tag.utcTime, '500101000000Z', '1950-01-01T00:00:00.000Z'],
    [Tag.utcTime, '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [Tag.utcTime, '9912312359Z', '1999-12-31T23:59:00.000Z'],
    [Tag.utcTime, '260101000000+0130', '2025-12-31T22:30:00.000Z'],
    [Tag.generalizedTime, '20560229120000Z', '2056-02-29T12:00:00.000Z'],
    [Tag.generalizedTime, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
    [Tag.generalizedTime, '00010101000000Z', '0001-01-01T00:00:00.000Z'],
    [Tag.generalizedTime, '20260101000000.5-0100', '2026-01-01T01:00:00.000Z'],
    [Tag.generalizedTime, '20260101000000,25Z', '2026-01-01T00:00:00.000Z'],
    [Tag.generalizedTime, '202601010203Z', '2026-01-01T02:03:00.000Z'],
    [Tag.generalizedTime, '20260101020304', '2026-01-01T02:03:04.000Z'],
    [Tag.generalizedTime, '00990228000000Z', '0099-02-28T00:00:00.000Z'],
    [Tag.generalizedTime, '20240229000000Z', '2024-02-29T00:00:00.000Z'],
    // The century of the other reader, for forms that RFC 5280 forbids.
    [Tag.utcTime, '4912312359Z', '2049-12-31T23:59:00.000Z'],
    [Tag.utcTime, '5001010000Z', '1950-01-01T00:00:00.000Z'],
    [Tag.utcTime, '260101000000-0130', '2026-01-01T01:30:00.000Z'],
    [Tag.utcTime, '260101000000+0000', '2026-01-01T00:00:00.000Z'],
  ])('tag %i, %s is %s', (tag, text, iso) => expect(decodeTime(element(tag, text), 'time').toISOString()).toBe(iso));

  test.each([
    [Tag.utcTime, '2601010000', 'not a time'],
    [Tag.utcTime, '260230000000Z', 'no such day'],
    [Tag.utcTime, '261301000000Z', 'no such day'],
    [Tag.utcTime, '260100000000Z', 'no such day'],
    [Tag.utcTime, '20260101000000Z', 'not a time'],
    [Tag.utcTime, '260101000000.5Z', 'not a time'],
    [Tag.utcTime, 'x260101000000Z', 'not a time'],
    [Tag.utcTime, '260101000000Zx', 'not a time'],
    [Tag.generalizedTime, '2026', 'not a time'],
    [Tag.generalizedTime, '20260101000000.Z', 'not a time'],
    [Tag.generalizedTime, '20260230000000Z', 'no such day'],
    [Tag.printableString, '260101000000Z', 'not a time'],
    [Tag.utcTime, '', 'not a time'],
  ])('refuses tag %i, %j', (tag, text, problem) => {
    expect(() => decodeTime(element(tag, text), 'notAfter')).toThrow(
      expect.objectContaining({
        code: 'ERR_STORE_MALFORMED',
        message: `test: notAfter: ${problem} (at byte 0)`,
      }),
    );
  });
});

describe('decodeText', () => {
  test.each<[string, number, Uint8Array, string | undefined]>([
    ['UTF-8', Tag.utf8String, Buffer.from('Zürich'), 'Zürich'],
    ['broken UTF-8', Tag.utf8String, Uint8Array.of(0xc3), undefined],
    ['printable', Tag.printableString, Buffer.from('Example'), 'Example'],
    ['teletex as everyone writes it', Tag.teletexString, Uint8Array.of(0x5a, 0xfc), 'Zü'],
    ['BMP', Tag.bmpString, Uint8Array.of(0x20, 0xac), '€'],
    ['BMP cut off', Tag.bmpString, Uint8Array.of(0x20), undefined],
    ['UTF-32', Tag.universalString, Uint8Array.of(0, 1, 0xf5, 0x11), '🔑'],
    ['UTF-32 beyond Unicode', Tag.universalString, Uint8Array.of(0, 0x11, 0, 0), undefined],
    ['UTF-32 cut off', Tag.universalString, Uint8Array.of(0, 0), undefined],
    ['no string', Tag.integer, Uint8Array.of(1), undefined],
  ])('%s', (_, tag, content, text) => expect(decodeText(element(tag, content))).toBe(text));

  test('a constructed string is not decoded', () =>
    expect(decodeText(element(Tag.utf8String | 0x20, Uint8Array.of(0x0c, 0)))).toBeUndefined());
});
