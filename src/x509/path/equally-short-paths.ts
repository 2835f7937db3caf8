import { weakSignatureHash } from '../signature.js';
import type { Candidate } from './candidate-index.js';
import { compareIssuers } from './issuer-order.js';
import { keyHint, type PartialPath } from './path-edges.js';

/**
 * Orders paths of the same length whose anchors have the same rank, best first. Criteria in this order: the latest end of the whole path's
 * validity, matching key identifiers, and the fewest weak signature hashes; then, for the first certificates from the leaf upwards that
 * differ, the latest notBefore and {@link compareIssuers}.
 */
export function comparePaths(a: PartialPath, b: PartialPath): number {
  return (
    earliestEnd(b) - earliestEnd(a) || hints(a) - hints(b) || weakSignatures(a) - weakSignatures(b) || rivals(a, b)
  );
}

function earliestEnd(path: PartialPath): number {
  return Math.min(...path.map(({ certificate }) => certificate.notAfter.getTime()));
}

function hints(path: PartialPath): number {
  return path.reduce((sum, { certificate }, at) => {
    const above = path[at + 1];
    return above === undefined ? sum : sum + keyHint(certificate, above.certificate);
  }, 0);
}

/** Returns the number of signatures with a weak hash. The anchor's own signature does not count. */
function weakSignatures(path: PartialPath): number {
  return path.slice(0, -1).filter(({ certificate }) => weakSignatureHash(certificate) !== undefined).length;
}

function rivals(a: PartialPath, b: PartialPath): number {
  for (const [at, { certificate }] of a.entries()) {
    const { certificate: other } = b[at] as Candidate;
    if (other.sha256 === certificate.sha256) continue;
    const newer = other.notBefore.getTime() - certificate.notBefore.getTime();
    return newer || compareIssuers(certificate, other);
  }
  return 0;
}
