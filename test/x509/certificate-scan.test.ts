import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeElement, encodeSequence } from '../../src/asn1/encode.js';
import { decodeTime } from '../../src/asn1/time.js';
import { StoreMalformedError } from '../../src/errors.js';
import { readParts } from '../../src/x509/certificate-parts.js';
import { hasUsualFrame, subjectAt } from '../../src/x509/certificate-scan.js';
import { leafOf, party } from './certificate-maker.js';

const { der } = leafOf(party('CA'));
const [tbs, algorithm, signature] = Asn1Element.only(der, 'certificate').sequence('certificate');
if (!tbs || !algorithm || !signature) throw new Error('the maker makes certificates');
/** Version, serial number, algorithm, issuer, validity, subject, public key, extensions. */
const fields = tbs.sequence('fields').map(({ raw }) => raw);
const [version, serial, , issuer, , subject, key, extensions] = fields;
if (!version || !serial || !issuer || !subject || !key || !extensions) throw new Error('the maker makes version 3');

const certificate = (...parts: readonly Uint8Array[]) =>
  encodeSequence(encodeSequence(...parts), algorithm.raw, signature.raw);
const replaced = (at: number, part: Uint8Array) => certificate(...fields.map((field, i) => (i === at ? part : field)));
const time = (text: string) => encodeElement(0x17, Buffer.from(text));
const validity = (...times: readonly string[]) => replaced(4, encodeSequence(...times.map(time)));
const octets = encodeElement(0x04, Uint8Array.of(1));

describe('the usual frame of a certificate', () => {
  test.each<[string, Uint8Array]>([
    ['of version 3', der],
    ['of version 1', certificate(...fields.slice(1, -1))],
    ['of version 3, without extensions', certificate(...fields.slice(0, -1))],
    ['with other times', validity('260101000000Z', '561231235959Z')],
  ])('is recognised: %s', (_, bytes) => expect(hasUsualFrame(bytes)).toBe(true));

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['an octet behind it', Uint8Array.of(...der, 0)],
    ['an octet less', der.subarray(0, -1)],
    ['a SET', Uint8Array.of(0x31, ...der.subarray(1))],
    ['no signature', encodeSequence(tbs.raw, algorithm.raw)],
    ['something behind the signature', encodeSequence(tbs.raw, algorithm.raw, signature.raw, octets)],
    ['a signature of another type', encodeSequence(tbs.raw, algorithm.raw, octets)],
    ['no fields', encodeSequence(encodeSequence(), algorithm.raw, signature.raw)],
    ['fields in a SET', encodeSequence(encodeElement(0x31, tbs.content), algorithm.raw, signature.raw)],
    ['a version only', certificate(version)],
    ['no serial number', certificate(version, ...fields.slice(2))],
    ['an issuer of another type', replaced(3, octets)],
    ['a validity of another type', replaced(4, octets)],
    ['a subject of another type', replaced(5, octets)],
    ['a key of another type', replaced(6, octets)],
    ['no key', certificate(...fields.slice(0, 6))],
    ['another field instead of the extensions', replaced(7, octets)],
    ['another tag instead of the extensions', replaced(7, encodeElement(0xa2, encodeSequence()))],
    ['a field behind the extensions', certificate(...fields, octets)],
    ['two values in the extensions', replaced(7, encodeElement(0xa3, Uint8Array.of(0x30, 0, 0x30, 0)))],
    ['one time', validity('260101000000Z')],
    ['three times', validity('260101000000Z', '260101000000Z', '260101000000Z')],
    ['a time that is unusual', validity('260101000000Z', '2601010000Z')],
  ])('is not: %s', (_, bytes) => expect(hasUsualFrame(bytes)).toBe(false));
});

describe('whatever is accepted is a certificate for the parser', () => {
  const isParsed = (bytes: Uint8Array) => {
    try {
      const { notBefore, notAfter } = readParts(Asn1Element.only(bytes, 'certificate'));
      for (const element of [notBefore, notAfter]) decodeTime(element, 'time');
      return true;
    } catch (error) {
      if (error instanceof StoreMalformedError) return false;
      throw error;
    }
  };
  const version1 = certificate(...fields.slice(1, -1));

  test.each([
    ['version 3', der],
    ['version 1', version1],
  ])('if one octet of it is changed, in %s', (_, bytes) => {
    const wrong: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0, 1, 0x02, 0x30, 0x7f, 0x80, 0x84, 0xff]) {
        const changed = bytes.slice();
        changed[at] = value;
        if (hasUsualFrame(changed) && !isParsed(changed)) wrong.push(`${value} at ${at}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('if a part of it is replaced by a tag and a length that cannot be read', () => {
    const unreadable = [Uint8Array.of(0x30, 0x85, 0), Uint8Array.of(0x30, 0x80, 0, 0), Uint8Array.of(0x02, 0xff)];
    for (const part of unreadable) {
      for (let at = 0; at < fields.length; at++) expect(hasUsualFrame(replaced(at, part)), `field ${at}`).toBe(false);
      expect(hasUsualFrame(encodeSequence(part, algorithm.raw, signature.raw))).toBe(false);
      expect(hasUsualFrame(encodeSequence(tbs.raw, part, signature.raw))).toBe(false);
      expect(hasUsualFrame(encodeSequence(tbs.raw, algorithm.raw, part))).toBe(false);
    }
  });
});

test('the subject is found with a version and without', () => {
  const of = (bytes: Uint8Array) => bytes.subarray(subjectAt(bytes), subjectAt(bytes) + subject.length);
  expect(of(der)).toEqual(subject);
  expect(of(certificate(...fields.slice(1)))).toEqual(subject);
  expect(subjectAt(certificate(version, Uint8Array.of(0x02, 0x7f)))).toBe(-1);
});
