import { withDefaults } from '../../limits.js';
import type { Certificate } from '../certificate.js';
import { distinct } from '../distinct.js';
import { withParts } from '../parse-certificate.js';
import { signatureCost, verifySignature } from '../signature.js';
import { type Candidate, CandidateIndex } from './candidate-index.js';
import { issuerUrls } from './near-miss.js';
import { PathBudget } from './path-budget.js';

/** A certificate whose issuer is not at hand. */
export interface MissingIssuer {
  readonly certificate: Certificate;
  /** Name of the issuer (RFC 4514). */
  readonly issuer: string;
  /** Where the certificate says that certificates of its issuer lie (RFC 5280 4.2.2.1, caIssuers); http and https only. */
  readonly urls: readonly string[];
}

/**
 * Those of the certificates that no other one, here or in `known`, has signed; in their order, roots left out.
 * @param known roots and other certificates that may be issuers, but are not themselves asked about
 */
export function missingIssuers(
  certificates: Iterable<Certificate>,
  known: Iterable<Certificate> = [],
): readonly MissingIssuer[] {
  const asked = distinct(certificates);
  const finder = new IssuerFinder(asked.values(), known);
  return [...asked.values()]
    .filter((certificate) => !certificate.isSelfIssued && finder.issuersOf(certificate)?.length === 0)
    .map((certificate) => ({
      certificate,
      issuer: certificate.issuer,
      urls: issuerUrls(withParts(certificate)),
    }));
}

/** Finds issuers by name and signature alone: no dates, no rights. */
export class IssuerFinder {
  readonly index: CandidateIndex;
  readonly #budget = new PathBudget(withDefaults());

  constructor(certificates: Iterable<Certificate>, known: Iterable<Certificate>) {
    this.index = new CandidateIndex({ candidates: certificates, trustAnchors: known, storeAnchors: [] });
  }

  /**
   * All certificates with the name and the key that signed this one; none for one that signed itself, though the same
   * name and key may be certified by others.
   * @returns undefined if there are namesakes and too many signatures have been checked to tell
   */
  issuersOf(certificate: Certificate): readonly Candidate[] | undefined {
    const parsed = withParts(certificate);
    const namesakes = this.index
      .named(parsed.issuerKey)
      .filter((other) => !(parsed.isSelfIssued && other.certificate.publicKeyInfo === parsed.publicKeyInfo));
    const refused = new Set<string>();
    for (const { certificate: issuer } of namesakes) {
      if (refused.has(issuer.publicKeyInfo)) continue;
      const cost = signatureCost(issuer);
      if (!this.#budget.has('pathSignatures', cost)) return undefined;
      this.#budget.spend('pathSignatures', cost);
      if (verifySignature(parsed, issuer) === 'valid')
        return namesakes.filter((other) => other.certificate.publicKeyInfo === issuer.publicKeyInfo);
      refused.add(issuer.publicKeyInfo);
    }
    return [];
  }
}
