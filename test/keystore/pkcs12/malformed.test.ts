import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeOctetString as octets,
  encodeObjectIdentifier as oid,
  encodeSequence as sequence,
} from '../../../src/asn1/encode.js';
import { readPkcs12Mac } from '../../../src/keystore/pkcs12/mac.js';
import { readAuthenticatedSafe, readPfx } from '../../../src/keystore/pkcs12/pfx.js';
import { readSafeContents } from '../../../src/keystore/pkcs12/safe-contents.js';
import { withDefaults } from '../../../src/limits.js';
import { Bag, bag, contentInfo } from './pkcs12-maker.js';

const limits = withDefaults();
const [data, encryptedData, signedData] = ['1.2.840.113549.1.7.1', '1.2.840.113549.1.7.6', '1.2.840.113549.1.7.2'];
const nothing = encodeElement(5);
const three = encodeInteger(3);
const pfx = (...parts: Uint8Array[]) => readPfx(sequence(...parts), limits);
const explicit = (...content: Uint8Array[]) => encodeElement(0xa0, ...content);

test.each<[string, () => unknown, string, string]>([
  ['nothing', () => pfx(), 'ERR_STORE_MALFORMED', 'PKCS12 store: PFX: version and content expected'],
  ['a version alone', () => pfx(three), 'ERR_STORE_MALFORMED', 'PFX: version and content expected'],
  ['no SEQUENCE', () => readPfx(nothing, limits), 'ERR_STORE_MALFORMED', 'PFX expected'],
  [
    'a version of another type',
    () => pfx(nothing, contentInfo(data, octets(sequence()))),
    'ERR_STORE_MALFORMED',
    'version expected',
  ],
  [
    'version 1',
    () => pfx(encodeInteger(1), nothing),
    'ERR_STORE_UNSUPPORTED',
    'PKCS12 version 1 is not supported; version 3 is',
  ],
  ['an empty ContentInfo', () => pfx(three, sequence()), 'ERR_STORE_MALFORMED', 'ContentInfo: empty'],
  ['a ContentInfo of another type', () => pfx(three, nothing), 'ERR_STORE_MALFORMED', 'ContentInfo expected'],
  [
    'a content type of another type',
    () => pfx(three, sequence(nothing)),
    'ERR_STORE_MALFORMED',
    'content type expected',
  ],
  [
    'an unknown content',
    () => pfx(three, contentInfo('1.2.3', nothing)),
    'ERR_STORE_UNSUPPORTED',
    'PKCS12 store: content type is not supported',
  ],
  ['no content', () => pfx(three, sequence(oid(data))), 'ERR_STORE_UNSUPPORTED', 'content type is not supported'],
  [
    'a content without its tag',
    () => pfx(three, sequence(oid(data), nothing)),
    'ERR_STORE_MALFORMED',
    'content expected',
  ],
  [
    'two contents',
    () => pfx(three, sequence(oid(data), explicit(nothing, nothing))),
    'ERR_STORE_MALFORMED',
    'content: one element expected',
  ],
  [
    'a content of another type',
    () => pfx(three, contentInfo(data, nothing)),
    'ERR_STORE_MALFORMED',
    'content expected',
  ],
  [
    'a signature of nothing',
    () => pfx(three, contentInfo(signedData, sequence())),
    'ERR_STORE_MALFORMED',
    'SignedData: content expected',
  ],
  ['no signature', () => pfx(three, contentInfo(signedData, nothing)), 'ERR_STORE_MALFORMED', 'SignedData expected'],
  [
    'a signature of something else',
    () => pfx(three, contentInfo(signedData, sequence(nothing, nothing, contentInfo('1.2.3', nothing)))),
    'ERR_STORE_UNSUPPORTED',
    'PKCS12 store: signed content type is not supported',
  ],
])('a PFX of %s', (_, read, code, message) => {
  expect(read).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
});

