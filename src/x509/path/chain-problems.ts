import type { Warning } from '../../warnings.js';
import { weakKey } from '../public-key.js';
import { weakSignatureHash } from '../signature.js';
import type { Candidate } from './candidate-index.js';
import type { CertificateProblem } from './certificate-checks.js';
import type { NearMiss } from './certification-path.js';
import { expiredRootAbove } from './expired-roots.js';
import type { PathEdges } from './path-edges.js';
import type { StoredLine } from './stored-chain.js';

/** A line, the faults of its leaf, and where it stops if it reaches no anchor. */
export interface LineFindings extends StoredLine {
  readonly faults: readonly CertificateProblem[];
  readonly nearMiss?: NearMiss;
}

/** Everything about a line that its owner should know. */
export function problemsOfLine({ path, brokenOff, faults, nearMiss }: LineFindings, edges: PathEdges): Warning[] {
  const [leaf] = path;
  const top = path.at(-1) as Candidate;
  const warnings: Warning[] = faults.map(({ code, text }) => ({
    code,
    message: `"${leaf.certificate.subject}" ${text}`,
  }));
  if (brokenOff)
    warnings.push({ code: 'WARN_CHAIN_INCOMPLETE', message: `the stored chain is cut short: ${brokenOff}` });
  if (nearMiss) {
    const root = expiredRootAbove(top, edges);
    if (root) {
      const name = typeof root === 'string' ? root : root.certificate.subject;
      warnings.push({ code: 'WARN_CERTIFICATE_EXPIRED', message: `the root "${name}" has expired` });
    } else if (!brokenOff) {
      warnings.push(endOfLine(path.length, top, nearMiss, edges));
    }
  }
  for (const { certificate } of path) {
    const hash = weakSignatureHash(certificate);
    // Nobody relies on what a certificate says of itself.
    if (hash && !certificate.isSelfIssued)
      warnings.push({ code: 'WARN_SIGNATURE_WEAK', message: `"${certificate.subject}" is signed with ${hash}` });
    const key = weakKey(certificate);
    if (key) warnings.push({ code: 'WARN_KEY_WEAK', message: `"${certificate.subject}" has a weak key: ${key}` });
  }
  return warnings;
}

/** A line may well end at a certificate whose issuer is a root that nobody here knows; a lone leaf lacks more than that. */
function endOfLine(length: number, top: Candidate, { reason, urls }: NearMiss, edges: PathEdges): Warning {
  const named = edges.namedIssuers(top);
  const rootAtHand = top.certificate.isSelfIssued || edges.issuers(top).some((issuer) => edges.isSelfSigned(issuer));
  const mayBeWhole = rootAtHand || (length > 1 && named.length === 0);
  const where = urls.length > 0 ? `; to be had from ${urls.join(' or ')}` : '';
  return mayBeWhole
    ? { code: 'WARN_ANCHOR_UNKNOWN', message: `no trust anchor is known above this line: ${reason}` }
    : { code: 'WARN_CHAIN_INCOMPLETE', message: `the line is incomplete: ${reason}${where}` };
}
