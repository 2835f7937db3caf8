import type { Certificate } from '../certificate.js';
import { withParts } from '../parse-certificate.js';
import type { Candidate } from './candidate-index.js';
import type { PartialPath, PathEdges } from './path-edges.js';
import type { ServerLine } from './server-chain.js';

/** A stored chain, as far as it holds. */
export interface StoredLine extends ServerLine {
  /** In words, why the chain is not used to its end; not set if it is. */
  readonly brokenOff?: string;
}

/** Takes a stored chain pair by pair, up to the first certificate that does not certify the one before, or to its root. */
export function followStoredChain(leaf: Candidate, stored: readonly Certificate[], edges: PathEdges): StoredLine {
  let path: PartialPath = [leaf];
  let brokenOff: string | undefined;
  const [first, ...rest] = stored;
  const issuers = first?.sha256 === leaf.certificate.sha256 ? rest : stored;
  for (const certificate of issuers) {
    const next = edges.index.find(withParts(certificate));
    const fault = next === undefined ? 'is not at hand' : faultOf(path, next, edges);
    if (fault) {
      brokenOff = `"${certificate.subject}" ${fault}`;
      break;
    }
    if (next === undefined || edges.isSelfSigned(next)) break;
    path = [...path, next];
  }
  const anchor = anchorOf(path, edges);
  return { path, ...(anchor && { anchor }), ...(brokenOff !== undefined && { brokenOff }) };
}

/** The anchor that certifies the end of a line, or else the nearest one below. */
function anchorOf(path: PartialPath, edges: PathEdges): Candidate | undefined {
  if (path[0].anchor !== undefined) return path[0];
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length) as unknown as PartialPath;
    const anchors = edges
      .issuers(part.at(-1) as Candidate)
      .filter((issuer) => issuer.anchor !== undefined && edges.obstacle(part, issuer) === undefined);
    const best = anchors.find(({ anchor }) => anchor === 0) ?? anchors[0];
    if (best) return best;
  }
  return undefined;
}

function faultOf(path: PartialPath, next: Candidate, edges: PathEdges): string | undefined {
  const { certificate } = path.at(-1) as Candidate;
  if (next.certificate.subjectKey !== certificate.issuerKey) return `is not the issuer of "${certificate.subject}"`;
  const problem = edges.issuerProblem(next)?.text;
  // An old root at the end is left out anyway, so its dates do no harm.
  if (problem && !edges.isSelfSigned(next)) return problem;
  if (edges.verdict(certificate, next.certificate) !== 'valid') return `did not sign "${certificate.subject}"`;
  return edges.obstacle(path, next);
}
