import type { Certificate } from '../certificate.js';
import { withParts } from '../parse-certificate.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { RootIndex } from '../root-index.js';

/** How good an anchor is: 0 a trust anchor of the caller or of Node, 1 a root that only the keystore vouches for. */
export type AnchorRank = 0 | 1;

/** A certificate that may stand in a path above the leaf. */
export interface Candidate {
  readonly certificate: ParsedCertificate;
  /** Whether it can be sent: it is one of the candidates, and not only an anchor. */
  readonly inBag: boolean;
  /** Set if a path may end here. */
  readonly anchor: AnchorRank | undefined;
}

/** Where the certificates of an index come from. */
export interface CandidateSources {
  readonly candidates: Iterable<Certificate>;
  readonly trustAnchors: Iterable<Certificate>;
  readonly storeAnchors: Iterable<Certificate>;
}

/**
 * Candidates and anchors by subject, each certificate once, in an order that is the same for every order of the
 * sources.
 */
export class CandidateIndex {
  readonly #given = new Map<string, Candidate[]>();
  readonly #roots: RootIndex | undefined;
  readonly #bySubject = new Map<string, readonly Candidate[]>();
  readonly #hashes = new Map<string, ReadonlyMap<string, Candidate>>();
  /** How many were given, duplicates included. */
  readonly size: number;

  constructor({ candidates, trustAnchors, storeAnchors }: CandidateSources) {
    this.#roots = trustAnchors instanceof RootIndex ? trustAnchors : undefined;
    this.size =
      (this.#roots?.length ?? this.#add(trustAnchors, false, 0)) +
      this.#add(storeAnchors, false, 1) +
      this.#add(candidates, true, undefined);
  }

  /**
   * Every certificate of this subject, given as {@link ParsedCertificate.subjectKey}: the likeliest issuer first, see
   * {@link compareRivals}.
   */
  named(subjectKey: string): readonly Candidate[] {
    let found = this.#bySubject.get(subjectKey);
    if (found === undefined) {
      const roots = this.#roots?.named(subjectKey) ?? [];
      const all = [
        ...roots.map((root): Candidate => ({ certificate: withParts(root), inBag: false, anchor: 0 })),
        ...(this.#given.get(subjectKey) ?? []),
      ];
      found = mergeEqual(all).sort((a, b) => compareRivals(a.certificate, b.certificate));
      this.#bySubject.set(subjectKey, found);
    }
    return found;
  }

  /** What the index knows of a certificate; undefined if it was not given. */
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

  #add(certificates: Iterable<Certificate>, inBag: boolean, anchor: AnchorRank | undefined): number {
    let count = 0;
    for (const source of certificates) {
      count++;
      const certificate = withParts(source);
      const others = this.#given.get(certificate.subjectKey);
      if (others === undefined) this.#given.set(certificate.subjectKey, [{ certificate, inBag, anchor }]);
      else others.push({ certificate, inBag, anchor });
    }
    return count;
  }
}

/** Each certificate once, as a candidate if one of its occurrences is, with the best anchor rank of all. */
function mergeEqual(candidates: readonly Candidate[]): Candidate[] {
  const merged = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const { sha256 } = candidate.certificate;
    const known = merged.get(sha256);
    if (known === undefined) merged.set(sha256, candidate);
    else {
      const anchor = known.anchor === 0 || candidate.anchor === 0 ? 0 : (known.anchor ?? candidate.anchor);
      merged.set(sha256, { certificate: known.certificate, inBag: known.inBag || candidate.inBag, anchor });
    }
  }
  return [...merged.values()];
}

/** Between rival issues of one CA: latest notAfter, newest notBefore, then the hash. */
export function compareRivals(a: ParsedCertificate, b: ParsedCertificate): number {
  return (
    b.notAfter.getTime() - a.notAfter.getTime() ||
    b.notBefore.getTime() - a.notBefore.getTime() ||
    (a.sha256 < b.sha256 ? -1 : Number(a.sha256 > b.sha256))
  );
}
