import { withDefaults } from '../../limits.js';
import type { Certificate } from '../certificate.js';
import { withParts } from '../parse-certificate.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { verifySignature } from '../signature.js';
import { signatureCost } from '../signature-cost.js';
import { type Candidate, CandidateIndex } from './candidate-index.js';
import { PathBudget } from './path-budget.js';
import { keyHint } from './path-edges.js';

/** Finds issuers by name and signature. Dates and key usages are ignored. */
export class IssuerFinder {
  readonly index: CandidateIndex;
  readonly #budget = new PathBudget(withDefaults());
  /** For each subject, its certificates grouped by key. */
  readonly #byKey = new Map<string, readonly (readonly Candidate[])[]>();

  constructor(certificates: Iterable<Certificate>, known: Iterable<Certificate>) {
    this.index = new CandidateIndex({ candidates: certificates, trustAnchors: known, storeAnchors: [] });
  }

  /**
   * Returns all certificates of the issuer: those with its name and with the key that signed `certificate`. For a self-signed certificate
   * the list is empty, even if other certificates have the same name and key.
   * @returns undefined if the limit on signature checks is reached
   */
  issuersOf(certificate: Certificate): readonly Candidate[] | undefined {
    const parsed = withParts(certificate);
    for (const candidates of this.#likeliestFirst(parsed)) {
      const issuer = candidates[0]?.certificate as ParsedCertificate;
      if (parsed.isSelfIssued && issuer.publicKeyInfo === parsed.publicKeyInfo) continue;
      const cost = signatureCost(issuer);
      if (!this.#budget.has('pathSignatures', cost)) return undefined;
      this.#budget.spend('pathSignatures', cost);
      if (verifySignature(parsed, issuer) === 'valid') return candidates;
    }
    return [];
  }

  /**
   * Yields the certificates with the issuer's name, grouped by key. Keys that match the authority key identifier come first, unless the
   * budget for signature checks is used up.
   */
  *#likeliestFirst(certificate: ParsedCertificate): Iterable<readonly Candidate[]> {
    if (!this.#budget.has('pathSignatures', 1)) return yield* this.#groupsOf(certificate.issuerKey);
    const groups = this.#groupsOf(certificate.issuerKey).map((group) => ({
      group,
      hint: keyHint(certificate, (group[0] as Candidate).certificate),
    }));
    for (const wanted of [0, 1, 2]) for (const { group, hint } of groups) if (hint === wanted) yield group;
  }

  #groupsOf(subjectKey: string): readonly (readonly Candidate[])[] {
    const known = this.#byKey.get(subjectKey);
    if (known) return known;
    const byKey = new Map<string, Candidate[]>();
    for (const candidate of this.index.named(subjectKey)) {
      const { publicKeyInfo } = candidate.certificate;
      const group = byKey.get(publicKeyInfo);
      if (group) group.push(candidate);
      else byKey.set(publicKeyInfo, [candidate]);
    }
    const groups = [...byKey.values()];
    this.#byKey.set(subjectKey, groups);
    return groups;
  }
}
