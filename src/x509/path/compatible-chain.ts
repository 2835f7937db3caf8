import { LimitExceededError } from '../../errors.js';
import { weakSignatureHash } from '../signature.js';
import type { AnchorRank, Candidate } from './candidate-index.js';
import { expiredRootAbove } from './expired-roots.js';
import type { PartialPath, PathEdges } from './path-edges.js';

/** The certificates that a server sends, leaf first, and the highest anchor that certifies one of them or is the leaf. */
export interface ServerChain {
  readonly path: PartialPath;
  readonly anchor?: Candidate;
  /** Why the rest of a stored chain is not used; unset if the whole chain is used. */
  readonly brokenOff?: string;
}

/** The {@link AnchorRank} of a chain, or 2 if it reaches no anchor. */
type ChainRank = AnchorRank | 2;

/** Certificates with which a chain can continue, nearest first. */
interface Continuation {
  readonly above: readonly Candidate[];
  /** Rank of the best anchor that the continuation reaches. */
  readonly rank: ChainRank;
  /** The highest anchor that the continuation reaches. */
  readonly anchor?: Candidate;
}

/** The longest continuation for each rank. */
interface Continuations {
  readonly byRank: readonly [Continuation?, Continuation?, Continuation?];
  /** Whether the continuations do not depend on the certificates below. If so, they can be cached. */
  readonly isReusable: boolean;
}

/**
 * The date from which browsers reject SHA-1 in chains of public CAs (CA/B Forum ballot 118). OpenSSL 3 does not even load such a chain at
 * its default security level. From this date on, a cross certificate that leads beyond a known root helps no client if it is signed with a
 * weak hash.
 */
const sha1Sunset = Date.UTC(2017, 0, 1);

/**
 * Finds the chain that most clients can verify: the longest one that reaches an anchor of the best {@link AnchorRank}, or the longest one
 * of all if none reaches an anchor. A client that trusts a root in the middle of the chain stops there; the certificates above lead other
 * clients to older roots. Certificates that help no client are left out (see {@link ChainSearch.#helpsClients}). Among equally long chains,
 * the certificates are compared from the leaf upwards with {@link compareIssuers}.
 * @throws {LimitExceededError} if the search takes more work than the limits allow
 */
export function findCompatibleChain(leaf: Candidate, edges: PathEdges): ServerChain {
  const { byRank } = new ChainSearch(edges).extend([leaf]);
  // There is always one: the chain that ends with the leaf.
  const { above, anchor } = byRank.find((continuation) => continuation !== undefined) as Continuation;
  return { path: [leaf, ...above], ...(anchor && { anchor }) };
}

class ChainSearch {
  readonly #kept = new Map<Candidate, Continuations>();

  constructor(readonly edges: PathEdges) {}

  extend(path: PartialPath): Continuations {
    const top = path.at(-1) as Candidate;
    const kept = this.#kept.get(top);
    if (kept) return kept;
    let isReusable = true;
    const anchors: Candidate[] = [];
    const steps: Candidate[] = [];
    for (const issuer of this.edges.issuers(top)) {
      if (dependsOnPathBelow(issuer)) isReusable = false;
      if (this.edges.obstacle(path, issuer) !== undefined) {
        isReusable = false;
        continue;
      }
      if (issuer.anchor !== undefined) anchors.push(issuer);
      if (!this.edges.isSelfSigned(issuer)) steps.push(issuer);
    }
    const anchor = top.anchor !== undefined && path.length === 1 ? top : bestAnchor(anchors);
    const byRank: [Continuation?, Continuation?, Continuation?] = [];
    const rank = anchor?.anchor ?? 2;
    byRank[rank] = { above: [], rank, ...(anchor && { anchor }) };
    for (const step of steps) {
      if (!this.#helpsClients(step, anchor)) continue;
      const { limits } = this.edges.budget;
      // The limit also counts the anchor at the end of the chain, even if the anchor is unknown.
      if (path.length + 2 > limits.pathLength)
        throw new LimitExceededError('pathLength', path.length + 2, limits.pathLength, 'certification path');
      const further = this.extend([...path, step]);
      isReusable &&= further.isReusable;
      for (const continuation of further.byRank) {
        if (continuation) keepLonger(byRank, join(step, continuation, anchor));
      }
    }
    const continuations = { byRank, isReusable };
    if (isReusable) this.#kept.set(top, continuations);
    return continuations;
  }

  /**
   * Checks whether sending `step` helps any client. `anchor` is the best anchor that certifies the certificate below `step`, or that
   * certificate itself if it is the leaf and an anchor; undefined if there is no such anchor.
   */
  #helpsClients(step: Candidate, anchor: Candidate | undefined): boolean {
    // A certificate that is only an anchor is sent only if the chain continues above it.
    if (!step.canBeSent && this.edges.issuers(step).length === 0) return false;
    if (anchor && weakSignatureHash(step.certificate) !== undefined && this.edges.context.now >= sha1Sunset)
      return false;
    return !(expiredRootAbove(step, this.edges) !== undefined && isCross(step, this.edges));
  }
}

/**
 * Checks whether a certificate of another issuer has the same name and key and can be an issuer. If so, a chain does not need this
 * certificate.
 */
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

/** Checks whether an issuer has constraints on the certificates below it. Such an issuer may be usable in one path, but not in another. */
function dependsOnPathBelow({ certificate }: Candidate): boolean {
  const { basicConstraints, nameConstraints } = certificate.extensions;
  return basicConstraints?.pathLength !== undefined || nameConstraints !== undefined;
}

/** Returns the best anchor. One from the caller or from Node's list is preferred to a root that is only in the keystore. */
export function bestAnchor(anchors: readonly Candidate[]): Candidate | undefined {
  return anchors.find(({ anchor }) => anchor === 0) ?? anchors[0];
}

function join(step: Candidate, { above, rank, anchor }: Continuation, own: Candidate | undefined): Continuation {
  const best = Math.min(rank, own?.anchor ?? 2) as ChainRank;
  const highest = anchor ?? own;
  return { above: [step, ...above], rank: best, ...(highest && { anchor: highest }) };
}

function keepLonger(byRank: [Continuation?, Continuation?, Continuation?], continuation: Continuation): void {
  const kept = byRank[continuation.rank];
  if (kept === undefined || continuation.above.length > kept.above.length) byRank[continuation.rank] = continuation;
}
