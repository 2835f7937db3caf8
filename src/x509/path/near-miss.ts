import type { ParsedCertificate } from '../parsed-certificate.js';
import { ifReadable } from '../readable.js';
import type { Candidate } from './candidate-index.js';
import type { NearMiss } from './certification-path.js';
import type { PartialPath, PathEdges } from './path-edges.js';

/** Why a line that reaches no anchor does not go on: the best of the certificates that bear the wanted name, and its fault. */
export function findNearMiss(path: PartialPath, edges: PathEdges): NearMiss {
  const top = path.at(-1) as Candidate;
  const { certificate } = top;
  const faults = edges.namedIssuers(top).map((issuer) => faultOf(path, issuer, edges));
  const [nearest] = faults.sort((a, b) => a.distance - b.distance);
  const reason = certificate.isSelfIssued && !nearest ? 'is self-signed and no trust anchor' : nearest?.reason;
  return {
    certificate,
    issuer: certificate.issuer,
    reason: `"${certificate.subject}": ${reason ?? `no certificate of its issuer "${certificate.issuer}" is at hand`}`,
    urls: issuerUrls(certificate),
  };
}

/** URLs of the issuer's certificate, those that can be fetched without a directory service. */
export function issuerUrls(certificate: ParsedCertificate): string[] {
  return ifReadable(() => certificate.extensions.caIssuers.filter((url) => /^https?:\/\//i.test(url))) ?? [];
}

/** What keeps a namesake from being the issuer; `distance` is 0 for a fault in all but the least. */
function faultOf(path: PartialPath, issuer: Candidate, edges: PathEdges): { distance: number; reason: string } {
  const { certificate } = path.at(-1) as Candidate;
  const name = `its issuer "${issuer.certificate.subject}"`;
  const verdict = edges.verdictIfAffordable(certificate, issuer.certificate);
  if (verdict === 'valid') {
    const fault =
      edges.issuerProblem(issuer)?.text ??
      (edges.budget.has('pathNodes', 1) ? edges.obstacle(path, issuer) : undefined) ??
      (issuer.anchor === undefined ? 'is no trust anchor, and nothing at hand leads on from it' : 'cannot be used');
    return { distance: 0, reason: `${name} ${fault}` };
  }
  if (verdict === 'unverifiable')
    return { distance: 1, reason: `its signature by "${issuer.certificate.subject}" cannot be checked here` };
  return {
    distance: 2,
    reason: `a certificate named "${issuer.certificate.subject}" is at hand, but its key did not sign it`,
  };
}
