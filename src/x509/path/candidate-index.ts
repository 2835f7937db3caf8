import type { Certificate } from '../certificate.js';
import { withParts } from '../parse-certificate.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { RootIndex } from '../root-index.js';
import { compareIssuers } from './issuer-order.js';

/** Rank of a trust anchor. 0: given by the caller, or in Node's list. 1: a root that is only in the keystore. */
export type AnchorRank = 0 | 1;

/** A certificate of a path, or one that may become part of it. */
export interface Candidate {
  readonly certificate: ParsedCertificate;
  /**
   * Whether the certificate is the leaf or in {@link CandidateSources.candidates}. Otherwise it is only an anchor, and is sent only if the
   * chain continues above it.
   */
  readonly canBeSent: boolean;
  /** Set if the certificate is a trust anchor, where a path may end. */
  readonly anchor: AnchorRank | undefined;
}

/** The certificates of an index, by their origin. */
interface CandidateSources {
  readonly candidates: Iterable<Certificate>;
  readonly trustAnchors: Iterable<Certificate>;
  readonly storeAnchors: Iterable<Certificate>;
}

/** Finds candidates and anchors by subject, without duplicates. Their order does not depend on the order of the sources. */
export class CandidateIndex {
  readonly #given = new Map<string, Candidate[]>();
  readonly #roots: RootIndex | undefined;
  readonly #bySubject = new Map<string, readonly Candidate[]>();
  readonly #hashes = new Map<string, ReadonlyMap<string, Candidate>>();
  /** Number of certificates in the sources, including duplicates. */
  readonly size: number;

  constructor({ candidates, trustAnchors, storeAnchors }: CandidateSources) {
    this.#roots = trustAnchors instanceof RootIndex ? trustAnchors : undefined;
    // Anchors are added first, so that the first occurrence of a certificate has the best anchor rank.
    this.size =
      (this.#roots?.length ?? this.#add(trustAnchors, false, 0)) +
      this.#add(storeAnchors, false, 1) +
      this.#add(candidates, true);
  }

  /** Returns all certificates with this {@link ParsedCertificate.subjectKey}, in the order of {@link compareIssuers}. */
  named(subjectKey: string): readonly Candidate[] {
    let found = this.#bySubject.get(subjectKey);
    if (found === undefined) {
      const roots = this.#roots?.named(subjectKey) ?? [];
      const all = [
        ...roots.map((root): Candidate => ({ certificate: withParts(root), canBeSent: false, anchor: 0 })),
        ...(this.#given.get(subjectKey) ?? []),
      ];
      found = mergeEqual(all).sort((a, b) => compareIssuers(a.certificate, b.certificate));
      this.#bySubject.set(subjectKey, found);
    }
    return found;
  }

  /** Returns the candidate for a certificate; undefined if the certificate is not in the index. */
  find(certificate: ParsedCertificate): Candidate | undefined {
    return this.#byHash(certificate.subjectKey).get(certificate.sha256);
  }

  #byHash(subjectKey: string): ReadonlyMap<string, Candidate> {
    let byHash = this.#hashes.get(subjectKey);
    if (byHash === undefined) {
      byHash = new Map(this.named(subjectKey).map((candidate) => [candidate.certificate.sha256, candidate]));
      this.#hashes.set(subjectKey, byHash);
    }
    return byHash;
  }

  #add(certificates: Iterable<Certificate>, canBeSent: boolean, anchor?: AnchorRank): number {
    let count = 0;
    for (const source of certificates) {
      count++;
      const certificate = withParts(source);
      const others = this.#given.get(certificate.subjectKey);
      if (others === undefined) this.#given.set(certificate.subjectKey, [{ certificate, canBeSent, anchor }]);
      else others.push({ certificate, canBeSent, anchor });
    }
    return count;
  }
}

/**
 * Merges the occurrences of each certificate. The merged candidate can be sent if one of the occurrences can. Its anchor rank is that of
 * the first occurrence, which is the best: `candidates` begins with the trust anchors, and the store anchors follow.
 */
function mergeEqual(candidates: readonly Candidate[]): Candidate[] {
  const merged = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const { sha256 } = candidate.certificate;
    const known = merged.get(sha256);
    merged.set(
      sha256,
      known === undefined ? candidate : { ...known, canBeSent: known.canBeSent || candidate.canBeSent },
    );
  }
  return [...merged.values()];
}
