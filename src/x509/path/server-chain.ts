import { LimitExceededError } from '../../errors.js';
import { weakSignatureHash } from '../signature.js';
import type { AnchorRank, Candidate } from './candidate-index.js';
import { expiredRootAbove } from './expired-roots.js';
import type { PartialPath, PathEdges } from './path-edges.js';

/** Certificates to send, leaf first, and the highest anchor that this line or a shorter piece of it reaches. */
export interface ServerLine {
  readonly path: PartialPath;
  readonly anchor?: Candidate;
}

/** How good the anchor of a line is: {@link AnchorRank}, or 2 for none. */
type LineRank = AnchorRank | 2;

/** What may stand above a certificate; `above` is the nearest first. */
interface Extension {
  readonly above: readonly Candidate[];
  /** Of the best anchor on the way. */
  readonly rank: LineRank;
  /** The highest anchor on the way. */
  readonly anchor?: Candidate;
}

/** The longest extension for each rank. */
interface Extensions {
  readonly byRank: readonly [Extension?, Extension?, Extension?];
  /** Whether they would be the same below any other path, and can be kept. */
  readonly free: boolean;
}

/**
 * Since 2017-01-01 no browser takes SHA-1 in a chain (CA/B Forum ballot 118), and OpenSSL 3 does not even load such a
 * chain at its default security level: a cross certificate signed so helps nobody, above a root that is known.
 */
const sha1Sunset = Date.UTC(2017, 0, 1);

/**
 * The line that the most clients can follow: one that reaches a known anchor, if any does, and of those the longest.
 * Whoever trusts a root in the middle stops there; the certificates above it lead the others on, to older roots.
 * Of two equally long lines the one whose certificates, from the leaf up, are the better issues ({@link compareRivals}).
 * @throws {LimitExceededError} if the certificates at hand form a maze that the limits do not allow to walk through
 */
export function findWidestLine(leaf: Candidate, edges: PathEdges): ServerLine {
  const { byRank } = new LineSearch(edges).extend([leaf]);
  const best = byRank.find((extension) => extension !== undefined);
  return { path: [leaf, ...(best?.above ?? [])], ...(best?.anchor && { anchor: best.anchor }) };
}

class LineSearch {
  readonly #kept = new Map<Candidate, Extensions>();

  constructor(readonly edges: PathEdges) {}

  extend(path: PartialPath): Extensions {
    const top = path.at(-1) as Candidate;
    const kept = this.#kept.get(top);
    if (kept) return kept;
    let free = true;
    const anchors: Candidate[] = [];
    const steps: Candidate[] = [];
    for (const issuer of this.edges.issuers(top)) {
      if (isContextual(issuer)) free = false;
      if (this.edges.obstacle(path, issuer) !== undefined) {
        free = false;
        continue;
      }
      if (issuer.anchor !== undefined) anchors.push(issuer);
      if (!this.edges.isSelfSigned(issuer)) steps.push(issuer);
    }
    const anchor = top.anchor !== undefined && path.length === 1 ? top : bestAnchor(anchors);
    const byRank: [Extension?, Extension?, Extension?] = [];
    const rank = anchor?.anchor ?? 2;
    byRank[rank] = { above: [], rank, ...(anchor && { anchor }) };
    for (const step of steps) {
      if (!this.#widens(step, anchor)) continue;
      const { limits } = this.edges.budget;
      // The anchor is counted too, known or not.
      if (path.length + 2 > limits.pathLength)
        throw new LimitExceededError('pathLength', path.length + 2, limits.pathLength, 'certification path');
      const further = this.extend([...path, step]);
      free &&= further.free;
      for (const extension of further.byRank) {
        if (extension) keepLonger(byRank, join(step, extension, anchor));
      }
    }
    const extensions = { byRank, free };
    if (free) this.#kept.set(top, extensions);
    return extensions;
  }

  /** Whether a certificate may be sent above one whose best direct anchor is this. */
  #widens(step: Candidate, anchor: Candidate | undefined): boolean {
    // What is only an anchor is not at hand to be sent, unless it leads on.
    if (!step.inBag && this.edges.issuers(step).length === 0) return false;
    if (anchor && weakSignatureHash(step.certificate) !== undefined && this.edges.context.now >= sha1Sunset)
      return false;
    return !(expiredRootAbove(step, this.edges) && isCross(step, this.edges));
  }
}

/** Whether the key and name of a certificate are certified in another way too, so that there is a line without it. */
function isCross(candidate: Candidate, edges: PathEdges): boolean {
  const { certificate } = candidate;
  return edges.index
    .named(certificate.subjectKey)
    .some(
      (other) =>
        other !== candidate &&
        other.certificate.publicKeyInfo === certificate.publicKeyInfo &&
        other.certificate.issuerKey !== certificate.issuerKey &&
        edges.issuerProblem(other) === undefined,
    );
}

/** Whether what lies below a certificate decides if it may be used. */
function isContextual({ certificate }: Candidate): boolean {
  const { basicConstraints, nameConstraints } = certificate.extensions;
  return basicConstraints?.pathLength !== undefined || nameConstraints !== undefined;
}

function bestAnchor(anchors: readonly Candidate[]): Candidate | undefined {
  return anchors.find(({ anchor }) => anchor === 0) ?? anchors[0];
}

function join(step: Candidate, { above, rank, anchor }: Extension, own: Candidate | undefined): Extension {
  const best = Math.min(rank, own?.anchor ?? 2) as LineRank;
  const highest = anchor ?? own;
  return { above: [step, ...above], rank: best, ...(highest && { anchor: highest }) };
}

function keepLonger(byRank: [Extension?, Extension?, Extension?], extension: Extension): void {
  const kept = byRank[extension.rank];
  if (kept === undefined || extension.above.length > kept.above.length) byRank[extension.rank] = extension;
}
