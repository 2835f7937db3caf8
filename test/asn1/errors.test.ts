import { describe, expect, test } from 'vitest';
import { readAlgorithmIdentifier } from '../../src/asn1/algorithm-identifier.js';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeElement, encodeSequence } from '../../src/asn1/encode.js';
import { Tag } from '../../src/asn1/tag.js';
import { decodeText } from '../../src/asn1/text.js';
import { contentAt, endAt } from '../../src/asn1/usual-der-bounds.js';
import { toHex } from '../../src/bytes/encoding.js';
import { LimitExceededError, MalformedError, StoreMalformedError } from '../../src/errors.js';

const hex = (text: string) => new Uint8Array(Buffer.from(text.replace(/ /g, ''), 'hex'));
const only = (text: string, options?: Parameters<typeof Asn1Element.only>[2]) =>
  Asn1Element.only(hex(text), 'store', options);

describe('a malformed element is named with its path, its fault and its place', () => {
  test.each([
    ['nothing', '', 'element expected, nothing left', 0],
    ['a tag alone', '30', 'length cut off', 0],
    ['a long tag alone', '1f', 'tag cut off', 0],
    ['a long tag cut off', 'bf 81', 'tag cut off', 0],
    ['a long tag without a length', 'bf 81 01', 'length cut off', 0],
    ['a tag number of 2^31', 'bf 88 80 80 80 00 00', 'tag number too large', 0],
    ['a length cut off', '30 82 01', 'length cut off', 0],
    ['a content cut off', '04 05 00', 'length: 5 bytes wanted, 1 left', 0],
    ['a long content cut off', '04 82 0100 00', 'length: 256 bytes wanted, 1 left', 0],
    ['an indefinite length on a primitive', '04 80 00 00', 'indefinite length on a primitive element', 0],
    ['an indefinite length without an end', '30 80', 'end of indefinite length missing', 0],
    ['half an end', '30 80 00', 'end of indefinite length missing', 0],
    ['an inner element cut off', '30 80 04 05 00 00', 'length: 5 bytes wanted, 2 left', 0],
    ['an inner tag alone', '30 80 05 00 04', 'end of indefinite length missing', 0],
    ['an inner length cut off', '30 80 1f 81', 'length cut off', 0],
    ['bytes behind it', '05 00 00 00', '2 bytes after the end', 2],
    ['a child cut off', '30 04 05 00 04 05', 'length: 5 bytes wanted, 0 left', 4],
  ])('%s', (_, text, fault, at) => {
    const message = `store: ${fault} (at byte ${100 + at})`;
    const read = () => only(text, { base: 100 }).children();
    expect(read).toThrow(StoreMalformedError);
    expect(read).toThrow(expect.objectContaining({ message, path: 'store', offset: 100 + at }));
  });

  test.each<[string, string, (element: Asn1Element) => unknown, string]>([
    ['another tag', '02 01 05', (e) => e.sequence('thing'), 'thing expected, tag integer found'],
    ['another tag, by its number', '82 01 05', (e) => e.set('thing'), 'thing expected, tag [2] found'],
    ['a tag without a name', '0d 01 05', (e) => e.set('thing'), 'thing expected, tag 0xd found'],
    ['a tag of another class', '5f 1f 00', (e) => e.set('thing'), 'thing expected, tag 0x2040 found'],
    ['a private tag', 'c0 00', (e) => e.set('thing'), 'thing expected, tag 0xc0 found'],
    ['an application tag', '5e 00', (e) => e.set('thing'), 'thing expected, tag 0x5e found'],
    ['the largest short tag', '9e 00', (e) => e.set('thing'), 'thing expected, tag [30] found'],
    ['a primitive SEQUENCE', '10 00', (e) => e.sequence('thing'), 'thing expected, tag sequence found'],
    ['a primitive explicit tag', '80 00', (e) => e.explicit('thing'), 'thing expected, tag [0] found'],
    ['children of a primitive', '04 00', (e) => e.children(), 'constructed element expected, tag octetString found'],
    ['an explicit tag with nothing', 'a0 00', (e) => e.explicit('thing'), 'thing: one element expected'],
    ['an explicit tag with two', 'a0 04 05000500', (e) => e.explicit('thing'), 'thing: one element expected'],
    ['a SEQUENCE without its second field', '30 02 0500', (e) => e.fields(2, 'thing', 'too short'), 'thing: too short'],
    ['fields of another tag', '31 02 0500', (e) => e.fields(2, 'thing', 'too short'), 'thing expected, tag set found'],
    ['an empty INTEGER', '02 00', (e) => e.integer('n'), 'n: empty INTEGER'],
    ['an empty small INTEGER', '02 00', (e) => e.smallInteger('n'), 'n: empty INTEGER'],
    ['a negative number', '02 01 ff', (e) => e.smallInteger('n'), 'n: negative'],
    ['-2^63', '02 08 8000000000000000', (e) => e.smallInteger('n'), 'n: negative'],
    ['2^63 - 1', '02 08 7fffffffffffffff', (e) => e.smallInteger('n'), 'n: INTEGER of 8 bytes is too large'],
    ['2^53', '02 07 20000000000000', (e) => e.smallInteger('n'), 'n: INTEGER of 7 bytes is too large'],
    ['nine octets', `02 09 00${'00'.repeat(8)}`, (e) => e.smallInteger('n'), 'n: INTEGER of 9 bytes is too large'],
    ['an empty BIT STRING', '03 00', (e) => e.bitOctets('bits'), 'bits: bad BIT STRING'],
    ['a constructed BIT STRING', '23 03 030100', (e) => e.bitOctets('bits'), 'bits: bad BIT STRING'],
    ['an empty OID', '06 00', (e) => e.oid('type'), 'type: bad OBJECT IDENTIFIER'],
    ['an OID cut off', '06 02 2a86', (e) => e.oid('type'), 'type: bad OBJECT IDENTIFIER'],
    ['an arc of 21 octets', `06 16 2a ${'ff'.repeat(20)} 7f`, (e) => e.oid('type'), 'type: bad OBJECT IDENTIFIER'],
    ['129 octets', `06 8181 ${'2a'.repeat(129)}`, (e) => e.oid('type'), 'type: bad OBJECT IDENTIFIER'],
    [
      'a segment of another type',
      '24 03 020101',
      (e) => e.octets(),
      'segment of an OCTET STRING expected, tag integer found',
    ],
    ['an algorithm without an OID', '30 00', (e) => readAlgorithmIdentifier(e, 'cipher'), 'cipher: empty'],
    [
      'an algorithm of a number',
      '30 03 020101',
      (e) => readAlgorithmIdentifier(e, 'cipher'),
      'cipher expected, tag integer found',
    ],
  ])('%s', (_, text, read, fault) =>
    expect(() => read(only(text))).toThrow(
      new RegExp(`^store: ${fault.replace(/[[\]^]/g, '\\$&')} \\(at byte \\d+\\)$`),
    ),
  );

  test('with the class of error that fits the input', () => {
    expect(() => only('', { faultClass: MalformedError })).toThrow(MalformedError);
    const [child] = only('30 02 02 00', { faultClass: MalformedError }).children();
    expect(() => child?.integer('n')).toThrow(MalformedError);
  });
});

