import { expect, test } from 'vitest';
import { encodeElement, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { Tag } from '../../../src/asn1/tag.js';
import type { Certificate } from '../../../src/x509/certificate.js';
import { buildCertificationPath, examineCertificationPath } from '../../../src/x509/path/build-certification-path.js';
import { certify, leafOf, newKey, now, party, root } from '../certificate-maker.js';

const rdn = (type: string, value: string) =>
  encodeElement(
    Tag.set | 0x20,
    encodeSequence(encodeObjectIdentifier(type), encodeElement(Tag.utf8String, Buffer.from(value))),
  );

/** Names of roots that no list contains any more, and the last second at which each is valid. */
const pastRoots: [string, string, Uint8Array][] = [
  [
    'AddTrust External CA Root',
    '2020-05-30T10:48:38Z',
    encodeSequence(
      rdn('2.5.4.6', 'SE'),
      rdn('2.5.4.10', 'AddTrust AB'),
      rdn('2.5.4.11', 'AddTrust External TTP Network'),
      rdn('2.5.4.3', 'AddTrust External CA Root'),
    ),
  ],
  [
    'DST Root CA X3',
    '2021-09-30T14:01:15Z',
    encodeSequence(rdn('2.5.4.10', 'Digital Signature Trust Co.'), rdn('2.5.4.3', 'DST Root CA X3')),
  ],
  [
    'ValiCert Class 2',
    '2019-06-26T00:19:54Z',
    encodeSequence(
      rdn('2.5.4.7', 'ValiCert Validation Network'),
      rdn('2.5.4.10', 'ValiCert, Inc.'),
      rdn('2.5.4.11', 'ValiCert Class 2 Policy Validation Authority'),
      rdn('2.5.4.3', 'http://www.valicert.com/'),
      rdn('1.2.840.113549.1.9.1', 'info@valicert.com'),
    ),
  ],
];
const [past, current, ca] = [party('Past'), party('Current'), party('CA')];
const leaf = leafOf(ca, { from: '2019-01-01' });
const early = { from: '2019-01-01' };
const sentAt = (time: Date, candidates: Certificate[], trustAnchors: Certificate[]) =>
  buildCertificationPath(leaf, { now: time, candidates, trustAnchors }).certificates.length;

test.each(pastRoots)('a cross certificate by %s is sent up to %s', (_, end, issuer) => {
  const candidates = [certify(ca, current, early), certify(current, past, { ...early, issuer })];
  const at = (seconds: number) =>
    sentAt(new Date(Date.parse(end) + seconds * 1_000), candidates, [root(current, early)]);
  expect([at(0), at(1)]).toEqual([3, 2]);
});

test('a root with a similar name is not one of them', () => {
  const issuer = encodeSequence(rdn('2.5.4.10', 'Another Trust Co.'), rdn('2.5.4.3', 'DST Root CA X3'));
  const candidates = [certify(ca, current), certify(current, past, { issuer })];
  expect(sentAt(now, candidates, [root(current)])).toBe(3);
});

test('an expired root counts only if its key signed the certificate', () => {
  const candidates = [certify(ca, current), certify(current, past)];
  const expired = (key = past.key) => root({ ...past, key }, { to: '2021-01-01' });
  expect(sentAt(now, [...candidates, expired()], [root(current)])).toBe(2);
  expect(sentAt(now, [...candidates, expired(newKey())], [root(current)])).toBe(3);
  // An expired certificate of that name and key that is no root says nothing about the root.
  expect(sentAt(now, [...candidates, certify(past, party('Older'), { to: '2021-01-01' })], [root(current)])).toBe(3);
  // Nor does one that is not valid yet.
  expect(sentAt(now, [...candidates, root(past, { from: '2029-01-01' })], [root(current)])).toBe(3);
});

test('a second issuer that is valid makes up for an expired root', () => {
  const candidates = [
    certify(ca, current),
    certify(current, past),
    root(past, { to: '2021-01-01' }),
    certify(past, party('Other')),
  ];
  expect(sentAt(now, candidates, [root(current)])).toBe(4);
});

test('the only chain ends at an expired root, and the problem says so', () => {
  const examined = examineCertificationPath(leaf, {
    now,
    candidates: [certify(ca, past), root(past, { to: '2021-01-01' })],
  });
  expect(examined.problems).toEqual([{ code: 'WARN_CERTIFICATE_EXPIRED', message: 'the root "CN=Past" has expired' }]);
});
