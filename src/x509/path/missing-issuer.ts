import { quotedCertificate } from '../display-name.js';
import { quotedName } from '../name/name.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { ifReadable } from '../tolerate-malformed.js';
import type { Candidate } from './candidate-index.js';
import type { MissingIssuer } from './certification-path.js';
import type { PartialPath, PathEdges } from './path-edges.js';

/**
 * Explains why a path ends without an anchor: by the problem of the best candidate with the issuer's name, or by the lack of a candidate.
 */
export function explainMissingIssuer(path: PartialPath, edges: PathEdges): MissingIssuer {
  const top = path.at(-1) as Candidate;
  const { certificate } = top;
  const faults = edges.namedIssuers(top).map((issuer) => faultOf(path, issuer, edges));
  const [best] = faults.sort((a, b) => a.rank - b.rank);
  const alone = certificate.isSelfIssued
    ? 'is self-signed and not a trust anchor'
    : `its issuer's certificate ${quotedName(certificate.issuer)} is missing`;
  return {
    certificate,
    issuer: certificate.issuer,
    reason: `${quotedCertificate(certificate)}: ${best?.reason ?? alone}`,
    urls: issuerUrls(certificate),
  };
}

/** Returns the http and https URLs of a certificate's caIssuers field. */
export function issuerUrls(certificate: ParsedCertificate): string[] {
  return ifReadable(() => certificate.extensions.caIssuers.filter((url) => /^https?:\/\//i.test(url))) ?? [];
}

/** Explains why a certificate with the issuer's name is not used as issuer. A lower rank means that less is wrong with it. */
function faultOf(path: PartialPath, issuer: Candidate, edges: PathEdges): { rank: number; reason: string } {
  const { certificate } = path.at(-1) as Candidate;
  const subject = quotedCertificate(issuer.certificate);
  const verdict = edges.verdictIfAffordable(certificate, issuer.certificate);
  if (verdict === 'valid') {
    const fault =
      edges.issuerProblem(issuer)?.text ??
      (edges.budget.has('pathNodes', 1) ? edges.obstacle(path, issuer) : undefined) ??
      (issuer.anchor === undefined ? 'is not a trust anchor, and its own issuer is missing' : 'cannot be used');
    return { rank: 0, reason: `its issuer ${subject} ${fault}` };
  }
  if (verdict !== 'invalid')
    return { rank: 1, reason: `its signature by ${subject} cannot be checked by this version of Node` };
  return { rank: 2, reason: `the certificate ${subject} has its issuer's name, but another key` };
}
