import type { Certificate } from '../certificate.js';
import { withParts } from '../parse-certificate.js';
import { type SignatureVerdict, verifySignature } from '../signature.js';
import type { Candidate } from './candidate-index.js';
import type { CertificationPath } from './certification-path-types.js';
import type { ServerChain } from './compatible-chain.js';
import type { PathEdges } from './path-edges.js';

/**
 * Removes the anchor from the end of a path, unless it is the leaf, or a candidate that is not self-signed: some clients do not trust such
 * an anchor.
 */
export function withoutAnchor(path: readonly [Candidate, ...Candidate[]], edges: PathEdges): ServerChain {
  const anchor = path.at(-1) as Candidate;
  const sent = anchor.canBeSent && !edges.isSelfSigned(anchor);
  return { path: sent ? path : [path[0], ...path.slice(1, -1)], anchor };
}

/**
 * Returns the chain with its root at the end, for servers that must send the root (TLSA records `2 x x` of DANE, RFC 7671 5.2). Each
 * certificate still certifies the one before it: if the anchor certifies a certificate in the middle of the chain, as it can with cross
 * certificates, the certificates above are removed. If this Node can check no signature by the anchor (unknown algorithm, inherited DSA
 * parameters), the anchor follows the last certificate that names it as its issuer. A chain without a known anchor, or that contains its
 * anchor, is unchanged.
 */
export function certificatesWithRoot({ certificates, anchor }: CertificationPath): readonly Certificate[] {
  if (anchor === undefined || certificates.some(({ sha256 }) => sha256 === anchor.sha256)) return certificates;
  const root = withParts(anchor);
  // The number of certificates up to the last one whose signature by the root has this verdict; 0 if there is none.
  const countUpTo = (wanted: SignatureVerdict) =>
    1 +
    certificates.findLastIndex((certificate) => {
      const parsed = withParts(certificate);
      return parsed.issuerKey === root.subjectKey && verifySignature(parsed, root) === wanted;
    });
  const kept = countUpTo('valid') || countUpTo('unverifiable') || certificates.length;
  return [...certificates.slice(0, kept), anchor];
}
