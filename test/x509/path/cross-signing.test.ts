import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../../src/x509/certificate.js';
import { buildPath, examinePath } from '../../../src/x509/path/build-certification-path.js';
import { certify, ecdsaSha1, leafOf, newKey, now, party, root } from '../certificate-maker.js';

const lineOf = (leaf: Certificate, candidates: Certificate[], trustAnchors: Certificate[], at = now) =>
  buildPath(leaf, { now: at, candidates, trustAnchors });

describe('a root that expired while its cross certificates live on (Let’s Encrypt, September 2021)', () => {
  const [dst, x1, r3] = [party('DST'), party('X1'), party('R3')];
  const leaf = leafOf(r3);
  const r3ByDst = certify(r3, dst, { to: '2021-09-29' });
  const r3ByX1 = certify(r3, x1);
  const x1ByDst = certify(x1, dst, { to: '2026-09-30' });
  const dstRoot = root(dst, { to: '2021-09-30' });
  const x1Root = root(x1);
  const bag = [r3ByDst, r3ByX1, x1ByDst, dstRoot];
  const before = new Date('2021-06-01T00:00:00Z');

  it('before: the cross certificate is sent', () => {
    const path = lineOf(leaf, bag, [x1Root, dstRoot], before);
    expect(path.certificates).toEqual([leaf, r3ByX1, x1ByDst]);
    expect(path.anchor).toBe(dstRoot);
  });

  it('after: it is not', () => {
    for (const anchors of [[x1Root], [x1Root, dstRoot]]) {
      const path = lineOf(leaf, bag, anchors);
      expect(path.certificates).toEqual([leaf, r3ByX1]);
      expect(path.anchor).toBe(x1Root);
    }
  });

  it('after, with nothing but the expired root trusted: no path, and no cross certificate either if the new root is a candidate', () => {
    expect(() => buildPath(leaf, { now, candidates: bag, trustAnchors: [dstRoot], preference: 'shortest' })).toThrow(
      /its issuer "CN=DST" expired on 2021-09-30/,
    );
    expect(lineOf(leaf, [...bag, x1Root], [dstRoot]).certificates).toEqual([leaf, r3ByX1]);
  });

  it('knows the two that everybody met, though no list of roots has them any more', () => {
    const past = party('O=Digital Signature Trust Co.,CN=DST Root CA X3');
    const cross = certify(x1, past, { to: '2026-09-30' });
    const path = lineOf(leaf, [r3ByX1, cross], [x1Root]);
    expect(path.certificates).toEqual([leaf, r3ByX1]);
    expect(path.rejected[0]?.reason).toMatch(/leads only to "CN=DST Root CA X3,.*", which has expired/);
    expect(lineOf(leaf, [r3ByX1, cross], [x1Root], before).certificates).toHaveLength(3);
  });

  it('sends an intermediate all the same if there is no other way, and says that its root has expired', () => {
    const only = certify(r3, dst);
    const path = examinePath(leaf, { now, candidates: [only, dstRoot], trustAnchors: [dstRoot] });
    expect(path.certificates).toEqual([leaf, only]);
    expect(path.problems).toEqual([{ code: 'WARN_CERTIFICATE_EXPIRED', message: 'the root "CN=DST" has expired' }]);
    // Another issue by the same root is no other way.
    const issues = [only, certify(r3, dst, { to: '2031-01-01' })];
    expect(lineOf(leaf, [...issues, dstRoot], []).certificates).toEqual([leaf, issues[1]]);
    // Nor is a namesake with another key.
    const namesake = certify(party('R3'), x1);
    expect(lineOf(leaf, [only, namesake, dstRoot], []).certificates).toEqual([leaf, only]);
    // Nor is a way that has expired itself.
    const gone = certify(r3, x1, { to: '2022-01-01' });
    expect(lineOf(leaf, [only, gone, dstRoot], []).certificates).toEqual([leaf, only]);
  });
});