test('a PFX has a version, octets and perhaps a MAC', () => {
  const content = octets(sequence());
  expect(pfx(three, contentInfo(data, content))).toMatchObject({ version: 3, isSigned: false, trailingBytes: 0 });
  expect(pfx(three, contentInfo(data, content)).macData).toBeUndefined();
  expect(pfx(three, contentInfo(data, content), nothing).macData?.raw).toEqual(nothing);
  const signed = contentInfo(signedData, sequence(nothing, nothing, contentInfo(data, content)));
  expect(pfx(three, signed)).toMatchObject({ isSigned: true, content: sequence() });
  const empty = contentInfo(signedData, sequence(nothing, nothing, sequence(oid(data))));
  expect(pfx(three, empty).content).toHaveLength(0);
  expect(readPfx(Uint8Array.of(...sequence(three, contentInfo(data, content)), 1, 2), limits).trailingBytes).toBe(2);
});

describe('an AuthenticatedSafe', () => {
  const read = (...parts: Uint8Array[]) => {
    const skipped: string[] = [];
    const file = pfx(three, contentInfo(data, octets(sequence(...parts))));
    return { parts: readAuthenticatedSafe(file, limits, (path, type) => skipped.push(`${path} ${type}`)), skipped };
  };
  const algorithm = sequence(oid('1.2.3'));
  const encrypted = (...info: Uint8Array[]) =>
    contentInfo(encryptedData, sequence(encodeInteger(0), sequence(...info)));

  test.each([
    [
      'an encrypted part without content',
      [sequence(oid(encryptedData))],
      'ContentInfo of EncryptedData without content',
    ],
    [
      'EncryptedData of nothing',
      [contentInfo(encryptedData, sequence())],
      'EncryptedData: version and content expected',
    ],
    [
      'EncryptedData of a version',
      [contentInfo(encryptedData, sequence(three))],
      'EncryptedData: version and content expected',
    ],
    ['EncryptedData of another type', [contentInfo(encryptedData, nothing)], 'EncryptedData expected'],
    [
      'no EncryptedContentInfo',
      [contentInfo(encryptedData, sequence(three, nothing))],
      'EncryptedContentInfo expected',
    ],
    ['an EncryptedContentInfo of one part', [encrypted(oid(data))], 'EncryptedContentInfo: algorithm expected'],
    [
      'an algorithm of another type',
      [encrypted(oid(data), nothing, encodeElement(0x80))],
      'encryption algorithm expected',
    ],
    ['a ciphertext of another type', [encrypted(oid(data), algorithm, nothing)], 'encrypted content expected'],
    ['data of another type', [contentInfo(data, nothing)], 'content expected'],
    ['a part of another type', [nothing], 'ContentInfo expected'],
  ])('is malformed with %s', (_, parts, message) => expect(() => read(...parts)).toThrow(message));

  test('is a SEQUENCE', () => {
    const file = pfx(three, contentInfo(data, octets(nothing)));
    expect(() => readAuthenticatedSafe(file, limits, expect.fail)).toThrow(
      'PKCS12 store, AuthenticatedSafe: AuthenticatedSafe expected',
    );
  });

  test('is a list of parts; others are skipped, with their number and type', () => {
    const { parts, skipped } = read(
      contentInfo('1.2.3', nothing),
      contentInfo(data, octets(sequence())),
      sequence(oid(data)),
      encrypted(oid(data), algorithm),
      encrypted(oid(data), algorithm, encodeElement(0x80, Uint8Array.of(7))),
    );
    expect(skipped).toEqual(['part 1 1.2.3']);
    expect(parts.map(({ path, octets: content, algorithm: by }) => [path, [...content], by?.oid])).toEqual([
      ['part 2', [0x30, 0], undefined],
      ['part 5', [7], '1.2.3'],
    ]);
  });
});

