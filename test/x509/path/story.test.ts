import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../../src/x509/certificate.js';
import { buildPath, examinePath } from '../../../src/x509/path/build-certification-path.js';
import { certificatesWithRoot } from '../../../src/x509/path/root-in-chain.js';
import { certify, leafOf, now, party, root } from '../certificate-maker.js';

const oldRoot = party('Old Root');
const newRoot = party('New Root');
const ca = party('Intermediate');

const leaf = leafOf(ca);
const intermed = certify(ca, newRoot);
const cross = certify(newRoot, oldRoot);
const newRootCertificate = root(newRoot);
const oldRootCertificate = root(oldRoot);

const line = [leaf, intermed, cross].map(({ sha256 }) => sha256);
const hashes = (certificates: readonly Certificate[]) => certificates.map(({ sha256 }) => sha256);

describe('the keystore of the story: a new root, cross-signed by an old one', () => {
  const stores: [string, Certificate[]][] = [
    ['full chain and cross', [leaf, intermed, newRootCertificate, cross]],
    ['cross first', [cross, newRootCertificate, intermed, leaf]],
    ['leaf alone, intermediate and cross beside it', [leaf, intermed, cross]],
    ['the same the other way round', [cross, intermed]],
    ['everything twice', [cross, intermed, cross, newRootCertificate, intermed, leaf, leaf]],
  ];
  for (const [title, store] of stores) {
    const selfSigned = store.filter(({ isSelfIssued }) => isSelfIssued);
    for (const [what, trustAnchors, storeAnchors, anchor] of [
      ['no anchor known', [], [], undefined],
      ['roots of the store known', [], selfSigned, selfSigned[0]],
      ['old root known', [oldRootCertificate], selfSigned, oldRootCertificate],
      ['new root known', [newRootCertificate], selfSigned, newRootCertificate],
      ['both roots known', [newRootCertificate, oldRootCertificate], [], oldRootCertificate],
    ] as const) {
      it(`${title}; ${what}: leaf, intermediate, cross`, () => {
        const path = buildPath(leaf, { now, candidates: store, trustAnchors, storeAnchors });
        expect(hashes(path.certificates)).toEqual(line);
        expect(path.anchor?.sha256).toBe(anchor?.sha256);
      });
    }
  }

  it('sends no cross certificate that has expired', () => {
    const expired = certify(newRoot, oldRoot, { to: '2024-01-01' });
    const path = buildPath(leaf, {
      now,
      candidates: [intermed, expired],
      trustAnchors: [newRootCertificate],
    });
    expect(hashes(path.certificates)).toEqual(line.slice(0, 2));
    expect(path.rejected).toEqual([{ certificate: expired, reason: 'expired on 2024-01-01 00:00:00 UTC' }]);
  });

  it('sends no cross certificate of a root that has expired', () => {
    const expiredRoot = root(oldRoot, { to: '2024-01-01' });
    const path = buildPath(leaf, {
      now,
      candidates: [intermed, cross, expiredRoot],
      trustAnchors: [newRootCertificate],
    });
    expect(hashes(path.certificates)).toEqual(line.slice(0, 2));
    expect(path.rejected.find(({ certificate }) => certificate === cross)?.reason).toBe(
      'leads only to "CN=Old Root", which has expired',
    );
  });

  it('stops at the first known anchor if asked to', () => {
    const path = buildPath(leaf, {
      now,
      candidates: [intermed, cross],
      trustAnchors: [oldRootCertificate, newRootCertificate],
      preference: 'shortest',
    });
    expect(hashes(path.certificates)).toEqual(line.slice(0, 2));
    expect(path.anchor).toBe(newRootCertificate);
  });

  it('follows the stored chain if asked to', () => {
    const path = buildPath(leaf, {
      now,
      candidates: [cross],
      stored: [leaf, intermed, newRootCertificate],
      storeAnchors: [newRootCertificate],
      preference: 'stored',
    });
    expect(hashes(path.certificates)).toEqual(line.slice(0, 2));
    expect(path.anchor).toBe(newRootCertificate);
  });

  it('adds the root that is known, where that leaves the line straight', () => {
    const withRoot = (trustAnchors: Certificate[]) =>
      certificatesWithRoot(buildPath(leaf, { now, candidates: [intermed, cross], trustAnchors }));
    expect(withRoot([oldRootCertificate])).toEqual([leaf, intermed, cross, oldRootCertificate]);
    expect(withRoot([newRootCertificate])).toEqual([leaf, intermed, newRootCertificate]);
    expect(withRoot([intermed])).toEqual([leaf, intermed, cross]);
    expect(withRoot([])).toEqual([leaf, intermed, cross]);
  });

  it('gives an expired leaf its line all the same, and says so', () => {
    const expired = leafOf(ca, { to: '2025-01-01' });
    const candidates = [cross, intermed];
    expect(() => buildPath(expired, { now, candidates })).toThrow(
      expect.objectContaining({ code: 'ERR_PATH_NOT_FOUND' }),
    );
    const path = examinePath(expired, { now, candidates, trustAnchors: [newRootCertificate] });
    expect(hashes(path.certificates)).toEqual([expired.sha256, ...line.slice(1)]);
    expect(path.problems.map(({ code }) => code)).toEqual(['WARN_CERTIFICATE_EXPIRED']);
  });
});