describe('the depth is limited', () => {
  const nested = (levels: number) => {
    let der = encodeSequence();
    for (let i = 1; i < levels; i++) der = encodeSequence(der);
    return der;
  };
  const descend = (bytes: Uint8Array, maximumDepth: number) => {
    let element: Asn1Element | undefined = Asn1Element.only(bytes, 'store', { maximumDepth });
    while (element !== undefined) [element] = element.children();
  };

  test.each([1, 5, 128])('to %i levels inside the first', (depth) => {
    expect(() => descend(nested(depth + 1), depth)).not.toThrow();
    expect(() => descend(nested(depth + 2), depth)).toThrow(LimitExceededError);
    expect(() => descend(nested(depth + 2), depth)).toThrow(
      expect.objectContaining({ limit: 'asn1Depth', found: depth + 1, maximum: depth }),
    );
  });

  test('for indefinite lengths too', () => {
    const bomb = (levels: number) => hex(`${'3080'.repeat(levels)}${'0000'.repeat(levels)}`);
    expect(() => descend(bomb(5), 5)).not.toThrow();
    for (const levels of [6, 7])
      expect(() => descend(bomb(levels), 5)).toThrow('more than 5 elements of indefinite length inside each other');
    // Elements beside each other do not count.
    expect(() => descend(hex(`3080${'30800000'.repeat(10)}0000`), 2)).not.toThrow();
  });

  test('by default to 128', () => {
    const inner = () => {
      let element: Asn1Element | undefined = Asn1Element.only(nested(130), 'store');
      while (element !== undefined) [element] = element.children();
    };
    expect(inner).toThrow(expect.objectContaining({ found: 129, maximum: 128 }));
  });
});

test.each([
  ['the largest tag number', 'bf 87ffffff7f 00', (2 ** 31 - 1 + 1) * 256 + 0x80],
  ['the smallest long tag', '1f 1f 00', 32 * 256],
])('%s is read', (_, text, tag) => expect(only(text).tag).toBe(tag));

