import { equalBytes } from '../bytes/equal.js';
import { type Certificate, type ParsedCertificate, withParts } from './certificate.js';

/** How good an anchor is: 0 one that was given, 1 a root that only the keystore vouches for. */
export type AnchorRank = 0 | 1;

/** A certificate that may stand in a path above the leaf. */
export interface Candidate {
  readonly certificate: ParsedCertificate;
  /** Whether it is at hand to be sent: a candidate, and not an anchor only. */
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

/** Candidates and anchors by subject, each certificate once, in an order that is the same for every order of the sources. */
export class CandidateIndex {
  readonly #bySubject = new Map<string, Candidate[]>();
  readonly #merged = new Set<string>();
  /** How many were given, duplicates included. */
  readonly size: number;

  constructor({ candidates, trustAnchors, storeAnchors }: CandidateSources) {
    let size = 0;
    const add = (certificates: Iterable<Certificate>, inBag: boolean, anchor: AnchorRank | undefined) => {
      for (const certificate of certificates) {
        this.#add({ certificate: withParts(certificate), inBag, anchor });
        size++;
      }
    };
    add(trustAnchors, false, 0);
    add(storeAnchors, false, 1);
    add(candidates, true, undefined);
    this.size = size;
  }

  /** Every certificate of this subject, given as {@link ParsedCertificate.subjectKey}: the likeliest issuer first, see {@link compareRivals}. */
  named(subjectKey: string): readonly Candidate[] {
    const found = this.#bySubject.get(subjectKey);
    if (found === undefined) return [];
    if (this.#merged.has(subjectKey)) return found;
    const merged = mergeEqual(found.sort((a, b) => compareRivals(a.certificate, b.certificate)));
    this.#bySubject.set(subjectKey, merged);
    this.#merged.add(subjectKey);
    return merged;
  }

  #add(candidate: Candidate): void {
    const { subjectKey } = candidate.certificate;
    const namesakes = this.#bySubject.get(subjectKey);
    if (namesakes === undefined) this.#bySubject.set(subjectKey, [candidate]);
    else namesakes.push(candidate);
  }
}

/** Each certificate once. Equal ones stand side by side after sorting; only then is it cheap to find them. */
function mergeEqual(sorted: readonly Candidate[]): Candidate[] {
  const merged: Candidate[] = [];
  for (const candidate of sorted) {
    const last = merged.at(-1);
    if (last === undefined || !equalBytes(last.certificate.der, candidate.certificate.der)) {
      merged.push(candidate);
      continue;
    }
    const anchors = [last.anchor, candidate.anchor].filter((rank) => rank !== undefined).sort();
    merged[merged.length - 1] = {
      certificate: last.certificate,
      inBag: last.inBag || candidate.inBag,
      anchor: anchors[0],
    };
  }
  return merged;
}

/** Between rival issues of one CA: latest notAfter, newest notBefore, then the hash. */
export function compareRivals(a: ParsedCertificate, b: ParsedCertificate): number {
  return (
    b.notAfter.getTime() - a.notAfter.getTime() ||
    b.notBefore.getTime() - a.notBefore.getTime() ||
    (a.sha256 < b.sha256 ? -1 : Number(a.sha256 > b.sha256))
  );
}
