import { expect, test } from 'vitest';
import type { ParsedCertificate } from '../../../src/x509/parsed-certificate.js';
import { compareIssuers } from '../../../src/x509/path/issuer-order.js';

const certificate = (notAfter: number, notBefore: number, sha256: string) =>
  ({ notAfter: new Date(notAfter), notBefore: new Date(notBefore), sha256 }) as ParsedCertificate;

test.each([
  ['the one that ends later', certificate(3, 1, 'b'), certificate(2, 2, 'a')],
  ['the one that begins later, if both end together', certificate(3, 2, 'b'), certificate(3, 1, 'a')],
  ['the one with the smaller hash, if both have the same dates', certificate(3, 1, 'a'), certificate(3, 1, 'b')],
])('the first of two issuers is %s', (_, first, second) => {
  expect(compareIssuers(first, second)).toBeLessThan(0);
  expect(compareIssuers(second, first)).toBeGreaterThan(0);
  expect(compareIssuers(first, first)).toBe(0);
});
