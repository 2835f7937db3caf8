import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../src/asn1/encode.js';
import { MalformedError } from '../../src/errors.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { parseCertificate, readCertificate, withParts } from '../../src/x509/parse-certificate.js';
import { ext, generalName, leafOf, name, party, root, signer } from './certificate-maker.js';

const ca = party('CN=Example CA,O=Example');
const leaf = leafOf(ca, { serial: 0x0102, from: '2024-02-03T04:05:06Z', to: '2034-05-06T07:08:09Z' });
const [tbs, algorithm, signature] = Asn1Element.only(leaf.der, 'certificate').sequence('certificate');
if (!tbs || !algorithm || !signature) throw new Error('the maker makes certificates');
/** Version, serial number, algorithm, issuer, validity, subject, public key, extensions. */
const fields = tbs.sequence('fields').map(({ raw }) => raw);
const certificate = (...parts: readonly Uint8Array[]) =>
  encodeSequence(encodeSequence(...parts), algorithm.raw, signature.raw);
const replaced = (at: number, part: Uint8Array) => certificate(...fields.map((field, i) => (i === at ? part : field)));
const withSerial = (...octets: number[]) => parseCertificate(replaced(1, encodeElement(2, Uint8Array.from(octets))));
const nothing = encodeElement(5);

test('every field is read', () => {
  const hash = (algorithm: string) => createHash(algorithm).update(leaf.der).digest('hex');
  expect(parseCertificate(leaf.der)).toMatchObject({
    subject: 'CN=mail.example.com',
    issuer: 'O=Example,CN=Example CA',
    serialNumber: '0102',
    notBefore: new Date('2024-02-03T04:05:06Z'),
    notAfter: new Date('2034-05-06T07:08:09Z'),
    sha256: hash('sha256'),
    sha1: hash('sha1'),
    subjectAltNames: [{ type: 'dns', value: 'mail.example.com' }],
    publicKey: { algorithm: 'EC', size: 256, curve: 'prime256v1' },
    publicKeyAlgorithm: 'EC',
    signatureAlgorithm: '1.2.840.10045.4.3.2',
    isSelfIssued: false,
    isSelfSigned: false,
  });
});

test.each([
  ['zero', [0], '00'],
  ['one octet', [5], '05'],
  ['a highest bit, which needs a leading zero', [0, 0x80], '80'],
  ['several octets', [0x01, 0x00, 0xff], '0100ff'],
  ['a negative number, which RFC 5280 4.1.2.2 forbids', [0xff], '-1'],
  ['a negative number of two octets', [0x80, 0x01], '-7fff'],
  ['an empty INTEGER', [], ''],
])('a serial number is hexadecimal: %s', (_, octets, expected) => {
  expect(withSerial(...octets).serialNumber).toBe(expected);
});

describe('self-issued and self-signed', () => {
  test.each([
    ['a root', root(ca), true, true],
    ['the name of the issuer, but another key', leafOf(ca, { subject: name(ca.name) }), true, false],
    ['another name', leaf, false, false],
    ['the key of the issuer under another name', leafOf(ca, { key: ca.key }), false, false],
  ])('%s', (_, { isSelfIssued, isSelfSigned }, issued, signed) => {
    expect([isSelfIssued, isSelfSigned]).toEqual([issued, signed]);
  });
});

test('a self-issued certificate whose signature cannot be checked counts as self-signed', () => {
  const unknown = { ...signer('1.3.6.1.4.1.99999.1', 'sha256'), sign: () => new Uint8Array(64) };
  expect(root(ca, { signer: unknown })).toMatchObject({ isSelfIssued: true, isSelfSigned: true });
});

describe('bytes that are no certificate', () => {
  const missing = [0, 1, 2, 3, 4, 5].map((count): [string, Uint8Array, string] => [
    `${count} of the six fields that must be there`,
    certificate(...fields.slice(1, 1 + count)),
    'certificate: TBSCertificate: too short',
  ]);
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'certificate: '],
    ['a SET', encodeElement(0x31, leaf.der), 'certificate: Certificate expected'],
    ['an empty SEQUENCE', encodeSequence(), 'certificate: Certificate: three parts expected'],
    ['one part', encodeSequence(tbs.raw), 'three parts expected'],
    ['two parts', encodeSequence(tbs.raw, algorithm.raw), 'three parts expected'],
    ['four parts', encodeSequence(tbs.raw, algorithm.raw, signature.raw, nothing), 'three parts expected'],
    ['a signature of another type', encodeSequence(tbs.raw, algorithm.raw, nothing), 'signature expected'],
    ['no TBSCertificate', encodeSequence(nothing, algorithm.raw, signature.raw), 'TBSCertificate expected'],
    ...missing,
    ['a serial number of another type', replaced(1, nothing), 'serial number expected'],
    ['an issuer of another type', replaced(3, nothing), 'issuer expected'],
    ['a subject of another type', replaced(5, nothing), 'subject expected'],
    ['a key of another type', replaced(6, nothing), 'subject public key expected'],
    ['a validity of another type', replaced(4, nothing), 'validity expected'],
    ['no times', replaced(4, encodeSequence()), 'validity: two times expected'],
    ['one time', replaced(4, encodeSequence(encodeElement(0x17, new Uint8Array(13).fill(0x31)))), 'two times expected'],
    [
      'two extensions fields in one',
      replaced(7, encodeElement(0xa3, nothing, nothing)),
      'extensions: one element expected',
    ],
    [
      'an octet behind it',
      Uint8Array.of(...leaf.der, 0),
      `certificate: 1 bytes after the end (at byte ${leaf.der.length})`,
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => parseCertificate(bytes)).toThrow(MalformedError);
    expect(() => parseCertificate(bytes)).toThrow(message);
  });

  const good = encodeElement(0x17, new TextEncoder().encode('260101000000Z'));
  test.each([
    ['notBefore', [nothing, good]],
    ['notAfter', [good, nothing]],
  ])('a bad %s is found at once', (field, times) => {
    expect(() => parseCertificate(replaced(4, encodeSequence(...times)))).toThrow(field);
  });
});

