import { quotedCertificate } from '../display-name.js';
import { quotedName } from '../name/distinguished-name.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { ifReadable } from '../tolerate-malformed.js';
import type { Candidate } from './candidate-index.js';
import type { MissingIssuer } from './certification-path-types.js';
import type { PartialPath, PathEdges } from './path-edges.js';

/**
 * Explains why a path ends without an anchor: by the problem of the best candidate with the issuer's name, or by the lack of a candidate.
 */
export function explainMissingIssuer(path: PartialPath, edges: PathEdges): MissingIssuer {
  const top = path.at(-1) as Candidate;
  const { certificate } = top;
  let best: Fault | undefined;
  for (const issuer of edges.namedIssuers(top)) {
    if (best?.rank === 0) break;
    const fault = faultOf(path, issuer, edges);
    if (best === undefined || fault.rank < best.rank) best = fault;
  }
  const alone = certificate.isSelfIssued
    ? 'is self-signed and not a trust anchor'
    : `its issuer's certificate ${quotedName(certificate.issuer)} is missing`;
  return {
    certificate,
    issuer: certificate.issuer,
    reason: `${quotedCertificate(certificate)}: ${best?.reason(quotedCertificate(best.issuer.certificate)) ?? alone}`,
    urls: issuerUrls(certificate),
  };
}

/** Returns the http and https URLs of a certificate's caIssuers field. */
export function issuerUrls(certificate: ParsedCertificate): string[] {
  return ifReadable(() => certificate.extensions.caIssuers.filter((url) => /^https?:\/\//i.test(url))) ?? [];
}

/** What is wrong with a certificate that has the issuer's name. */
interface Fault {
  readonly issuer: Candidate;
  /** A lower rank means that less is wrong. */
  readonly rank: 0 | 1 | 2;
  /**
   * Formats the explanation; `name` is the quoted name of `issuer`. It is a function, because only the explanation of the best of possibly
   * thousands of candidates is needed.
   */
  reason(name: string): string;
}

function faultOf(path: PartialPath, issuer: Candidate, edges: PathEdges): Fault {
  const { certificate } = path.at(-1) as Candidate;
  const verdict = edges.verdictIfAffordable(certificate, issuer.certificate);
  if (verdict === 'valid') {
    const fault =
      edges.issuerProblem(issuer) ??
      edges.obstacleIfAffordable(path, issuer) ??
      (issuer.anchor === undefined ? 'is not a trust anchor, and its own issuer is missing' : 'cannot be used');
    return { issuer, rank: 0, reason: (name) => `its issuer ${name} ${fault}` };
  }
  if (verdict !== 'invalid')
    return {
      issuer,
      rank: 1,
      reason: (name) => `its signature by ${name} cannot be checked by this version of Node`,
    };
  return {
    issuer,
    rank: 2,
    reason: (name) => `the certificate ${name} has the issuer's name, but its key does not verify the signature`,
  };
}
