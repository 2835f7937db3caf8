import type { Certificate } from '../certificate.js';
import { quotedCertificate } from '../display-name.js';
import { withParts } from '../parse-certificate.js';
import type { Candidate } from './candidate-index.js';
import { authorityProblem, dateProblem } from './certificate-checks.js';
import { bestAnchor, type ServerChain } from './compatible-chain.js';
import { expiredRootAbove } from './expired-roots.js';
import type { PartialPath, PathEdges } from './path-edges.js';

/**
 * Follows a stored chain pair by pair. The path ends below the chain's root, or below the first certificate that cannot be the issuer of
 * the one before it.
 * @param stored certificates in the index of `edges`, after the leaf, which may be among them
 */
export function followStoredChain(leaf: Candidate, stored: readonly Certificate[], edges: PathEdges): ServerChain {
  let path: PartialPath = [leaf];
  let brokenOff: string | undefined;
  const [first, ...rest] = stored;
  const issuers = first?.sha256 === leaf.certificate.sha256 ? rest : stored;
  for (const certificate of issuers) {
    const next = edges.index.find(withParts(certificate)) as Candidate;
    const fault = faultOf(path, next, edges);
    if (fault) {
      brokenOff = `${quotedCertificate(certificate)} ${fault}`;
      break;
    }
    if (edges.isSelfSigned(next)) break;
    path = [...path, next];
  }
  const anchor = nearestAnchor(path, edges);
  return { path, ...(anchor && { anchor }), ...(brokenOff !== undefined && { brokenOff }) };
}

/**
 * Extends a chain without a known issuer by the likeliest issuers whose signatures this Node cannot check: for clients, a chain that is
 * probably complete is better than one that is certainly too short. The extension stops below a self-signed certificate. The chain does not
 * count as reaching an anchor.
 */
export function extendUnchecked(path: PartialPath, edges: PathEdges): PartialPath {
  let extended = path;
  if (edges.issuers(path.at(-1) as Candidate).length > 0) return path;
  while (extended.length < edges.budget.limits.pathLength) {
    const top = extended.at(-1) as Candidate;
    const issuers = edges.issuers(top);
    const next = (issuers.length > 0 ? issuers : edges.uncheckedIssuers(top)).find(
      (issuer) =>
        issuer.canBeSent &&
        !edges.isSelfSigned(issuer) &&
        expiredRootAbove(issuer, edges) === undefined &&
        edges.obstacle(extended, issuer) === undefined,
    );
    if (next === undefined) return extended;
    extended = [...extended, next];
  }
  return extended;
}

/**
 * Returns the leaf if it is an anchor. Otherwise returns an anchor that certifies the last certificate of a path or, if there is none, the
 * certificate below it, and so on. Certificates above a signature that cannot be checked are ignored.
 */
function nearestAnchor(path: PartialPath, edges: PathEdges): Candidate | undefined {
  if (path[0].anchor !== undefined) return path[0];
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length) as unknown as PartialPath;
    if (!part.every((certificate, at) => at === 0 || edges.isChecked(part[at - 1] as Candidate, certificate))) continue;
    const best = bestAnchor(
      edges
        .issuers(part.at(-1) as Candidate)
        .filter((issuer) => issuer.anchor !== undefined && edges.obstacle(part, issuer) === undefined),
    );
    if (best) return best;
  }
  return undefined;
}

function faultOf(path: PartialPath, next: Candidate, edges: PathEdges): string | undefined {
  const { certificate } = path.at(-1) as Candidate;
  const { certificate: issuer } = next;
  if (issuer.subjectKey !== certificate.issuerKey) return `is not the issuer of ${quotedCertificate(certificate)}`;
  // A root at the end is not sent, so its problems do not matter.
  if (!edges.isSelfSigned(next)) {
    const { context } = edges;
    const leafHasExpired = context.issuersAt < context.now;
    const problem =
      (leafHasExpired ? undefined : dateProblem(issuer, context.issuersAt)?.text) ??
      authorityProblem(issuer, context, next.anchor !== undefined);
    if (problem) return problem;
  }
  if (edges.verdict(certificate, issuer) === 'invalid') return `did not sign ${quotedCertificate(certificate)}`;
  return edges.obstacle(path, next);
}
