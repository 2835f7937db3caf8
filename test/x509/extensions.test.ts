import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../src/asn1/encode.js';
import { MalformedError } from '../../src/errors.js';
import { Extensions } from '../../src/x509/extensions.js';
import { ext, extension, generalName, name } from './certificate-maker.js';

const read = (...extensions: readonly Uint8Array[]) =>
  new Extensions(Asn1Element.only(encodeSequence(...extensions), 'extensions', { faultClass: MalformedError }));
const nothing = encodeElement(5);
const [yes, no] = [encodeElement(1, Uint8Array.of(0xff)), encodeElement(1, Uint8Array.of(0))];
const text = (value: string) => new TextEncoder().encode(value);

test('a certificate without extensions has none', () => {
  const none = new Extensions(undefined);
  expect([none.unknownCritical, none.caIssuers, none.subjectAltNameKey]).toEqual([[], [], '']);
  expect([
    none.basicConstraints,
    none.keyUsage,
    none.extendedKeyUsage,
    none.subjectAltName,
    none.nameConstraints,
    none.subjectKeyIdentifier,
    none.authorityKeyIdentifier,
  ]).toEqual(new Array(7).fill(undefined));
});

describe('critical extensions', () => {
  test.each([
    ['subjectKeyIdentifier', '2.5.29.14'],
    ['keyUsage', '2.5.29.15'],
    ['subjectAltName', '2.5.29.17'],
    ['issuerAltName', '2.5.29.18'],
    ['basicConstraints', '2.5.29.19'],
    ['nameConstraints', '2.5.29.30'],
    ['cRLDistributionPoints', '2.5.29.31'],
    ['certificatePolicies', '2.5.29.32'],
    ['policyMappings', '2.5.29.33'],
    ['authorityKeyIdentifier', '2.5.29.35'],
    ['policyConstraints', '2.5.29.36'],
    ['extKeyUsage', '2.5.29.37'],
    ['freshestCRL', '2.5.29.46'],
    ['inhibitAnyPolicy', '2.5.29.54'],
    ['Netscape certificate type', '2.16.840.1.113730.1.1'],
    ['OCSP no-check', '1.3.6.1.5.5.7.48.1.5'],
  ])('%s is understood', (_, oid) => expect(read(extension(oid, nothing, true)).unknownCritical).toEqual([]));

  test.each([
    ['authorityInfoAccess, which RFC 5280 4.2.2.1 forbids to be critical', '1.3.6.1.5.5.7.1.1'],
    ['an OID beside a known one', '2.5.29.34'],
  ])('%s is unknown', (_, oid) => expect(read(extension(oid, nothing, true)).unknownCritical).toEqual([oid]));

  test('are those that say so; FALSE, which is the default, may be written', () => {
    const [a, b, c] = ['1.2.3', '1.2.4', '1.2.5'].map(encodeObjectIdentifier) as [Uint8Array, Uint8Array, Uint8Array];
    const value = encodeOctetString(nothing);
    const { unknownCritical } = read(
      encodeSequence(a, value),
      encodeSequence(b, no, value),
      encodeSequence(c, yes, value),
      // TRUE in BER.
      encodeSequence(encodeObjectIdentifier('1.2.6'), encodeElement(1, Uint8Array.of(1)), value),
    );
    expect(unknownCritical).toEqual(['1.2.5', '1.2.6']);
  });
});

describe('malformed extensions', () => {
  const oid = encodeObjectIdentifier('1.2.3');
  test.each([
    ['no list', [encodeElement(0x31)], 'extension expected'],
    ['no parts', [encodeSequence()], 'extension: two or three parts expected'],
    ['no value', [encodeSequence(oid)], 'extension: two or three parts expected'],
    ['no OID', [encodeSequence(encodeInteger(1), encodeOctetString(nothing))], 'extension expected, tag integer found'],
    ['a value of another type', [encodeSequence(oid, nothing)], 'extension value expected, tag null found'],
    ['critical of another type', [encodeSequence(oid, nothing, encodeOctetString(nothing))], 'critical expected'],
    ['one twice', [extension('1.2.3', nothing), extension('1.2.3', nothing, true)], 'extension 1.2.3: occurs twice'],
  ])('%s', (_, extensions, message) => {
    expect(() => read(...extensions)).toThrow(MalformedError);
    expect(() => read(...extensions)).toThrow(message);
  });

  test('say where in the file the error is', () => {
    const bad = extension('2.5.29.19', encodeSequence(encodeInteger(1), encodeInteger(1)).subarray(0, 5));
    const list = encodeSequence(bad);
    const at = list.length - 5;
    const extensions = new Extensions(Asn1Element.only(list, 'x', { base: 100, faultClass: MalformedError }));
    expect(() => extensions.basicConstraints).toThrow(
      expect.objectContaining({ path: 'basicConstraints', offset: 100 + at }),
    );
  });
});

