import { describe, expect, test } from 'vitest';
import { readCertificates, verifyChain } from '../../src/probe/presented-chain.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { certify, leafOf, party, root } from '../x509/certificate-maker.js';

const day = 86_400_000;
const now = new Date('2026-06-01T00:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * day);
const dates = (from: number, to: number) => ({ from: inDays(from).toISOString(), to: inDays(to).toISOString() });

const top = party('Root');
const middle = party('CA');
const anchor = root(top, dates(-1_000, 2_000));
const issuer = certify(middle, top, dates(-900, 900));
const leaf = leafOf(middle, dates(-300, 100));

type Chain = readonly [Certificate, ...Certificate[]];
const verify = (
  chain: Chain,
  options: { hostname?: string; now?: Date; trustAnchors?: Certificate[]; days?: number } = {},
) => verifyChain(chain, { hostname: 'mail.example.com', now, trustAnchors: [anchor], ...options });
const texts = (...args: Parameters<typeof verify>) =>
  verify(...args).findings.map(({ rule, severity, message }) => `${rule} ${severity}: ${message}`);

test('a sound chain', () => {
  expect(verify([leaf, issuer])).toEqual({
    verification: { trusted: true, anchor, hostname: 'mail.example.com', nameMatches: true, daysLeft: 100 },
    findings: [],
  });
});

test('certificates that cannot be read are left out', () => {
  const ders = [leaf.der, leaf.der.subarray(0, 20), issuer.der];
  expect(readCertificates(ders).map(({ sha256 }) => sha256)).toEqual([leaf.sha256, issuer.sha256]);
});

describe('dates', () => {
  const { notAfter, notBefore } = leaf;
  const later = (date: Date, milliseconds: number) => new Date(date.getTime() + milliseconds);
  const rulesAt = (at: Date) => texts([leaf, issuer], { now: at, days: 0 }).map((text) => text.split(':')[0]);

  test('the last moment is valid, and the next is not', () => {
    expect(rulesAt(notAfter)).not.toContain('CERTIFICATE_EXPIRED error');
    expect(texts([leaf, issuer], { now: later(notAfter, 1_000) })[0]).toBe(
      'CERTIFICATE_EXPIRED error: the certificate expired on 2026-09-09',
    );
  });

  test('the first moment is valid, and the one before is not', () => {
    expect(rulesAt(notBefore)).toEqual([]);
    expect(texts([leaf, issuer], { now: later(notBefore, -1_000) })[0]).toBe(
      'CERTIFICATE_EXPIRED error: the certificate is not valid before 2025-08-05',
    );
  });

  test('the certificate that ends first is named', () => {
    const short = certify(middle, top, dates(-900, 10));
    const [text] = texts([leaf, short]);
    expect(text).toBe('CERTIFICATE_EXPIRES warning: CN=CA expires in 10 days, on 2026-06-11');
    expect(texts([leafOf(middle, dates(-300, 5)), short])[0]).toBe(
      'CERTIFICATE_EXPIRES warning: CN=mail.example.com expires in 5 days, on 2026-06-06',
    );
  });

  test('the days that are left are those of the whole path, with its root', () => {
    expect(verify([leaf, certify(middle, top, dates(-900, 50))]).verification.daysLeft).toBe(50);
    const early = root(top, dates(-1_000, 40));
    expect(verify([leaf, issuer], { trustAnchors: [early] }).verification.daysLeft).toBe(40);
  });
});

describe('roots and names', () => {
  test('no root', () => {
    const { verification, findings } = verify([leaf, issuer], { trustAnchors: [] });
    expect(verification).not.toHaveProperty('anchor');
    expect(verification.trusted).toBe(false);
    expect(findings).toEqual([
      {
        rule: 'CERTIFICATE_UNTRUSTED',
        severity: 'error',
        message: expect.stringMatching(/^clients cannot verify the certificate: \S/),
      },
    ]);
  });

  test.each<[string, Chain, string]>([
    ['an issuer that is not sent', [leaf], 'its issuer\'s certificate "CN=CA" is missing'],
    ['an issuer that has expired', [leaf, certify(middle, top, dates(-900, -1))], 'expired'],
    ['a certificate of its own', [root(party('mail.example.com'), dates(-300, 100))], 'CN=mail.example.com'],
  ])('no root, because of %s', (_, chain, why) => {
    const [text] = texts(chain).filter((each) => each.startsWith('CERTIFICATE_UNTRUSTED'));
    expect(text).toMatch(/^CERTIFICATE_UNTRUSTED error: clients cannot verify the certificate: \S/);
    expect(text).toContain(why);
  });

  test('no name', () => {
    const nameless = leafOf(middle, { ...dates(-300, 100), extensions: [], subject: Uint8Array.of(0x30, 0) });
    expect(texts([nameless, issuer])).toEqual([
      'CERTIFICATE_NAME error: the certificate is for no name, not for mail.example.com',
    ]);
    expect(texts([nameless, issuer], { days: 101 })[0]).toBe(
      'CERTIFICATE_EXPIRES warning: the certificate expires in 100 days, on 2026-09-09',
    );
  });

  test('another name', () => {
    expect(verify([leaf, issuer], { hostname: 'a.example' }).verification.nameMatches).toBe(false);
    expect(texts([leaf, issuer], { hostname: 'a.example' })).toEqual([
      'CERTIFICATE_NAME error: the certificate is for mail.example.com, not for a.example',
    ]);
  });
});

describe('certificates that need not be sent', () => {
  const stranger = root(party('Stranger'));
  test.each<[string, Chain, string]>([
    ['a duplicate', [leaf, issuer, issuer], 'CN=CA is sent twice'],
    ['a root', [leaf, issuer, anchor], 'the root CN=Root is sent; clients must have it anyway'],
    ['a stranger', [leaf, issuer, stranger], 'CN=Stranger does not belong to the chain'],
  ])('%s', (_, chain, message) => expect(texts(chain)).toEqual([`CHAIN_EXTRA warning: ${message}`]));

  test('another order', () => {
    const lower = party('Lower');
    const low = certify(lower, middle, dates(-900, 900));
    const end = leafOf(lower, dates(-300, 100));
    expect(
      texts([end, issuer, low]).every((text) => /^CHAIN_EXTRA warning: CN=\w+ is sent in the wrong place$/.test(text)),
    ).toBe(true);
    expect(texts([end, issuer, low]).length).toBeGreaterThan(0);
    expect(texts([end, low, issuer])).toEqual([]);
  });
});
