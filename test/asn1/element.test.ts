import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../src/asn1/encode.js';
import { Tag } from '../../src/asn1/tag.js';
import { concat } from '../../src/bytes/concat.js';
import { toHex } from '../../src/bytes/encoding.js';

const hex = (text: string) => new Uint8Array(Buffer.from(text.replace(/ /g, ''), 'hex'));
/** Identifier and length octets of a SEQUENCE of less than 2^24 octets. */
const sequenceHeader = (length: number) => {
  if (length < 0x80) return Uint8Array.of(0x30, length);
  const digits = length.toString(16);
  const octets = hex(digits.length % 2 === 1 ? `0${digits}` : digits);
  return Uint8Array.of(0x30, 0x80 | octets.length, ...octets);
};
const only = (text: string) => Asn1Element.only(hex(text), 'test');

describe('Asn1Element reads', () => {
  test.each([
    ['an empty SEQUENCE', '30 00', Tag.sequence, ''],
    ['a short length', '04 02 aabb', Tag.octetString, 'aabb'],
    ['a long length', '04 81 02 aabb', Tag.octetString, 'aabb'],
    ['a long length with leading zeros', '04 84 00000002 aabb', Tag.octetString, 'aabb'],
    ['a context tag', '80 01 ff', 0x80, 'ff'],
  ])('%s', (_, text, tag, content) => {
    const element = only(text);
    expect([element.tag, toHex(element.content)]).toEqual([tag, content]);
  });

  test('a tag number above 30, apart from every short tag', () => {
    const element = only('bf 8148 00');
    expect(element.constructed).toBe(true);
    expect(element.tag).toBeGreaterThan(0xff);
  });

  test('indefinite lengths inside each other', () => {
    const element = only('30 80 30 80 02 01 05 00 00 04 00 00 00');
    const [inner, empty] = element.children();
    expect(inner?.children()[0]?.smallInteger('number')).toBe(5);
    expect(empty?.content.length).toBe(0);
  });

  test.each([
    ['no more', '30 04 05000500', 2],
    ['further ones', '30 06 050005000400', 3],
  ])('the mandatory fields of a SEQUENCE, and %s', (_, text, count) => {
    expect(only(text).fields(2, 'thing', 'too short')).toHaveLength(count);
  });

  test.each([
    ['primitive', '04 03 010203'],
    ['constructed', '24 07 04 01 01 04 02 0203'],
    ['constructed of constructed, indefinite', '24 80 24 80 04 01 01 00 00 04 02 0203 00 00'],
  ])('an OCTET STRING that is %s', (_, text) => expect(toHex(only(text).octets())).toBe('010203'));

  test.each([
    ['02 01 00', 0n],
    ['02 01 7f', 127n],
    ['02 02 0080', 128n],
    ['02 01 ff', -1n],
    ['02 09 00ffffffffffffffff', 2n ** 64n - 1n],
  ])('the INTEGER %s', (text, value) => expect(only(text).integer('n')).toBe(value));

  test('knows where it stands in the file', () => {
    const child = Asn1Element.only(hex('30 05 02 01 01 02 00'), 'store', { base: 100 }).children()[1];
    expect(child?.offset).toBe(105);
    expect(() => child?.integer('version')).toThrow('store: version: empty INTEGER (at byte 105)');
  });

  test('names a part of the file, and what is in it, in errors', () => {
    const [child] = Asn1Element.only(hex('30 04 30 02 02 00'), 'store', { base: 100 }).children();
    const named = child?.named('key "mail"');
    expect(named).toEqual(expect.objectContaining({ tag: Tag.sequence, offset: 102, size: 4 }));
    expect(() => named?.children()[0]?.integer('version')).toThrow(
      'store, key "mail": version: empty INTEGER (at byte 104)',
    );
    expect(() => child?.integer('version')).toThrow('store: version expected');
  });
});