const getters = {
  '2.5.29.14': 'subjectKeyIdentifier',
  '2.5.29.15': 'keyUsage',
  '2.5.29.17': 'subjectAltName',
  '2.5.29.19': 'basicConstraints',
  '2.5.29.30': 'nameConstraints',
  '2.5.29.35': 'authorityKeyIdentifier',
  '2.5.29.37': 'extKeyUsage',
  '1.3.6.1.5.5.7.1.1': 'authorityInfoAccess',
} as const;

test.each(Object.entries(getters))('an extension %s of another type is named %s', (oid, shown) => {
  const extensions = read(extension(oid, nothing));
  const getter = shown === 'extKeyUsage' ? 'extendedKeyUsage' : shown === 'authorityInfoAccess' ? 'caIssuers' : shown;
  expect(() => extensions[getter]).toThrow(
    expect.objectContaining({
      path: shown,
      message: expect.stringContaining(`${shown}: ${shown} expected, tag null found`),
    }),
  );
});

describe('basicConstraints', () => {
  test.each([
    ['nothing', [], { ca: false }],
    ['a CA', [yes], { ca: true }],
    ['a CA, in BER', [encodeElement(1, Uint8Array.of(1))], { ca: true }],
    ['no CA, spelt out', [no], { ca: false }],
    ['a CA with a path length', [yes, encodeInteger(3)], { ca: true, pathLength: 3 }],
    ['a CA with a path length of 0', [yes, encodeInteger(0)], { ca: true, pathLength: 0 }],
    ['a path length without a CA', [encodeInteger(2)], { ca: false, pathLength: 2 }],
    ['a path length after FALSE', [no, encodeInteger(2)], { ca: false, pathLength: 2 }],
  ])('%s', (_, parts, expected) => {
    expect(read(extension('2.5.29.19', encodeSequence(...parts))).basicConstraints).toEqual(expected);
  });

  test.each([
    [
      'a negative path length',
      encodeSequence(yes, encodeElement(2, Uint8Array.of(0xff))),
      'pathLenConstraint: negative',
    ],
    ['a path length of another type', encodeSequence(yes, nothing), 'pathLenConstraint expected'],
    ['a SET', encodeElement(0x31, yes), 'basicConstraints expected'],
    ['something behind it', new Uint8Array([0x30, 0, 5, 0]), 'basicConstraints: 2 bytes after the end'],
  ])('not %s', (_, value, message) => {
    expect(() => read(extension('2.5.29.19', value)).basicConstraints).toThrow(message);
  });
});

test.each([
  ['one octet', [0x06], 0x06],
  ['two octets, of which the second is decipherOnly', [0x08, 0x80], 0x08],
  ['no bits', [], 0],
])('keyUsage of %s', (_, octets, expected) => {
  const bits = encodeElement(3, Uint8Array.of(0, ...octets));
  expect(read(extension('2.5.29.15', bits)).keyUsage).toBe(expected);
});

test('extKeyUsage is the list of purposes, which must not be empty', () => {
  expect(read(ext.extKeyUsage('1.2.3', '1.2.4')).extendedKeyUsage).toEqual(['1.2.3', '1.2.4']);
  expect(() => read(ext.extKeyUsage()).extendedKeyUsage).toThrow('extKeyUsage: empty');
  expect(() => read(extension('2.5.29.37', encodeSequence(nothing))).extendedKeyUsage).toThrow('key purpose expected');
});

test('key identifiers are in hexadecimal', () => {
  expect(read(ext.subjectKeyIdentifier('AZ')).subjectKeyIdentifier).toBe('415a');
  expect(read(ext.authorityKeyIdentifier('AZ')).authorityKeyIdentifier).toEqual({ keyIdentifier: '415a' });
  const bySerial = encodeSequence(encodeElement(0x82, Uint8Array.of(7)));
  expect(read(extension('2.5.29.35', bySerial)).authorityKeyIdentifier).toEqual({});
  expect(() => read(extension('2.5.29.14', nothing)).subjectKeyIdentifier).toThrow('subjectKeyIdentifier expected');
  expect(() => read(extension('2.5.29.35', nothing)).authorityKeyIdentifier).toThrow('authorityKeyIdentifier expected');
});

