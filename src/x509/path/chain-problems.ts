import { bounded } from '../../bytes/bounded-text.js';
import type { Warning } from '../../warnings.js';
import { quotedCertificate } from '../display-name.js';
import { quotedName } from '../name/distinguished-name.js';
import { weakKey } from '../public-key.js';
import { weakSignatureHash } from '../signature.js';
import type { Candidate } from './candidate-index.js';
import { type CertificateProblem, dateProblem } from './certificate-checks.js';
import type { MissingIssuer } from './certification-path-types.js';
import type { ServerChain } from './compatible-chain.js';
import { expiredRootAbove } from './expired-roots.js';
import type { PathEdges } from './path-edges.js';

/** A chain, the problems of its leaf, and its missing issuer if it reaches no anchor. */
interface ChainFindings extends ServerChain {
  readonly faults: readonly CertificateProblem[];
  readonly missingIssuer?: MissingIssuer;
}

/** Lists the problems of a chain: of the leaf, of the end of the chain, then of each certificate. */
export function problemsOfChain(findings: ChainFindings, edges: PathEdges): Warning[] {
  const { path, brokenOff, faults } = findings;
  const [leaf] = path;
  const warnings: Warning[] = faults.map(({ code, text }) => ({
    code,
    message: `${quotedCertificate(leaf.certificate)} ${text}`,
  }));
  if (brokenOff)
    warnings.push({ code: 'WARN_CHAIN_INCOMPLETE', message: `the stored chain is cut short: ${brokenOff}` });
  warnings.push(...endOfChain(findings, edges));
  for (const [at, candidate] of path.entries())
    warnings.push(...problemsOfCertificate(candidate, at, path[at + 1], edges));
  return warnings;
}

function problemsOfCertificate(
  { certificate }: Candidate,
  at: number,
  issuer: Candidate | undefined,
  edges: PathEdges,
): Warning[] {
  const warnings: Warning[] = [];
  // A function, because hardly any certificate has a problem, and formatting the names takes 3 % of the time of converting many keystores.
  const name = () => quotedCertificate(certificate);
  const date = at > 0 ? dateProblem(certificate, edges.context.now) : undefined;
  if (date) warnings.push({ code: date.code, message: `${name()} ${date.text}` });
  if (issuer && edges.verdict(certificate, issuer.certificate) === 'unverifiable') {
    const message = `the signature of ${name()} cannot be checked by this version of Node; the chain is kept as it is stored`;
    warnings.push({ code: 'WARN_SIGNATURE_NOT_CHECKED', message });
  }
  const hash = weakSignatureHash(certificate);
  // No client checks the signature of a self-signed certificate. Other self-issued certificates are signed with another key, such as the
  // old one of a CA that has changed its key.
  const mayBeSelfSigned = () =>
    certificate.isSelfIssued && edges.verdictIfAffordable(certificate, certificate) !== 'invalid';
  if (hash && !mayBeSelfSigned())
    warnings.push({ code: 'WARN_SIGNATURE_WEAK', message: `${name()} is signed with ${hash}` });
  const key = weakKey(certificate);
  if (key) warnings.push({ code: 'WARN_KEY_WEAK', message: `${name()} has a weak key: ${key}` });
  return warnings;
}

/**
 * Returns the problem of a chain that reaches no anchor. If `brokenOff` explains this, only an expired root or a self-signed leaf is
 * reported.
 */
function endOfChain({ path, brokenOff, missingIssuer }: ChainFindings, edges: PathEdges): Warning[] {
  if (missingIssuer === undefined) return [];
  const { reason, urls } = missingIssuer;
  const top = path.at(-1) as Candidate;
  const root = expiredRootAbove(top, edges);
  if (root !== undefined)
    return [{ code: 'WARN_CERTIFICATE_EXPIRED', message: `the root ${quotedName(root)} has expired` }];
  if (path.length === 1 && edges.isSelfSigned(top)) {
    const message = `${quotedCertificate(top.certificate)} is self-signed, so clients do not trust it: import the CA's reply into the keystore, or add it with --add-cert`;
    return [{ code: 'WARN_LEAF_SELF_SIGNED', message }];
  }
  if (brokenOff) return [];
  const rootIsKnown = top.certificate.isSelfIssued || edges.issuers(top).some((issuer) => edges.isSelfSigned(issuer));
  // A chain of several certificates may be complete although its root is unknown. A leaf alone counts as incomplete, because roots hardly
  // ever certify a leaf.
  const mayBeComplete = rootIsKnown || (path.length > 1 && edges.namedIssuers(top).length === 0);
  const where = urls.length > 0 ? `; it can be downloaded from ${bounded(urls, ' or ')}` : '';
  return mayBeComplete
    ? [{ code: 'WARN_ANCHOR_UNKNOWN', message: `the chain leads to no known root: ${reason}` }]
    : [{ code: 'WARN_CHAIN_INCOMPLETE', message: `the chain is incomplete: ${reason}${where}` }];
}
