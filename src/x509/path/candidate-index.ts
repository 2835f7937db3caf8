import { equalBytes } from '../../bytes/equal.js';
import { type Certificate, type ParsedCertificate, withParts } from '../certificate.js';
import { fingerprintOfKey } from '../name/name-fingerprint.js';

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
  /** An {@link AnchorList} is asked by name, and its certificates are not looked at otherwise. */
  readonly trustAnchors: Iterable<Certificate>;
  readonly storeAnchors: Iterable<Certificate>;
}

/** A certificate that knows the fingerprint of its subject before it is parsed. */
export interface FingerprintedCertificate extends Certificate {
  /** A number of the subject's name, see name-fingerprint.ts. */
  readonly subjectFingerprint: number;
}

/** Many certificates, of which those with a certain name are found without making an index of them. */
export abstract class AnchorList implements Iterable<Certificate> {
  abstract readonly length: number;
  /** Those whose subject has this number, see name-fingerprint.ts. */
  abstract named(fingerprint: number): readonly Certificate[];
  abstract [Symbol.iterator](): Iterator<Certificate>;
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
  readonly #anchorList: AnchorList | undefined;
  readonly #sortedOut = new Set<number>();
  readonly #bySubject = new Map<string, readonly Candidate[]>();
  readonly #byHash = new Map<string, Candidate>();
  /** How many were given, duplicates included. */
  readonly size: number;

  constructor({ candidates, trustAnchors, storeAnchors }: CandidateSources) {
    this.#anchorList = trustAnchors instanceof AnchorList ? trustAnchors : undefined;
    this.size =
      (this.#anchorList?.length ?? this.#add(trustAnchors, false, 0)) +
      this.#add(storeAnchors, false, 1) +
      this.#add(candidates, true, undefined);
  }

  /**
   * Every certificate of this subject, given as {@link ParsedCertificate.subjectKey}: the likeliest issuer first, see {@link compareRivals}.
   * @param fingerprint that of the same name, from somebody who has it at hand
   */
  named(subjectKey: string, fingerprint: number = fingerprintOfKey(subjectKey)): readonly Candidate[] {
    // All names of one fingerprint are sorted out at once: somebody may have made thousands of them on purpose.
    if (!this.#sortedOut.has(fingerprint)) {
      this.#sortedOut.add(fingerprint);
      const listed = this.#anchorList?.named(fingerprint) ?? [];
      this.#sortOut([
        ...listed.map((source): Entry => ({ source, inBag: false, anchor: 0 })),
        ...(this.#byFingerprint.get(fingerprint) ?? []),
      ]);
    }
    return this.#bySubject.get(subjectKey) ?? [];
  }

  /** What the index knows of a certificate; undefined if it was not given. */
  find(certificate: ParsedCertificate): Candidate | undefined {
    this.named(certificate.subjectKey, certificate.subjectFingerprint);
    return this.#byHash.get(certificate.sha256);
  }

  #sortOut(entries: readonly Entry[]): void {
    const groups = new Map<string, Candidate[]>();
    for (const { source, inBag, anchor } of entries) {
      const certificate = withParts(source);
      const group = groups.get(certificate.subjectKey);
      if (group === undefined) groups.set(certificate.subjectKey, [{ certificate, inBag, anchor }]);
      else group.push({ certificate, inBag, anchor });
    }
    for (const [subjectKey, group] of groups) {
      const merged = mergeEqual(group.sort((a, b) => compareRivals(a.certificate, b.certificate)));
      this.#bySubject.set(subjectKey, merged);
      for (const candidate of merged) this.#byHash.set(candidate.certificate.sha256, candidate);
    }
  }

  #add(certificates: Iterable<Certificate>, inBag: boolean, anchor: AnchorRank | undefined): number {
    let count = 0;
    for (const source of certificates) {
      count++;
      const fingerprint =
        (source as Partial<FingerprintedCertificate>).subjectFingerprint ?? withParts(source).subjectFingerprint;
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