describe('one CA under three roots (COMODO, May 2020)', () => {
  const [addTrust, aaa, comodo, issuing] = [party('AddTrust'), party('AAA'), party('COMODO'), party('DV')];
  const leaf = leafOf(issuing);
  const dv = certify(issuing, comodo);
  const byAddTrust = certify(comodo, addTrust, { to: '2020-05-30' });
  const byAaa = certify(comodo, aaa, { to: '2028-12-31' });
  const bag = [byAddTrust, byAaa, dv, root(addTrust, { to: '2020-05-30' })];

  it('goes by way of the cross certificate that is valid', () => {
    expect(lineOf(leaf, bag, [root(comodo), root(aaa)]).certificates).toEqual([leaf, dv, byAaa]);
    expect(lineOf(leaf, bag, []).certificates).toEqual([leaf, dv, byAaa]);
  });

  it('between two that are valid takes the later end', () => {
    const early = new Date('2020-02-01T00:00:00Z');
    expect(lineOf(leaf, bag, [root(comodo)], early).certificates).toEqual([leaf, dv, byAaa]);
  });
});

describe('a root in two issues of one key, and a cross certificate (GTS)', () => {
  const [global, r1, wr2] = [party('GlobalSign'), party('R1'), party('WR2')];
  const leaf = leafOf(wr2);
  const issuing = certify(wr2, r1);
  const cross = certify(r1, global, { to: '2028-01-28' });
  const oldIssue = root(r1, { from: '2016-06-22' });
  const newIssue = root(r1, { from: '2016-06-22', to: '2036-06-22' });

  it('sends the cross certificate, whichever issue of the root is trusted', () => {
    for (const anchors of [[oldIssue], [newIssue], [oldIssue, newIssue], [root(global)]]) {
      const path = lineOf(leaf, [issuing, cross, oldIssue], anchors);
      expect(path.certificates).toEqual([leaf, issuing, cross]);
    }
  });

  it('names the better of two issues as the anchor', () => {
    expect(lineOf(leaf, [issuing], [oldIssue, newIssue]).anchor).toBe(newIssue);
    const shortest = { now, candidates: [issuing, cross, oldIssue], preference: 'shortest' } as const;
    expect(buildPath(leaf, { ...shortest, trustAnchors: [newIssue] }).anchor).toBe(newIssue);
  });
});

describe('what is worth sending', () => {
  const [older, old, mid, ca] = [party('Older'), party('Old'), party('Mid'), party('CA')];
  const leaf = leafOf(ca);
  const issuing = certify(ca, mid);

  it('is a whole staircase of cross certificates', () => {
    const steps = [certify(mid, old), certify(old, older)];
    expect(lineOf(leaf, [...steps, issuing], [root(mid)]).certificates).toEqual([leaf, issuing, ...steps]);
  });

  it('is a line to a known root rather than a longer one to nowhere', () => {
    const other = certify(ca, old, { to: '2039-01-01' });
    const nowhere = certify(old, older);
    expect(lineOf(leaf, [issuing, other, nowhere], [root(mid)]).certificates).toEqual([leaf, issuing]);
    expect(lineOf(leaf, [issuing, other, nowhere], []).certificates).toEqual([leaf, other, nowhere]);
  });

  it('is, of two issues that end together, the newer one', () => {
    const newer = certify(ca, mid, { from: '2022-01-01' });
    expect(lineOf(leaf, [issuing, newer], []).certificates).toEqual([leaf, newer]);
  });

  it('has for its anchor the highest root known, given or stored', () => {
    const cross = certify(mid, old);
    const [given, kept] = [root(mid), root(old)];
    const path = buildPath(leaf, {
      now,
      candidates: [issuing, cross, kept],
      trustAnchors: [given],
      storeAnchors: [kept],
    });
    expect(path).toMatchObject({ certificates: [leaf, issuing, cross], anchor: kept });
  });

  it('is a line to a given anchor rather than a longer one to a root of the store', () => {
    const other = certify(ca, old);
    const storeAnchors = [root(older)];
    const candidates = [issuing, other, certify(old, older), ...storeAnchors];
    const path = buildPath(leaf, { now, candidates, trustAnchors: [root(mid)], storeAnchors });
    expect(path.certificates).toEqual([leaf, issuing]);
    expect(buildPath(leaf, { now, candidates, storeAnchors }).certificates).toHaveLength(3);
  });

  it('is no cross certificate by SHA-1 above a known root, since nobody takes it any more', () => {
    const cross = certify(mid, old, { signer: ecdsaSha1, from: '2010-01-01' });
    const early = leafOf(ca, { from: '2012-01-01' });
    const timeless = certify(ca, mid, { from: '2010-01-01' });
    const anchor = root(mid, { from: '2010-01-01' });
    const path = lineOf(early, [timeless, cross], [anchor]);
    expect(path.certificates).toEqual([early, timeless]);
    expect(path.rejected[0]?.reason).toMatch(/signed with SHA-1/);
    // CA/B Forum ballot 118: from 2017 on.
    const [before, from] = [new Date('2016-12-31T23:59:59Z'), new Date('2017-01-01T00:00:00Z')];
    expect(lineOf(early, [timeless, cross], [anchor], before).certificates).toEqual([early, timeless, cross]);
    expect(lineOf(early, [timeless, cross], [anchor], from).certificates).toEqual([early, timeless]);
    expect(lineOf(early, [timeless, cross], []).certificates).toEqual([early, timeless, cross]);
  });

  it('is no self-signed certificate, even if it is no anchor', () => {
    const top = root(mid);
    const path = lineOf(leaf, [issuing, top], []);
    expect(path.certificates).toEqual([leaf, issuing]);
    expect(path.anchor).toBeUndefined();
    expect(path.rejected).toEqual([{ certificate: top, reason: 'is a root, which a server does not send' }]);
  });

  it('is an intermediate that is trusted, if it lies in the bag', () => {
    expect(lineOf(leaf, [issuing], [issuing])).toMatchObject({ certificates: [leaf, issuing], anchor: issuing });
    const shortest = { now, trustAnchors: [issuing], preference: 'shortest' } as const;
    expect(buildPath(leaf, shortest).certificates).toEqual([leaf]);
    expect(buildPath(leaf, { ...shortest, candidates: [issuing] }).certificates).toEqual([leaf, issuing]);
  });

  it('is what is not signed by a namesake with another key', () => {
    const impostor = certify(party('CA', newKey()), mid, { to: '2040-01-01' });
    const path = lineOf(leaf, [impostor, issuing], []);
    expect(path.certificates).toEqual([leaf, issuing]);
    expect(path.rejected[0]?.reason).toBe(
      'has the name of the issuer of "CN=mail.example.com", but its key did not sign it',
    );
  });

  it('is a self-signed leaf alone, which is its own root only if it is trusted', () => {
    const own = party('mail.example.com');
    const self = leafOf(own, { key: own.key });
    const path = examinePath(self, { now, candidates: [self] });
    expect(path.certificates).toEqual([self]);
    expect(path.problems.map(({ code }) => code)).toEqual(['WARN_LEAF_SELF_SIGNED']);
    expect(buildPath(self, { now, storeAnchors: [self] }).anchor).toBeUndefined();
    expect(buildPath(self, { now, trustAnchors: [self] }).anchor).toBe(self);
  });
});

