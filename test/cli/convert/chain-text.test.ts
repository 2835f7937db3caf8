import { describe, expect, test } from 'vitest';
import { describeChain, describeCount, describeLeaf } from '../../../src/cli/convert/chain-text.js';
import type { Certificate } from '../../../src/x509/certificate.js';

const now = new Date('2026-12-01T00:00:00Z');
const named = (...names: readonly string[]) => names.map((value) => ({ type: 'dns' as const, value }));
const certificate = (fields: Partial<Certificate> = {}): Certificate =>
  ({
    subject: 'CN=Mail',
    subjectAltNames: named('mail.example.com'),
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2027-02-16T00:00:00Z'),
    sha256: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    ...fields,
  }) as Certificate;
const chain = (...certificates: readonly Certificate[]) =>
  describeChain({ path: { certificates } as Parameters<typeof describeChain>[0]['path'] }, now);

test.each([
  [0, '0 certificates'],
  [1, '1 certificate'],
  [2, '2 certificates'],
])('%i: %s', (count, text) => expect(describeCount(count, 'certificate')).toBe(text));

describe('a chain', () => {
  test('is described by its length, and by the names and the end of its leaf', () => {
    expect(chain(certificate(), certificate({ subjectAltNames: named('other') }))).toBe(
      '2 certificates for mail.example.com, until 2027-02-16 (77 days)',
    );
    expect(chain()).toBe('0 certificates');
  });

  test.each([
    ['2026-12-02T00:00:00Z', 'until 2026-12-02 (1 day)'],
    ['2026-12-01T23:59:59Z', 'until 2026-12-01 (0 days)'],
    // notAfter is the last moment of the validity (RFC 5280 4.1.2.5).
    ['2026-12-01T00:00:00Z', 'until 2026-12-01 (0 days)'],
    ['2026-11-30T23:59:59Z', 'expired on 2026-11-30'],
  ])('that ends at %s: %s', (end, text) =>
    expect(chain(certificate({ notAfter: new Date(end) }))).toBe(`1 certificate for mail.example.com, ${text}`),
  );

  test.each<[string, Partial<Certificate>, string]>([
    ['three names', { subjectAltNames: named('a', 'b', 'c') }, 'a, b, c'],
    ['more names', { subjectAltNames: named('a', 'b', 'c', 'd') }, 'a, b, c and 1 more'],
    [
      'thousands of names',
      { subjectAltNames: named(...Array.from({ length: 2_003 }, (_, i) => `h${i}`)) },
      'h0, h1, h2 and 2,000 more',
    ],
    ['a long name', { subjectAltNames: named('x'.repeat(101)) }, 'x'.repeat(100)],
    ['no host name', { subjectAltNames: [], subject: 'CN=Mail Server' }, 'CN=Mail Server'],
    [
      'a long subject',
      { subjectAltNames: [], subject: `CN=${'x y'.repeat(50)}` },
      `CN=${'x y'.repeat(50)}`.slice(0, 100),
    ],
  ])('with %s', (_, fields, names) =>
    expect(chain(certificate(fields))).toBe(`1 certificate for ${names}, until 2027-02-16 (77 days)`),
  );
});

test('a leaf has sixteen digits of its fingerprint', () => {
  expect(describeLeaf(certificate(), now)).toBe(
    'mail.example.com, until 2027-02-16 (77 days), SHA-256 0123456789abcdef…',
  );
});
