import { describe, expect, it } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeElement } from '../../src/asn1/encode.js';
import { Tag } from '../../src/asn1/tag.js';
import { decodeTime, endOfCommonTime } from '../../src/asn1/time.js';
import { Jks2PemError } from '../../src/errors.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import { ParsedCertificate, parseCertificate } from '../../src/x509/certificate.js';
import { isCommonCertificate, subjectAt } from '../../src/x509/certificate-skim.js';
import { positions } from '../effort.js';
import { expectation, fixture, fixturesOfType } from '../fixtures.js';

/** What the parser says, without the shortcut. */
function isParsed(der: Uint8Array): boolean {
  try {
    const certificate = new ParsedCertificate(der, 'certificate');
    void [certificate.parts, certificate.notBefore, certificate.notAfter];
    return true;
  } catch (error) {
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}

const certificates = new Map<string, Uint8Array>();
for (const path of fixturesOfType('JKS', 'JCEKS')) {
  const { storePass } = expectation(path);
  const store = await loadKeyStore(fixture(path), storePass === undefined ? {} : { storePass });
  for (const { sha256, der } of store.certificates) certificates.set(sha256, der);
}

describe('isCommonCertificate', () => {
  it('knows the certificates of keytool', () => {
    const known = [...certificates.values()].filter((der) => isCommonCertificate(der, 0, der.length));
    expect(known.length).toBeGreaterThan(10);
    expect(known.length / certificates.size).toBeGreaterThan(0.9);
  });

  it('takes nothing that the parser refuses, whatever octet is changed', () => {
    const [der] = certificates.values();
    if (der === undefined) throw new Error('a certificate is needed');
    let taken = 0;
    for (let at = 0; at < der.length; at++) {
      for (const octet of [0x00, 0x01, 0x30, 0x31, 0x39, 0x7f, 0x80, 0x81, 0x82, 0xa0, 0xa3, 0xff]) {
        const changed = new Uint8Array(der);
        changed[at] = octet;
        if (!isCommonCertificate(changed, 0, changed.length)) continue;
        taken++;
        expect(isParsed(changed), `octet ${at} set to ${octet}`).toBe(true);
      }
    }
    expect(taken).toBeGreaterThan(1000);
  });

  it('takes no prefix, and nothing that goes on', () => {
    for (const der of certificates.values()) {
      for (const length of positions(der.length, 40)) expect(isCommonCertificate(der, 0, length)).toBe(false);
      expect(isCommonCertificate(Uint8Array.of(...der, 0), 0, der.length + 1)).toBe(false);
    }
  });

  it('tells where the subject is, if the bytes reach that far', () => {
    for (const der of certificates.values()) {
      const { subject, tbs } = parseCertificate(der).parts;
      expect(subjectAt(der)).toBe(subject.offset);
      for (const length of positions(tbs.offset + tbs.size, 40))
        expect([-1, subject.offset]).toContain(subjectAt(der.subarray(0, length)));
    }
  });
});

describe('endOfCommonTime', () => {
  const time = (tag: number, text: string) => encodeElement(tag, Buffer.from(text, 'latin1'));
  const decode = (der: Uint8Array) => decodeTime(Asn1Element.only(der, 'test'), 'time').toISOString();

  it.each([
    [Tag.utcTime, '000101000000Z', '2000-01-01T00:00:00.000Z'],
    [Tag.utcTime, '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [Tag.utcTime, '500430120000Z', '1950-04-30T12:00:00.000Z'],
    [Tag.generalizedTime, '01000101000000Z', '0100-01-01T00:00:00.000Z'],
    [Tag.generalizedTime, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
  ])('takes tag %i, %s', (tag, text, iso) => {
    const der = time(tag, text);
    expect(endOfCommonTime(der, 0)).toBe(der.length);
    expect(decode(der)).toBe(iso);
  });

  it.each([
    ['the 29th of February', Tag.utcTime, '240229000000Z'],
    ['the 31st of April', Tag.utcTime, '240431000000Z'],
    ['month 0', Tag.utcTime, '240001000000Z'],
    ['month 13', Tag.utcTime, '241301000000Z'],
    ['day 0', Tag.utcTime, '240100000000Z'],
    ['day 32', Tag.utcTime, '240132000000Z'],
    ['hour 24', Tag.utcTime, '240101240000Z'],
    ['minute 60', Tag.utcTime, '240101006000Z'],
    ['second 60', Tag.utcTime, '240101000060Z'],
    ['a year before 100', Tag.generalizedTime, '00990101000000Z'],
    ['no Z', Tag.utcTime, '2401010000000'],
    ['what is no digit', Tag.utcTime, '24010100000:Z'],
    ['no seconds', Tag.utcTime, '2401010000Z'],
    ['another type', Tag.utf8String, '240101000000Z'],
    ['the length of the other type', Tag.utcTime, '20240101000000Z'],
  ])('leaves %s to the parser', (_, tag, text) => expect(endOfCommonTime(time(tag, text), 0)).toBe(-1));

  it('agrees with the calendar for every day of eight years', () => {
    for (let day = Date.UTC(2096, 0, 1); day < Date.UTC(2104, 0, 1); day += 86_400_000) {
      const iso = new Date(day).toISOString();
      const der = time(Tag.generalizedTime, `${iso.slice(0, 10).replaceAll('-', '')}000000Z`);
      expect(endOfCommonTime(der, 0)).toBe(iso.includes('-02-29') ? -1 : der.length);
      expect(decode(der)).toBe(iso);
    }
  });
});