describe('the stored chain', () => {
  const [top, mid, ca] = [party('Top'), party('Mid'), party('CA')];
  const leaf = leafOf(ca);
  const issuing = certify(ca, mid);
  const cross = certify(mid, top);
  const take = (stored: Certificate[], trustAnchors: Certificate[] = []) =>
    examinePath(leaf, { now, stored, trustAnchors, preference: 'stored' });

  it('is taken as it is, its root left out', () => {
    const path = take([leaf, issuing, cross, root(top)], [root(mid)]);
    expect(path.certificates).toEqual([leaf, issuing, cross]);
    expect(take([leaf, issuing], [root(mid)]).problems).toEqual([]);
  });

  it('is cut where a pair does not fit', () => {
    const cut = (stored: Certificate[]) => {
      const { certificates, problems } = take(stored);
      return [certificates.length, problems[0]?.code, problems[0]?.message];
    };
    const start = 'the stored chain is cut short: ';
    expect(cut([leaf, cross, issuing])).toEqual([
      1,
      'WARN_CHAIN_INCOMPLETE',
      `${start}"CN=Mid" is not the issuer of "CN=mail.example.com"`,
    ]);
    expect(cut([leaf, certify(party('CA'), mid)])).toEqual([
      1,
      'WARN_CHAIN_INCOMPLETE',
      `${start}"CN=CA" did not sign "CN=mail.example.com"`,
    ]);
    expect(cut([leaf, certify(ca, mid, { to: '2024-01-01' }), cross])[2]).toMatch(/"CN=CA" expired/);
  });

  it('is the candidates in their order, if it is not given', () => {
    const options = { now, preference: 'stored' } as const;
    expect(buildPath(leaf, { ...options, candidates: [issuing, cross] }).certificates).toHaveLength(3);
    expect(buildPath(leaf, { ...options, candidates: [cross, issuing] }).certificates).toHaveLength(1);
  });
});
