import { expect, test } from 'vitest';
import type { Certificate } from '../../src/x509/certificate.js';
import { distinct, withoutDuplicates } from '../../src/x509/distinct-certificates.js';
import { readCertificate } from '../../src/x509/parse-certificate.js';
import { leafOf, party } from './certificate-maker.js';

const ca = party('CA');
const [a, b] = [leafOf(ca), leafOf(ca)];
const again = readCertificate(a.der.slice());
/** withoutDuplicates looks at the bytes alone. */
const withBytes = (...octets: number[]) => ({ der: Uint8Array.from(octets) }) as Certificate;
const tail = new Array(16).fill(7);

test.each([
  ['no certificates', [], []],
  ['different ones', [b, a], [b, a]],
  ['one three times, another between', [a, b, again, a], [a, b]],
])('the first of each is kept: %s', (_, certificates, expected) => {
  expect(withoutDuplicates(certificates)).toEqual(expected);
  expect([...distinct(certificates).values()]).toEqual(expected);
  expect([...distinct(certificates).keys()]).toEqual(expected.map(({ sha256 }) => sha256));
});

test('the first object is kept, not an equal one', () => {
  expect(withoutDuplicates([again, a])[0]).toBe(again);
  expect(distinct([again, a]).get(a.sha256)).toBe(again);
});

test('certificates with the same end are compared as a whole', () => {
  const [one, two, same] = [withBytes(1, ...tail), withBytes(2, ...tail), withBytes(1, ...tail)];
  expect(withoutDuplicates([one, two, same])).toEqual([one, two]);
  const [short, longer] = [withBytes(1), withBytes(2, 1)];
  expect(withoutDuplicates([short, longer, withBytes(1)])).toEqual([short, longer]);
});

test('the list that is given stays as it is', () => {
  const given = [a, b];
  expect(withoutDuplicates(given)).not.toBe(given);
});