test.each([
  ['2^53 - 1', '02 07 1fffffffffffff', 2 ** 53 - 1],
  ['2^53 - 1 with a leading zero', '02 08 001fffffffffffff', 2 ** 53 - 1],
  ['0', '02 01 00', 0],
])('%s is a small number', (_, text, value) => expect(only(text).smallInteger('n')).toBe(value));

test('the bits of a BIT STRING follow the count of unused ones', () => {
  expect(toHex(only('03 03 07 aabb').bitOctets('bits'))).toBe('aabb');
  expect(only('03 01 00').bitOctets('bits')).toHaveLength(0);
});

test('the one element in an explicit tag', () => expect(only('a0 02 05 00').explicit('thing').tag).toBe(Tag.null));

test('parameters of an algorithm are optional', () => {
  expect(readAlgorithmIdentifier(only('30 04 06 02 2a 03'), 'cipher')).toEqual({ oid: '1.2.3' });
  const { parameters } = readAlgorithmIdentifier(only('30 06 06 02 2a 03 05 00'), 'cipher');
  expect(parameters?.tag).toBe(Tag.null);
});

describe('texts', () => {
  test.each<[string, number, string, string | undefined]>([
    ['UTF8String', Tag.utf8String, '41c3a9', 'Aé'],
    ['UTF8String that is none', Tag.utf8String, 'ff', undefined],
    ['BMPString', Tag.bmpString, '004100e9', 'Aé'],
    ['BMPString of three octets', Tag.bmpString, '004100', undefined],
    ['UniversalString', Tag.universalString, '000000410001f511', 'A🔑'],
    ['UniversalString of five octets', Tag.universalString, '0000004100', undefined],
    ['UniversalString beyond Unicode', Tag.universalString, '00110000', undefined],
    ['the last character of Unicode', Tag.universalString, '0010ffff', '\u{10ffff}'],
    ['PrintableString', Tag.printableString, '41e9', 'Aé'],
    ['IA5String', Tag.ia5String, '41', 'A'],
    ['VisibleString', Tag.visibleString, '41', 'A'],
    ['NumericString', Tag.numericString, '34', '4'],
    ['TeletexString', Tag.teletexString, 'e9', 'é'],
    ['INTEGER', Tag.integer, '41', undefined],
    ['constructed', Tag.utf8String | 0x20, '0c0141', undefined],
  ])('%s', (_, tag, content, expected) => {
    expect(decodeText(Asn1Element.only(encodeElement(tag, hex(content)), 'text'))).toBe(expected);
  });
});

describe('the bounds of an element are found without an object', () => {
  test.each([
    ['a short length', '04 02 aabb', 2, 4],
    ['no content', '05 00', 2, 2],
    ['one octet of length', `04 81 80 ${'00'.repeat(128)}`, 3, 131],
    ['two octets of length', `04 82 0100 ${'00'.repeat(256)}`, 4, 260],
  ])('with %s', (_, text, content, end) => {
    const bytes = hex(text);
    expect([contentAt(bytes, 0), endAt(bytes, 0, bytes.length)]).toEqual([content, end]);
    expect(endAt(bytes, 0, bytes.length - 1)).toBe(-1);
    const later = hex(`0000${text}`);
    expect([contentAt(later, 2), endAt(later, 2, later.length)]).toEqual([content + 2, end + 2]);
  });

  test.each([
    ['an indefinite length', '30 80 0000'],
    ['three octets of length', '04 83 000001 00'],
    ['a long tag', '1f 1f 00'],
    ['a length cut off', '04'],
    ['nothing', ''],
  ])('but not with %s', (_, text) => expect(endAt(hex(text), 0, hex(text).length)).toBe(-1));
});

test('a long tag equals no short one', () => {
  const tags = ['1f 00 00', '1f 1e 00', '9f 00 00', '1f 8100 00', 'df 1f 00'].map((text) => only(text).tag);
  expect(tags.every((tag) => tag > 0xff)).toBe(true);
  expect(new Set(tags).size).toBe(tags.length);
});

test('views are of the same bytes', () => {
  const element = only('30 03 02 01 05');
  const [child] = element.children();
  expect([toHex(element.raw), toHex(element.content), toHex(child?.raw ?? element.raw)]).toEqual([
    '3003020105',
    '020105',
    '020105',
  ]);
  expect([element.size, element.contentOffset, child?.size, child?.offset, child?.contentOffset]).toEqual([
    5, 2, 3, 2, 4,
  ]);
});
