import { describe, expect, test } from 'vitest';
import type { Certificate } from '../../../src/x509/certificate.js';
import { examinePath } from '../../../src/x509/path/build-certification-path.js';
import { certify, ext, leafOf, now, party, root, signer } from '../certificate-maker.js';

const [top, mid, ca] = [party('Top'), party('Mid'), party('CA')];
const leaf = leafOf(ca);
const [issuing, upper, anchor] = [certify(ca, mid), certify(mid, top), root(top)];
const take = (stored: Certificate[], trustAnchors: Certificate[] = [], of: Certificate = leaf) =>
  examinePath(of, { now, stored, trustAnchors, preference: 'stored' });
const unknown = { ...signer('1.3.6.1.4.1.99999.1', 'sha256'), sign: () => new Uint8Array(64) };

describe('the anchor of a stored chain', () => {
  test.each<[string, Certificate[], Certificate[], Certificate | undefined]>([
    ['certifies its last certificate', [leaf, issuing, upper], [anchor], anchor],
    ['may certify a lower one', [leaf, issuing, upper], [root(mid)], expect.objectContaining({ subject: 'CN=Mid' })],
    ['is the leaf, if that is trusted', [leaf, issuing], [leaf, root(mid)], leaf],
    ['is none that only has the name of one', [leaf, issuing, upper], [root(party('Top'))], undefined],
    ['is none whose path length forbids the chain', [leaf, issuing, upper], [root(top, { pathLength: 1 })], undefined],
  ])('%s', (_, stored, anchors, expected) => {
    const path = take(stored, anchors);
    expect(path.certificates).toEqual(stored);
    expect(path.anchor).toEqual(expected);
  });

  test('is none above a signature that cannot be checked', () => {
    const unchecked = certify(ca, mid, { signer: unknown });
    const path = take([leaf, unchecked, upper], [anchor]);
    expect(path.certificates).toEqual([leaf, unchecked, upper]);
    expect(path.anchor).toBeUndefined();
    expect(path.problems.map(({ code }) => code)).toContain('WARN_SIGNATURE_NOT_CHECKED');
  });
});

describe('a stored chain ends', () => {
  test('below its root, whatever follows and however bad that root is', () => {
    const expired = root(top, { to: '2021-01-01' });
    const path = take([leaf, issuing, upper, expired, certify(party('X'), party('Y'))]);
    expect(path.certificates).toEqual([leaf, issuing, upper]);
    expect(path.problems).toEqual([{ code: 'WARN_CERTIFICATE_EXPIRED', message: 'the root "CN=Top" has expired' }]);
    expect(take([leaf, issuing, upper, anchor, issuing]).problems.map(({ code }) => code)).toEqual([
      'WARN_ANCHOR_UNKNOWN',
    ]);
  });

  test.each<[string, Certificate, string]>([
    ['is no CA', certify(ca, mid, { extensions: [ext.basicConstraints(false)] }), 'is not a CA certificate'],
    ['is not valid yet', certify(ca, mid, { from: '2029-01-01' }), 'is not valid before 2029-01-01 00:00:00 UTC'],
    ['allows no CA below it', certify(mid, top, { pathLength: 0 }), 'allows 0 CAs below it, not 1'],
  ])('before a certificate that %s', (_, bad, reason) => {
    const stored = bad.subject === 'CN=Mid' ? [leaf, issuing, bad] : [leaf, bad, upper];
    const path = take(stored);
    expect(path.certificates).toEqual(stored.slice(0, stored.indexOf(bad)));
    expect(path.problems[0]).toEqual({
      code: 'WARN_CHAIN_INCOMPLETE',
      message: `the stored chain is cut short: "${bad.subject}" ${reason}`,
    });
  });

  test('not before an expired certificate, if the leaf has expired, too', () => {
    const old = leafOf(ca, { to: '2024-01-01' });
    const expired = certify(ca, mid, { to: '2023-06-01' });
    expect(take([old, expired, upper], [], old).certificates).toEqual([old, expired, upper]);
  });
});

describe('a chain with signatures that cannot be checked', () => {
  const odd = leafOf(ca, { signer: unknown });
  const extend = (candidates: Certificate[], trustAnchors: Certificate[] = []) =>
    examinePath(odd, { now, candidates, trustAnchors }).certificates;

  test('goes on with candidates, up to below a root', () => {
    expect(extend([issuing, upper, anchor])).toEqual([odd, issuing, upper]);
    expect(extend([upper], [issuing])).toEqual([odd]);
  });

  test('does not go on with a certificate of another key identifier, or one that violates a path length', () => {
    const pointing = leafOf(ca, { signer: unknown, more: [ext.authorityKeyIdentifier('a')] });
    const withId = (id: string) => certify(ca, mid, { more: [ext.subjectKeyIdentifier(id)] });
    const [right, wrong] = [withId('a'), withId('b')];
    const of = (candidates: Certificate[]) => examinePath(pointing, { now, candidates }).certificates;
    expect([of([wrong]), of([wrong, right])]).toEqual([[pointing], [pointing, right]]);
    expect(extend([issuing, certify(mid, top, { pathLength: 0 })])).toEqual([odd, issuing]);
  });

  test('does not go on to a root that is known to be expired', () => {
    const past = party('O=Digital Signature Trust Co.,CN=DST Root CA X3');
    expect(extend([certify(ca, past), certify(past, top)])).toHaveLength(3);
    expect(extend([certify(ca, past)])).toEqual([odd]);
  });

  test('ends at the limit', () => {
    const limits = { pathLength: 2 };
    expect(examinePath(odd, { now, candidates: [issuing, upper], limits }).certificates).toEqual([odd, issuing]);
  });

  test('reaches no anchor', () => {
    expect(examinePath(odd, { now, candidates: [issuing, upper], trustAnchors: [anchor] }).anchor).toBeUndefined();
  });
});
