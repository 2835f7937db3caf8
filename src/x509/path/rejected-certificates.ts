import type { Certificate } from '../certificate.js';
import { quotedCertificate } from '../display-name.js';
import { quotedName } from '../name/distinguished-name.js';
import { withParts } from '../parse-certificate.js';
import { weakSignatureHash } from '../signature.js';
import type { Candidate } from './candidate-index.js';
import type { RejectedCertificate } from './certification-path-types.js';
import { expiredRootAbove } from './expired-roots.js';
import { ifAffordable } from './path-budget.js';
import type { PartialPath, PathEdges } from './path-edges.js';

/**
 * Lists every candidate that is neither in the chain nor its anchor, with the reason. The list has no duplicates and is ordered by SHA-256.
 */
export function explainRejections(
  candidates: readonly Certificate[],
  path: PartialPath,
  anchor: Certificate | undefined,
  edges: PathEdges,
): RejectedCertificate[] {
  const used = new Set([...path.map(({ certificate }) => certificate.sha256), anchor?.sha256]);
  const left = new Map<string, Certificate>();
  for (const certificate of candidates) if (!used.has(certificate.sha256)) left.set(certificate.sha256, certificate);
  return [...left.keys()].sort().map((sha256) => {
    const certificate = left.get(sha256) as Certificate;
    return { certificate, reason: reasonFor(certificate, path, edges) };
  });
}

function reasonFor(certificate: Certificate, path: PartialPath, edges: PathEdges): string {
  const parsed = withParts(certificate);
  const candidate = edges.index.find(parsed) as Candidate;
  const at = path.findIndex((below) => below.certificate.issuerKey === parsed.subjectKey);
  if (at >= 0) return reasonAbove(path.slice(0, at + 1) as unknown as PartialPath, candidate, path[at + 1], edges);
  const problem = edges.issuerProblem(candidate);
  if (problem) return problem;
  return parsed.isSelfIssued ? 'is a root of another chain' : 'is not part of this chain';
}

/**
 * Explains why `candidate` does not follow the last certificate of `path`, although it has the name of the issuer. `chosen` is the
 * certificate that follows instead; undefined if the chain ends there.
 */
function reasonAbove(path: PartialPath, candidate: Candidate, chosen: Candidate | undefined, edges: PathEdges): string {
  const top = path.at(-1) as Candidate;
  const subject = quotedCertificate(top.certificate);
  const problem = edges.issuerProblem(candidate);
  if (problem) return problem;
  const verdict = edges.verdictIfAffordable(top.certificate, candidate.certificate);
  if (verdict === 'invalid') return `has the name of the issuer of ${subject}, but its key did not sign it`;
  if (verdict !== 'valid') return `the signature of ${subject} cannot be checked with its key`;
  const obstacle = ifAffordable(() => edges.obstacle(path, candidate) ?? rootProblem(candidate, edges));
  if (obstacle) return obstacle;
  const weak = weakSignatureHash(candidate.certificate);
  if (chosen === undefined) {
    if (weak) return `is signed with ${weak}, and the chain is complete without it`;
    return 'the chain is complete without it';
  }
  const same = chosen.certificate.issuerKey === candidate.certificate.issuerKey;
  return same
    ? `another issue of it, valid until ${chosen.certificate.notAfter.toISOString().slice(0, 10)}, is preferred`
    : `the chain continues to ${quotedName(chosen.certificate.issuer)} instead of ${quotedName(candidate.certificate.issuer)}`;
}

/** Explains why a certificate is not sent because it is a root, or because its root has expired. */
function rootProblem(candidate: Candidate, edges: PathEdges): string | undefined {
  if (edges.isSelfSigned(candidate)) return 'is a root, which a server does not send';
  const root = expiredRootAbove(candidate, edges);
  return root === undefined ? undefined : `leads only to ${quotedName(root)}, which has expired`;
}