describe('Asn1Element refuses', () => {
  test.each([
    ['nothing', ''],
    ['a tag alone', '30'],
    ['a length beyond the end', '30 05 00'],
    ['a length of lengths beyond the end', '30 85 01'],
    ['a length that no number holds', `04 88 ${'ff'.repeat(8)}`],
    ['an indefinite length without end', '30 80 02 01 05'],
    ['an indefinite length on a primitive', '04 80 00 00'],
    ['a child that is larger than its parent', '30 03 04 05 00'],
    ['a tag number that is cut off', 'bf 81'],
    ['a tag number beyond 2^31', 'bf 8f ff ff ff ff 7f 00'],
    ['bytes after the end', '30 00 00'],
  ])('%s', (_, text) => {
    expect(() => only(text).children()).toThrow(expect.objectContaining({ code: 'ERR_STORE_MALFORMED' }));
  });

  test.each([
    [
      'definite',
      (depth: number) => {
        // From the inside out, each header with the length of what it contains.
        const headers: Uint8Array[] = [];
        for (let i = 0, length = 0; i < depth; i++) {
          const header = sequenceHeader(length);
          headers.push(header);
          length += header.length;
        }
        return concat(...headers.reverse());
      },
    ],
    ['indefinite', (depth: number) => hex('3080'.repeat(depth) + '0000'.repeat(depth))],
  ])('more than 128 levels, %s', (_, bomb) => {
    const descend = (depth: number) => {
      let element: Asn1Element | undefined = Asn1Element.only(bomb(depth), 'bomb');
      while (element) element = element.children()[0];
    };
    expect(() => descend(128)).not.toThrow();
    expect(() => descend(130)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_(LIMIT_EXCEEDED|STORE_MALFORMED)$/) }),
    );
    expect(() => descend(30_000)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_/) }));
  });

  test('elements of indefinite length that exceed the depth together with the definite ones around them', () => {
    const nested = (indefinite: number) =>
      encodeSequence(encodeSequence(hex('3080'.repeat(indefinite) + '0000'.repeat(indefinite))));
    const innermost = (indefinite: number) =>
      Asn1Element.only(nested(indefinite), 'bomb', { maximumDepth: 4 }).children()[0]?.children()[0];
    expect(innermost(2)?.children()).toHaveLength(1);
    expect(() => innermost(3)).toThrow('bomb: more than 2 elements of indefinite length inside each other (at byte 4)');
  });

  test.each([
    ['a segment of another type', '24 03 02 01 01', (e: Asn1Element) => e.octets()],
    ['an INTEGER beyond 2^53', `02 09 00${'ff'.repeat(8)}`, (e: Asn1Element) => e.smallInteger('n')],
    ['a negative size', '02 01 ff', (e: Asn1Element) => e.smallInteger('n')],
    ['a BIT STRING without its first octet', '03 00', (e: Asn1Element) => e.bitOctets('bits')],
    ['an OBJECT IDENTIFIER cut off', '06 02 2a 86', (e: Asn1Element) => e.oid('type')],
    ['an OBJECT IDENTIFIER with an endless arc', `06 16 2a ${'ff'.repeat(20)} 7f`, (e: Asn1Element) => e.oid('type')],
    ['an OBJECT IDENTIFIER of endless arcs', `06 8181 ${'2a'.repeat(129)}`, (e: Asn1Element) => e.oid('type')],
    ['the wrong tag', '02 01 05', (e: Asn1Element) => e.sequence('thing')],
    ['an explicit tag with two elements', 'a0 04 05 00 05 00', (e: Asn1Element) => e.explicit('thing')],
  ])('%s', (_, text, read) =>
    expect(() => read(only(text))).toThrow(expect.objectContaining({ code: 'ERR_STORE_MALFORMED' })),
  );
});

describe('Asn1Element is not made to occupy a multiple of the file', () => {
  test('by elements of two bytes', () => {
    const many = (count: number) => encodeSequence(new Uint8Array(Buffer.alloc(2 * count, Uint8Array.of(0x30, 0))));
    // The number alone, because Vitest looks at each element of an array that it is given.
    expect(Asn1Element.only(many(2 ** 20), 'test').children().length).toBe(2 ** 20);
    expect(() => Asn1Element.only(many(2 ** 20 + 1), 'test').children()).toThrow(/more than 1048576 elements/);
  });
});

test('an OCTET STRING may come in more segments than a call has room for arguments', () => {
  const segments = new Uint8Array(3 * 200_000);
  for (let i = 0; i < segments.length; i += 3) segments.set([0x04, 1, (i + 2) & 0xff], i);
  const octets = Asn1Element.only(encodeElement(0x24, encodeElement(0x24, segments)), 'test').octets();
  expect(octets).toHaveLength(200_000);
  expect(octets.slice(0, 3)).toEqual(Uint8Array.of(2, 5, 8));
});

describe('what is encoded is read back', () => {
  test.each([
    '0.9.2342.19200300.100.1.1',
    '1.2.840.113549.1.1.1',
    '2.5.29.37.0',
    '2.999.1',
    // The first number is 40 times the first arc plus the second (X.690 8.19.4).
    ...['0.0', '0.39', '1.0', '1.39', '2.0', '2.39', '2.40', '2.47', '2.48'],
    // On both sides of 2^46 and 2^53.
    ...[2n ** 46n - 1n, 2n ** 46n, 2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 60n + 1n].map((arc) => `1.2.${arc}.1`),
    '2.25.329800735698586629295641978511506172918',
    // As long as is allowed: an arc of 20 octets, and 128 octets together.
    `2.${2n ** 140n - 81n}`,
    `1.2${'.3'.repeat(127)}`,
  ])('%s', (oid) => {
    expect(Asn1Element.only(encodeObjectIdentifier(oid), 'test').oid('type')).toBe(oid);
  });

  test.each([0, 1, 127, 128, 255, 256, 65_535, 2 ** 31, 2 ** 53 - 1])('%d', (value) => {
    expect(Asn1Element.only(encodeInteger(value), 'test').smallInteger('n')).toBe(value);
  });

  test.each([0, 1, 127, 128, 255, 256, 70_000])('%d octets', (length) => {
    const octets = new Uint8Array(length).fill(7);
    expect(Asn1Element.only(encodeOctetString(octets), 'test').octets()).toEqual(octets);
  });
});
