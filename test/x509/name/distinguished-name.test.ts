import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { Tag } from '../../../src/asn1/tag.js';
import { MalformedError } from '../../../src/errors.js';
import { nameToString, quotedName } from '../../../src/x509/name/distinguished-name.js';
import { ext, generalName, leafOf, name, party } from '../certificate-maker.js';

const show = (der: Uint8Array) => nameToString(Asn1Element.only(der, 'name', { faultClass: MalformedError }));
const set = (...attributes: readonly Uint8Array[]) => encodeElement(Tag.set | 0x20, ...attributes);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('a name in the notation of RFC 4514', () => {
  test.each([
    ['CN', '2.5.4.3'],
    ['SN', '2.5.4.4'],
    ['serialNumber', '2.5.4.5'],
    ['C', '2.5.4.6'],
    ['L', '2.5.4.7'],
    ['ST', '2.5.4.8'],
    ['STREET', '2.5.4.9'],
    ['O', '2.5.4.10'],
    ['OU', '2.5.4.11'],
    ['title', '2.5.4.12'],
    ['businessCategory', '2.5.4.15'],
    ['postalCode', '2.5.4.17'],
    ['GN', '2.5.4.42'],
    ['organizationIdentifier', '2.5.4.97'],
    ['UID', '0.9.2342.19200300.100.1.1'],
    ['DC', '0.9.2342.19200300.100.1.25'],
    ['emailAddress', '1.2.840.113549.1.9.1'],
    ['1.2.3', '1.2.3'],
  ])('has %s for %s', (short, oid) => expect(show(name(`${oid}=a`))).toBe(`${short}=a`));

  test.each([
    ['no parts', '', ''],
    ['the last part first', 'C=DE,O=Example,CN=a', 'CN=a,O=Example,C=DE'],
    ['several attributes in one part, in their order', 'CN=a+OU=b,C=DE', 'C=DE,CN=a+OU=b'],
  ])('has %s', (_, text, expected) => expect(show(name(text))).toBe(expected));

  test.each([
    ['"', '\\"'],
    ['\\', '\\\\'],
    [';', '\\;'],
    ['<>', '\\<\\>'],
    ['#a', '\\#a'],
    ['a#', 'a#'],
    [' a', '\\ a'],
    ['a ', 'a\\ '],
    ['a b', 'a b'],
    ['  ', '\\ \\ '],
    ['ü', 'ü'],
    ['a\nb', 'a\\0ab'],
    ['\u001b[1m', '\\1b[1m'],
    ['a\u202eb', 'a\\e2\\80\\aeb'],
    ['\u202e', '\\e2\\80\\ae'],
    ['a\u2028b', 'a\\e2\\80\\a8b'],
    ['a\u2029b', 'a\\e2\\80\\a9b'],
    ['a\u0000', 'a\\00'],
  ])('escapes: %j', (value, expected) => expect(show(name(`CN=${value}`))).toBe(`CN=${expected}`));

  test.each(['a,b', 'a+b'])('escapes: %s', (value) => {
    const cn = encodeSequence(encodeObjectIdentifier('2.5.4.3'), encodeElement(Tag.utf8String, Buffer.from(value)));
    expect(show(encodeSequence(set(cn)))).toBe(`CN=a\\${value.charAt(1)}b`);
  });

  test('has the bytes of a value that is no text', () => {
    const attribute = encodeSequence(encodeObjectIdentifier('2.5.4.3'), encodeInteger(5));
    expect(show(encodeSequence(set(attribute)))).toBe('CN=#020105');
  });

  const oid = encodeObjectIdentifier('2.5.4.3');
  test.each([
    ['a part that is no SET', encodeSequence(encodeSequence())],
    ['an attribute without a value', encodeSequence(set(encodeSequence(oid)))],
    ['an attribute without a type', encodeSequence(set(encodeSequence()))],
    ['a type that is no OID', encodeSequence(set(encodeSequence(encodeInteger(1), encodeInteger(1))))],
  ])('is its bytes in hexadecimal if it has %s', (_, der) => expect(show(der)).toBe(`#${hex(der)}`));
});

test('a name in a message is quoted, and at most 256 characters long', () => {
  expect(quotedName('CN=a')).toBe('"CN=a"');
  expect(quotedName('x'.repeat(256))).toBe(`"${'x'.repeat(256)}"`);
  expect(quotedName('x'.repeat(257))).toBe(`"${'x'.repeat(255)}…"`);
});

test('alternative names are shown as text', () => {
  const names = [
    generalName.email('a@b.example'),
    generalName.uri('https://b.example'),
    generalName.directory('C=DE,CN=a'),
    generalName.ip(1, 2, 3),
    generalName.other(),
    generalName.ip(0x20, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1),
    generalName.ip(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0x10),
    generalName.ip(...new Array(15).fill(0), 1),
    generalName.ip(0, 1, ...new Array(14).fill(0)),
    generalName.ip(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3),
  ];
  const { subjectAltNames } = leafOf(party('CA'), { extensions: [ext.subjectAltName(...names)] });
  const [, , , , other] = subjectAltNames;
  expect(subjectAltNames.map(({ type, value }) => [type, value])).toEqual([
    ['email', 'a@b.example'],
    ['uri', 'https://b.example'],
    ['directory', 'CN=a,C=DE'],
    ['ip', '010203'],
    ['other', other?.value],
    // RFC 5952 4.2.3: the longest run, and the first of two runs of one length.
    ['ip', '2001:0:1::1:0:1'],
    // RFC 5952 4.2.2: a single group of zeros is not shortened.
    ['ip', '2001:db8:0:1:1:1:1:10'],
    ['ip', '::1'],
    ['ip', '1::'],
    ['ip', '0:0:1::2:3'],
  ]);
  expect(other?.value).toMatch(/^[0-9a-f]+$/);
});