describe('SafeContents', () => {
  const read = (der: Uint8Array) => readSafeContents(der, { path: 'part 1', offset: 0 }, limits);
  const certificate = sequence(oid('1.2.3'));

  test.each([
    ['no SEQUENCE', nothing, 'part 1: SafeContents expected'],
    ['a bag of another type', sequence(nothing), 'SafeBag expected'],
    ['a bag of nothing', sequence(sequence()), 'SafeBag: type and value expected'],
    ['a bag without a value', sequence(sequence(oid('1.2.3'))), 'SafeBag: type and value expected'],
    ['a type of another type', sequence(sequence(nothing, explicit(nothing))), 'bag type expected'],
    [
      'a bag of two values',
      sequence(sequence(oid('1.2.3'), explicit(nothing, nothing))),
      'bag value: one element expected',
    ],
    ['something behind them', Uint8Array.of(0x30, 0, 5, 0), 'part 1: 2 bytes after the end'],
  ])('are malformed with %s', (_, der, message) => expect(() => read(der)).toThrow(message));

  test('name each bag by its place and its name', () => {
    const inner = bag(Bag.safeContents, sequence(bag(Bag.certificate, certificate, { name: 'mail' })));
    const bags = read(sequence(bag(Bag.key, certificate), inner));
    expect(bags.map(({ path, oid: type, friendlyName }) => [path, type, friendlyName])).toEqual([
      ['part 1, bag 1', Bag.key, undefined],
      ['part 1, bag 2, bag 1 "mail"', Bag.certificate, 'mail'],
    ]);
  });

  test('keep the bags of nested ones in file order', () => {
    const named = (name: string) => bag(Bag.certificate, certificate, { name });
    const nested = (...bags: Uint8Array[]) => bag(Bag.safeContents, sequence(...bags));
    const bags = read(
      sequence(named('a'), nested(named('b'), nested(named('c')), named('d')), named('e'), nested(named('f'))),
    );
    expect(bags.map(({ friendlyName }) => friendlyName)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  test('are nested at most as deep as the limit allows', () => {
    const nested = (contents: Uint8Array) => sequence(bag(Bag.safeContents, contents));
    const two = nested(sequence(bag(Bag.key, certificate)));
    const place = { path: 'part 1', offset: 0 };
    const shallow = withDefaults({ safeContentsDepth: 2 });
    expect(readSafeContents(two, place, shallow)).toHaveLength(1);
    expect(() => readSafeContents(nested(two), place, shallow)).toThrow(
      expect.objectContaining({ limit: 'safeContentsDepth', found: 3, maximum: 2 }),
    );
  });

  test('are counted together with those of nested ones', () => {
    const certificates = (count: number) => Array<Uint8Array>(count).fill(bag(Bag.certificate, certificate));
    const nested = (count: number) =>
      sequence(...certificates(2), bag(Bag.safeContents, sequence(...certificates(count))));
    const count = (bags: number) =>
      readSafeContents(nested(bags), { path: 'part 1', offset: 0 }, withDefaults({ entries: 4 })).length;
    expect(count(2)).toBe(4);
    expect(() => count(3)).toThrow('part 1, bag 3: entries 5 is over the limit of 4');
  });

  test('have attributes, of which malformed ones are missing', () => {
    const set = (...values: Uint8Array[]) => encodeElement(0x31, ...values);
    const [name, id] = ['1.2.840.113549.1.9.20', '1.2.840.113549.1.9.21'].map(oid) as [Uint8Array, Uint8Array];
    const text = encodeElement(0x1e, Uint8Array.of(0, 0x61));
    const of = (...more: Uint8Array[]) => read(sequence(bag(Bag.key, certificate, { more })))[0];
    expect(of(sequence(name, set(text)))?.friendlyName).toBe('a');
    expect(of(sequence(name, set(nothing)))?.friendlyName).toBeUndefined();
    expect(of(sequence(name, set()))?.friendlyName).toBeUndefined();
    expect(of(sequence(name))?.friendlyName).toBeUndefined();
    expect(of(sequence(name, nothing))?.friendlyName).toBeUndefined();
    expect(of(nothing, sequence(name, set(text)))?.friendlyName).toBe('a');
    expect(of(sequence(name, sequence(text)))?.friendlyName).toBeUndefined();
    // A constructed OCTET STRING whose segment is not one.
    expect(of(sequence(id, set(encodeElement(0x24, three))))?.localKeyId).toBeUndefined();
    const inSequence = sequence(oid(Bag.key), explicit(certificate), sequence(sequence(name, set(text))));
    expect(read(sequence(inSequence))[0]?.friendlyName).toBeUndefined();
    expect(of(sequence(id, set(octets(Uint8Array.of(0xab)))))).toMatchObject({ localKeyId: 'ab', trusted: false });
    const time = (value: string) => of(sequence(id, set(octets(new TextEncoder().encode(value)))))?.creationDate;
    expect(time('Time 1000')).toEqual(new Date(1000));
    for (const other of ['Time ', 'time 1000', 'Time 1000x', 'x Time 1000', `Time ${'1'.repeat(17)}`])
      expect(time(other), other).toBeUndefined();
  });
});

test('errors name the byte of the file', () => {
  const bad = sequence(oid('1.2.3.77'));
  const part = contentInfo(data, octets(sequence(bag(Bag.key, nothing), bad)));
  const bytes = sequence(three, contentInfo(data, octets(sequence(contentInfo(data, octets(sequence())), part))));
  const file = readPfx(bytes, limits);
  const [, second] = readAuthenticatedSafe(file, limits, expect.fail);
  const at = Buffer.from(bytes).indexOf(bad);
  expect(() => second && readSafeContents(second.octets, second, limits)).toThrow(
    expect.objectContaining({ path: 'part 2', offset: at }),
  );
  const wrong = sequence(three, contentInfo(data, octets(sequence(contentInfo(data, bad)))));
  expect(() => readAuthenticatedSafe(readPfx(wrong, limits), limits, expect.fail)).toThrow(
    expect.objectContaining({ path: 'PKCS12 store, AuthenticatedSafe', offset: Buffer.from(wrong).indexOf(bad) }),
  );
});

describe('MacData', () => {
  const read = (...parts: Uint8Array[]) => readPkcs12Mac(Asn1Element.only(sequence(...parts), 'MAC'), limits, 'MAC');
  const digest = sequence(sequence(oid('1.3.14.3.2.26')), octets(new Uint8Array(20)));
  const salt = octets(new Uint8Array(8));
  const pbmac1 = (...parameters: Uint8Array[]) =>
    sequence(sequence(oid('1.2.840.113549.1.5.14'), ...parameters), octets(new Uint8Array(20)));

  test.each([
    ['nothing', [], 'MacData: digest and salt expected'],
    ['no salt', [digest], 'MacData: digest and salt expected'],
    ['an empty DigestInfo', [sequence(), salt], 'DigestInfo: algorithm and digest expected'],
    ['no digest', [sequence(sequence(oid('1.3.14.3.2.26'))), salt], 'DigestInfo: algorithm and digest expected'],
    ['a DigestInfo of another type', [nothing, salt], 'DigestInfo expected'],
    ['an algorithm of another type', [sequence(nothing, octets(nothing)), salt], 'MAC algorithm expected'],
    ['a digest of another type', [sequence(sequence(oid('1.3.14.3.2.26')), nothing), salt], 'MAC expected'],
    ['a salt of another type', [digest, nothing], 'salt expected'],
    ['no iterations', [digest, salt, encodeInteger(0)], 'iterations: at least 1 expected'],
    ['PBMAC1 without parameters', [pbmac1(), salt], 'algorithm 1.2.840.113549.1.5.14 has no parameters'],
    ['PBMAC1 of nothing', [pbmac1(sequence()), salt], 'PBMAC1 parameters: two parts expected'],
    ['PBMAC1 of one part', [pbmac1(sequence(sequence(oid('1.2.3')))), salt], 'PBMAC1 parameters: two parts expected'],
  ])('is malformed with %s', (_, parts, message) => expect(() => read(...parts)).toThrow(message));

  test('has one iteration by default, and costs what they cost', () => {
    expect(read(digest, salt)).toMatchObject({ encoding: 'bmp', work: { iterations: 1, hashes: 1 } });
    expect(read(digest, salt, encodeInteger(7))).toMatchObject({ work: { iterations: 7, hashes: 7 } });
    expect(read(sequence(sequence(oid('1.2.3')), octets(nothing)), salt)).toBe('1.2.3');
  });
});