describe('authorityInfoAccess', () => {
  const access = (...parts: readonly Uint8Array[]) => encodeSequence(...parts);
  const oid = (last: number) => encodeObjectIdentifier(`1.3.6.1.5.5.7.48.${last}`);
  const urlsOf = (...descriptions: readonly Uint8Array[]) =>
    read(extension('1.3.6.1.5.5.7.1.1', encodeSequence(...descriptions))).caIssuers;

  test('gives the URLs of the issuer in their order, not those of OCSP', () => {
    const [a, b] = [generalName.uri('http://a'), generalName.uri('ldap://b')];
    expect(urlsOf(access(oid(1), generalName.uri('http://ocsp')), access(oid(2), b), access(oid(2), a))).toEqual([
      'ldap://b',
      'http://a',
    ]);
  });

  test('ignores names that are no URLs', () => {
    expect(urlsOf(access(oid(2), generalName.directory('CN=a')), access(oid(2), generalName.dns('a')))).toEqual([]);
  });

  test.each([
    ['no location', [access(oid(2))], 'AccessDescription: two parts expected'],
    ['no parts', [access()], 'AccessDescription: two parts expected'],
    ['a method that is no OID', [access(nothing, generalName.uri('http://a'))], 'access method expected'],
    ['an element of another type', [nothing], 'AccessDescription expected'],
    ['a location that is no name', [access(oid(2), nothing)], 'GeneralName expected'],
  ])('is malformed with %s', (_, descriptions, message) => {
    expect(() => urlsOf(...descriptions)).toThrow(message);
  });
});

test('alternative names keep their kind, their number and their text', () => {
  const names = [
    generalName.other(),
    generalName.email('a@b'),
    generalName.dns('a.b'),
    generalName.uri('a:b'),
    generalName.ip(1, 2, 3, 4),
    generalName.directory('CN=a'),
    encodeElement(0x88, Uint8Array.of(0x2a)),
  ];
  const found = read(ext.subjectAltName(...names)).subjectAltName ?? [];
  expect(found.map(({ kind, tag, text: shown }) => [kind, tag, shown])).toEqual([
    ['other', 0, ''],
    ['email', 1, 'a@b'],
    ['dns', 2, 'a.b'],
    ['uri', 6, 'a:b'],
    ['ip', 7, ''],
    ['directory', 4, ''],
    ['other', 8, ''],
  ]);
  expect(found[4]?.octets).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(found[5]).toMatchObject({ name: expect.objectContaining({ raw: name('CN=a') }) });
});

test.each([
  ['a tag beyond registeredID [8]', encodeElement(0x89), 'GeneralName expected'],
  ['a universal tag', encodeElement(0x0c, text('a')), 'GeneralName expected'],
  ['a constructed DNS name', encodeElement(0xa2, encodeElement(0x16)), 'GeneralName: primitive element expected'],
  ['a constructed address', encodeElement(0xa7, encodeOctetString(nothing)), 'GeneralName: primitive element expected'],
  ['an octet above 127', encodeElement(0x82, Uint8Array.of(0x61, 0x80)), 'GeneralName: not IA5String'],
  ['two directory names', encodeElement(0xa4, name('CN=a'), name('CN=b')), 'directoryName: one element expected'],
])('an alternative name is malformed with %s', (_, bytes, message) => {
  expect(() => read(ext.subjectAltName(bytes)).subjectAltName).toThrow(message);
});

test('malformed content of an extension is the fault of a certificate, not of a keystore', () => {
  const extensions = read(extension('2.5.29.19', nothing));
  expect(() => extensions.basicConstraints).toThrow(MalformedError);
  expect(() => extensions.basicConstraints).toThrow('basicConstraints: basicConstraints expected');
});

test('the key of the alternative names is their bytes, even if those are malformed', () => {
  const key = (value: Uint8Array) => read(extension('2.5.29.17', value)).subjectAltNameKey;
  expect(key(Uint8Array.of(1, 0xab))).toBe('01ab');
});

test('each extension is parsed once', () => {
  const extensions = read(ext.basicConstraints(true, 1), ext.subjectAltName(generalName.dns('a')));
  expect(extensions.basicConstraints).toBe(extensions.basicConstraints);
  expect(extensions.subjectAltName).toBe(extensions.subjectAltName);
});
