import { createHash } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { withParts } from '../../src/x509/certificate.js';
import { CandidateIndex } from '../../src/x509/path/candidate-index.js';
import { builtInRoots, nameNumbers, nodesRoots, rootsByName } from '../../src/x509/roots.js';

const byName = async () => rootsByName(await nameNumbers(), (index) => rootCertificates[index] ?? '');

describe.each([
  ['loaded', builtInRoots],
  ['loaded, as a list', nodesRoots],
  ['known by their names', byName],
])('the roots that Node brings along, %s', (_, list) => {
  it('are all there, byte for byte', async () => {
    const der = rootCertificates.map((pem) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'));
    const roots = [...(await list())];
    expect(roots.map(({ sha256 }) => sha256)).toEqual(
      der.map((bytes) => createHash('sha256').update(bytes).digest('hex')),
    );
    expect(roots.length).toBeGreaterThan(100);
  });

  it('are found by name, each, and can be read', async () => {
    const roots = await list();
    const index = new CandidateIndex({ candidates: [], trustAnchors: roots, storeAnchors: [] });
    for (const root of roots) {
      const found = index.named(withParts(root).subjectKey).map(({ certificate }) => certificate.sha256);
      expect(found, root.subject).toContain(root.sha256);
      expect(root.subject).toBe(withParts(root).subject);
      expect(root.issuer).toBe(root.subject);
      expect(root.selfIssued).toBe(true);
      expect(root.notAfter.getTime()).toBeGreaterThan(root.notBefore.getTime());
      expect(root.publicKeyAlgorithm).toMatch(/^(RSA|EC)$/);
      expect(root.signatureAlgorithm).toMatch(/^1\.2\.840\./);
      expect(root.serialNumber).toMatch(/^[0-9a-f]+$/);
    }
  });
});
