import { equalBytes } from '../bytes/equal.js';
import { type Certificate, type ParsedCertificate, withParts } from './certificate.js';
import { fingerprintOfKey, nameFingerprint } from './name-fingerprint.js';

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

/** A certificate that knows the fingerprint of its subject before it is parsed. */
export interface FingerprintedCertificate extends Certificate {
  /** See {@link nameFingerprint}. */
  readonly subjectFingerprint: number;
}

interface Entry {
  readonly source: Certificate;
  readonly inBag: boolean;
  readonly anchor: AnchorRank | undefined;
}

/**
 * Candidates and anchors by subject, each certificate once, in an order that is the same for every order of the
 * sources. Names are compared, and certificates parsed, only as far as somebody asks.
 */
export class CandidateIndex {
  readonly #byFingerprint = new Map<number, Entry[]>();
  readonly #bySubject = new Map<string, readonly Candidate[]>();
  /** How many were given, duplicates included. */
  readonly size: number;

  constructor({ candidates, trustAnchors, storeAnchors }: CandidateSources) {
    this.size =
      this.#add(trustAnchors, false, 0) + this.#add(storeAnchors, false, 1) + this.#add(candidates, true, undefined);
  }

  /** Every certificate of this subject, given as {@link ParsedCertificate.subjectKey}: the likeliest issuer first, see {@link compareRivals}. */
  named(subjectKey: string): readonly Candidate[] {
    let found = this.#bySubject.get(subjectKey);
    if (found === undefined) {
      const entries = this.#byFingerprint.get(fingerprintOfKey(subjectKey)) ?? [];
      const namesakes = entries
        .map(({ source, inBag, anchor }) => ({ certificate: withParts(source), inBag, anchor }))
        .filter(({ certificate }) => certificate.subjectKey === subjectKey);
      found = mergeEqual(namesakes.sort((a, b) => compareRivals(a.certificate, b.certificate)));
      this.#bySubject.set(subjectKey, found);
    }
    return found;
  }

  #add(certificates: Iterable<Certificate>, inBag: boolean, anchor: AnchorRank | undefined): number {
    let count = 0;
    for (const source of certificates) {
      count++;
      const fingerprint =
        (source as Partial<FingerprintedCertificate>).subjectFingerprint ??
        nameFingerprint(withParts(source).parts.subject.raw);
      const entries = this.#byFingerprint.get(fingerprint);
      if (entries === undefined) this.#byFingerprint.set(fingerprint, [{ source, inBag, anchor }]);
      else entries.push({ source, inBag, anchor });
    }
    return count;
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
