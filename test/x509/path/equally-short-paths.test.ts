import { describe, expect, test } from 'vitest';
import type { ParsedCertificate } from '../../../src/x509/parsed-certificate.js';
import { comparePaths } from '../../../src/x509/path/equally-short-paths.js';
import { compareIssuers } from '../../../src/x509/path/issuer-order.js';
import type { PartialPath } from '../../../src/x509/path/path-edges.js';
import { certify, ecdsaSha1, ext, leafOf, party, root } from '../certificate-maker.js';

const [top, ca] = [party('Top'), party('CA')];
const leaf = leafOf(ca, { to: '2050-01-01', more: [ext.authorityKeyIdentifier('right')] });
const anchor = root(top, { to: '2050-01-01' });
const id = (value: string) => ({ more: [ext.subjectKeyIdentifier(value)] });

const path = (...certificates: readonly ParsedCertificate[]) =>
  certificates.map((certificate) => ({ certificate, canBeSent: true, anchor: undefined })) as unknown as PartialPath;
const through = (issuer: ParsedCertificate, last = anchor) => path(leaf, issuer, last);

describe('paths are compared', () => {
  test.each([
    ['by the end of the certificate that ends first', certify(ca, top, { to: '2031-01-01' }), certify(ca, top)],
    [
      'then by key identifiers: equal before missing',
      certify(ca, top, id('right')),
      certify(ca, top, { from: '2024-01-01' }),
    ],
    [
      'then by key identifiers: missing before different',
      certify(ca, top),
      certify(ca, top, { ...id('wrong'), from: '2024-01-01' }),
    ],
    ['then by weak signatures', certify(ca, top), certify(ca, top, { signer: ecdsaSha1, from: '2024-01-01' })],
    ['then by the newer certificate', certify(ca, top, { from: '2024-01-01' }), certify(ca, top)],
  ])('%s', (_, better, worse) => {
    expect(comparePaths(through(better), through(worse))).toBeLessThan(0);
    expect(comparePaths(through(worse), through(better))).toBeGreaterThan(0);
  });

  test("without the anchor's own signature", () => {
    const issuer = certify(ca, top);
    const weak = root(top, { to: '2050-01-01', signer: ecdsaSha1, from: '2021-01-01' });
    expect(comparePaths(through(issuer, weak), through(issuer))).toBeLessThan(0);
  });

  test('from the leaf upwards', () => {
    const [old, recent] = [certify(ca, top), certify(ca, top, { from: '2024-01-01' })];
    const newer = root(top, { to: '2050-01-01', from: '2024-01-01' });
    expect(comparePaths(through(recent), through(old, newer))).toBeLessThan(0);
    expect(comparePaths(through(old, newer), through(old))).toBeLessThan(0);
  });

  test('as equal only if they are the same', () => {
    const issuer = certify(ca, top);
    expect(comparePaths(through(issuer), through(issuer))).toBe(0);
    const twin = certify(ca, top);
    const byHash = issuer.sha256 < twin.sha256 ? -1 : 1;
    expect(Math.sign(comparePaths(through(issuer), through(twin)))).toBe(byHash);
  });
});

test('certificates of one CA: latest end, then latest start, then the smaller hash', () => {
  const [late, recent] = [certify(ca, top, { to: '2031-01-01' }), certify(ca, top, { from: '2024-01-01' })];
  const twins = [certify(ca, top), certify(ca, top)].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  const ordered = [late, recent, ...twins];
  expect([...ordered].reverse().sort(compareIssuers)).toEqual(ordered);
  expect(compareIssuers(late, late)).toBe(0);
});