test('a field behind the public key that is no extensions field is ignored', () => {
  const uniqueId = encodeElement(0x82, Uint8Array.of(0, 1));
  const { extensions } = readCertificate(certificate(...fields.slice(0, 7), uniqueId, fields[7] as Uint8Array));
  expect(extensions.extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(readCertificate(certificate(...fields.slice(0, 7), uniqueId)).extensions.extendedKeyUsage).toBeUndefined();
});

test('bytes behind a certificate in a keystore are counted, not kept', () => {
  const read = readCertificate(Uint8Array.of(...leaf.der, 1, 2, 3), 'entry 1');
  expect([read.trailingBytes, read.der]).toEqual([3, leaf.der]);
  expect(readCertificate(leaf.der).trailingBytes).toBe(0);
  expect(() => readCertificate(Uint8Array.of(1, 2, 3), 'entry 1')).toThrow('entry 1: ');
});

test('a malformed public key has no name, and does not make the certificate unusable', () => {
  const withKey = (...parts: Uint8Array[]) => parseCertificate(replaced(6, encodeSequence(...parts)));
  expect(withKey().publicKey).toEqual({ algorithm: 'unknown' });
  expect(() => withKey().publicKeyAlgorithm).toThrow('public key algorithm');
  expect(withKey(encodeSequence(encodeObjectIdentifier('1.2.3'))).publicKey).toEqual({ algorithm: '1.2.3' });
});

test.each<[string, number, Uint8Array, (bytes: Uint8Array) => unknown]>([
  ['signature algorithm', -1, nothing, (bytes) => parseCertificate(bytes).signatureAlgorithm],
  ['extensions', 7, encodeElement(0xa3, nothing), (bytes) => readCertificate(bytes).extensions],
  ['public key algorithm', 6, encodeSequence(nothing), (bytes) => parseCertificate(bytes).publicKeyAlgorithm],
])('a malformed part is named when it is read: %s', (what, at, part, use) => {
  const bytes = at < 0 ? encodeSequence(tbs.raw, part, signature.raw) : replaced(at, part);
  expect(() => use(bytes)).toThrow(`certificate: ${what} expected, tag null found`);
});

test('a name that is nested too deeply is malformed: it is its bytes in hexadecimal, and equal only to itself', () => {
  const deep = Uint8Array.from([...Array(200).fill([0x30, 0x80]).flat(), ...Array(400).fill(0)]);
  const read = parseCertificate(replaced(5, encodeElement(0x30, encodeElement(0x31, deep))));
  expect(read.subject).toMatch(/^#30/);
  expect([read.isSelfIssued, read.isSelfSigned]).toEqual([false, false]);
});

test('malformed alternative names are none', () => {
  const broken = leafOf(ca, { extensions: [ext.subjectAltName(encodeElement(0x82, Uint8Array.of(0xff)))] });
  expect(broken.subjectAltNames).toEqual([]);
});

describe('a certificate', () => {
  const many = leafOf(ca, {
    extensions: [ext.subjectAltName(generalName.dns('a.example'), generalName.ip(1, 2, 3, 4))],
  });
  const bare = leafOf(ca, { extensions: [] });
  const dates = { notBefore: new Date('2020-01-01'), notAfter: new Date('2030-01-01') };

  test('is written to JSON without its bytes', () => {
    const { subject, issuer, serialNumber, notBefore, notAfter, subjectAltNames, sha256 } = many;
    expect(JSON.parse(JSON.stringify(many))).toEqual({
      ...{ subject, issuer, serialNumber, subjectAltNames, sha256 },
      ...{ notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() },
    });
  });

  test('is shown by console.log with its names, if it has any', () => {
    const shown = { subject: 'CN=mail.example.com', issuer: ca.name.split(',').reverse().join(','), ...dates };
    const { subject, ...rest } = shown;
    expect(inspect(many)).toBe(inspect({ subject, names: ['a.example', '1.2.3.4'], ...rest }));
    expect(inspect(bare)).toBe(inspect(shown));
  });

  test('of another library is parsed once', () => {
    const foreign = { der: leaf.der } as Certificate;
    expect(withParts(foreign)).toBe(withParts(foreign));
    expect(withParts(foreign).subject).toBe(leaf.subject);
    expect(withParts(leaf)).toBe(leaf);
  });

  test('has each field only once in memory', () => {
    const parsed = readCertificate(many.der);
    expect(parsed.parts).toBe(parsed.parts);
    expect(parsed.extensions).toBe(parsed.extensions);
    expect(parsed.notAfter).toBe(parsed.notAfter);
    expect(parsed.subjectAltNames).toBe(parsed.subjectAltNames);
  });
});

test('what is no DER is a mistake of the caller', () => {
  expect(() => parseCertificate('pem' as never)).toThrow(/^parseCertificate: der must be a Uint8Array/);
  const pem = new TextEncoder().encode('-----BEGIN CERTIFICATE-----');
  expect(() => parseCertificate(pem)).toThrow(/^parseCertificate: der must be DER, not PEM/);
});

test('a version is told from a serial number by its tag', () => {
  expect(readCertificate(leaf.der).parts.version?.explicit('version').smallInteger('version')).toBe(2);
  expect(readCertificate(certificate(...fields.slice(1, 7))).parts.version).toBeUndefined();
  expect(encodeInteger(0x0102)).toEqual(fields[1]);
});
