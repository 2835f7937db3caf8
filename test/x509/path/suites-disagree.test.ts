import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../../src/x509/certificate.js';
import { buildCertificationPath, examineCertificationPath } from '../../../src/x509/path/build-certification-path.js';
import {
  caUsage,
  certify,
  clientAuth,
  ecdsaSha1,
  ext,
  generalName,
  leafOf,
  now,
  party,
  root,
  serverAuth,
} from '../certificate-maker.js';

const [top, ca] = [party('Top'), party('CA')];
const accepted = (leaf: Certificate, candidates: Certificate[], trustAnchors = [root(top)]): boolean => {
  try {
    buildCertificationPath(leaf, { now, candidates, trustAnchors, preference: 'shortest' });
    return true;
  } catch {
    return false;
  }
};

/**
 * Where the public suites of path building contradict each other, or themselves, and which side is taken here. The cases
 * are made anew with certificates of the same shape.
 */
describe('where suites of path building disagree', () => {
  it('PKITS 4.5.4 and 4.5.6 list a self-issued certificate in the path whose key signed nothing in it', () => {
    // Self-issued "new with old" (4.5.4) and a self-issued one for CRLs alone (4.5.6): the leaf is signed by the old key.
    const renewed = party('CA');
    for (const extensions of [undefined, [ext.basicConstraints(false), ext.keyUsage(0x02)]]) {
      const selfIssued = certify(renewed, ca, extensions ? { extensions } : {});
      const issuing = certify(ca, top);
      const path = buildCertificationPath(leafOf(ca), {
        now,
        candidates: [selfIssued, issuing],
        trustAnchors: [root(top)],
        preference: 'shortest',
      });
      // Each certificate must certify the one before, so the list of the suite is no path, and the verdict stays the same.
      expect(path.certificates.slice(1)).toEqual([issuing]);
      expect(path.rejected.map(({ certificate }) => certificate)).toEqual([selfIssued]);
    }
  });

  it('SHA-1: BetterTLS refuses it, PKITS 1.0 and real chains of its time are signed with it; taken, and ranked last', () => {
    const weak = certify(ca, top, { signer: ecdsaSha1 });
    expect(accepted(leafOf(ca), [weak])).toBe(true);
    const examined = examineCertificationPath(leafOf(ca), { now, candidates: [weak], trustAnchors: [root(top)] });
    expect(examined.problems.map(({ code }) => code)).toEqual(['WARN_SIGNATURE_WEAK']);
  });

  it('keyCertSign in a leaf that is no CA: limbo refuses it by RFC 5280 4.2.1.9, the leaves of Go’s suite are made so; taken', () => {
    const leaf = leafOf(ca, {
      extensions: [ext.basicConstraints(false), ext.keyUsage(caUsage), ext.extKeyUsage(serverAuth)],
    });
    expect(accepted(leaf, [certify(ca, top)])).toBe(true);
  });

  it('dates and rights of an anchor: BoringSSL ignores them, limbo and OpenSSL do not; they count', () => {
    const [fine] = [certify(ca, top)];
    expect(accepted(leafOf(ca), [fine], [root(top, { to: '2024-01-01' })])).toBe(false);
    expect(accepted(leafOf(ca), [fine], [root(top, { extensions: [] })])).toBe(false);
    expect(accepted(leafOf(ca), [fine], [root(top, { more: [ext.extKeyUsage(clientAuth)] })])).toBe(false);
  });

  it('a leading period in a DNS constraint: limbo calls it malformed, OpenSSL and Go understand it; understood', () => {
    const constrained = certify(ca, top, { more: [ext.nameConstraints([generalName.dns('.example.com')])] });
    expect(accepted(leafOf(ca), [constrained])).toBe(true);
    expect(accepted(leafOf(ca, { host: 'mail.example.org' }), [constrained])).toBe(false);
  });

  it('a constrained CA and a leaf with nothing but a common name: OpenSSL looks at it, Go does not; it is looked at', () => {
    const constrained = certify(ca, top, { more: [ext.nameConstraints([generalName.dns('example.com')])] });
    const bare = (host: string) => leafOf(ca, { host, extensions: [ext.extKeyUsage(serverAuth)] });
    expect(accepted(bare('mail.example.com'), [constrained])).toBe(true);
    expect(accepted(bare('mail.example.org'), [constrained])).toBe(false);
  });
});
