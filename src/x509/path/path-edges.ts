import { inheritsDsaParameters, keyWithParametersOf } from '../dsa-parameters.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { type SignatureVerdict, verifyByKey, verifySignature } from '../signature.js';
import { signatureCost } from '../signature-cost.js';
import { ifReadable } from '../tolerate-malformed.js';
import type { Candidate, CandidateIndex } from './candidate-index.js';
import { type CheckContext, issuerProblem } from './certificate-checks.js';
import { ifAffordable, type PathBudget } from './path-budget.js';
import { PathConstraints } from './path-constraints.js';

/** Certificates from the leaf upwards, each certified by the next. */
export type PartialPath = readonly [Candidate, ...Candidate[]];

/** Determines which certificate certifies which. The results of the checks between two certificates are cached. */
export class PathEdges {
  readonly #problems = new Map<Candidate, string | undefined>();
  readonly #verdicts = new Map<ParsedCertificate, Map<string, SignatureVerdict>>();
  readonly #issuers = new Map<ParsedCertificate, readonly Candidate[]>();
  /** Issuers whose inherited DSA parameters are being searched for. Detects cycles. */
  readonly #inheriting = new Set<ParsedCertificate>();
  readonly #constraints: PathConstraints;

  constructor(
    readonly index: CandidateIndex,
    readonly context: CheckContext,
    readonly budget: PathBudget,
  ) {
    this.#constraints = new PathConstraints(budget);
  }

  /** Returns the certificates whose subject is the issuer of this certificate, except the certificate itself. */
  namedIssuers({ certificate }: Candidate): readonly Candidate[] {
    const named = this.index.named(certificate.issuerKey);
    if (certificate.issuerKey !== certificate.subjectKey) return named;
    const itself = this.index.find(certificate);
    return named.filter((other) => other !== itself);
  }

  /** Explains why a certificate cannot be an issuer; undefined if it can. */
  issuerProblem(candidate: Candidate): string | undefined {
    if (!this.#problems.has(candidate)) {
      const problem = issuerProblem(candidate.certificate, this.context, candidate.anchor !== undefined);
      this.#problems.set(candidate, problem);
    }
    return this.#problems.get(candidate);
  }

  /**
   * Returns the certificates that certify this one, regardless of the rest of the path. Only one key signed it. Once that key is found, in
   * the order of {@link PathEdges.#likeliestFirst}, certificates with the same name and another key are excluded without a signature check.
   */
  issuers(candidate: Candidate): readonly Candidate[] {
    const { certificate } = candidate;
    const known = this.#issuers.get(certificate);
    if (known) return known;
    const able = this.#ableIssuers(candidate);
    const signer = this.#likeliestFirst(candidate, able).find(
      (other) => this.verdict(certificate, other.certificate) === 'valid',
    );
    const issuers = able.filter((other) => other.certificate.publicKeyInfo === signer?.certificate.publicKeyInfo);
    this.#issuers.set(certificate, issuers);
    return issuers;
  }

  /**
   * Returns the possible issuers, by name and key identifier, whose signature on this certificate this Node cannot check (SM2, GOST; ML-DSA
   * with OpenSSL before 3.5). The most likely one is first.
   */
  uncheckedIssuers(candidate: Candidate): readonly Candidate[] {
    const { certificate } = candidate;
    return this.#likeliestFirst(candidate, this.#ableIssuers(candidate)).filter(
      (other) =>
        keyHint(certificate, other.certificate) < 2 && this.verdict(certificate, other.certificate) === 'unverifiable',
    );
  }

  #ableIssuers(candidate: Candidate): Candidate[] {
    return this.namedIssuers(candidate).filter((other) => this.issuerProblem(other) === undefined);
  }

  /**
   * Sorts issuers. Trust anchors of rank 0 come before all others, because an attacker can add a certificate whose key also verifies the
   * signature. Among these anchors, and among the others, issuers with a matching key identifier come first.
   */
  #likeliestFirst({ certificate }: Candidate, issuers: readonly Candidate[]): Candidate[] {
    const hint = ({ certificate: issuer, anchor }: Candidate) => keyHint(certificate, issuer) + (anchor === 0 ? 0 : 3);
    return issuers
      .map((issuer) => ({ issuer, hint: hint(issuer) }))
      .sort((a, b) => a.hint - b.hint)
      .map(({ issuer }) => issuer);
  }

  /** Checks whether the key of `issuer` signed `certificate`. */
  verdict(certificate: ParsedCertificate, issuer: ParsedCertificate): SignatureVerdict {
    let known = this.#verdicts.get(certificate);
    if (known === undefined) this.#verdicts.set(certificate, (known = new Map()));
    let verdict = known.get(issuer.publicKeyInfo);
    if (verdict === undefined) {
      this.budget.spend('pathSignatures', signatureCost(issuer));
      verdict = inheritsDsaParameters(issuer)
        ? this.#verdictByInheritance(certificate, issuer)
        : verifySignature(certificate, issuer);
      known.set(issuer.publicKeyInfo, verdict);
    }
    return verdict;
  }

  /**
   * Verifies a signature by a DSA key without parameters, which inherits those of the key that signed its certificate (RFC 5280 6.1.4 (d)
   * to (f)). The parameters must not be taken from any other certificate with that name: an attacker could choose them, and with g = 1
   * every signature is valid.
   */
  #verdictByInheritance(certificate: ParsedCertificate, issuer: ParsedCertificate): SignatureVerdict {
    const candidate = this.index.find(issuer);
    if (candidate === undefined || this.#inheriting.has(issuer)) return 'unverifiable';
    this.#inheriting.add(issuer);
    try {
      const [above] = this.issuers(candidate);
      if (above === undefined) return 'unverifiable';
      this.budget.spend('pathSignatures', signatureCost(above.certificate));
      return verifyByKey(certificate, keyWithParametersOf(issuer, above.certificate));
    } finally {
      this.#inheriting.delete(issuer);
    }
  }

  /** Checks whether `issuer` is known to have signed the certificate. False if the signature cannot be checked. */
  isChecked(candidate: Candidate, issuer: Candidate): boolean {
    return this.verdict(candidate.certificate, issuer.certificate) === 'valid';
  }

  /**
   * Returns the verdict on a signature, or undefined if the budget does not allow the check. Used for explanations, which must not throw.
   */
  verdictIfAffordable(certificate: ParsedCertificate, issuer: ParsedCertificate): SignatureVerdict | undefined {
    return ifAffordable(() => this.verdict(certificate, issuer));
  }

  /** Checks whether a certificate is self-signed, like {@link Certificate.isSelfSigned}, but within the budget. */
  isSelfSigned({ certificate }: Candidate): boolean {
    return certificate.isSelfIssued && this.verdict(certificate, certificate) !== 'invalid';
  }

  /** Explains why an issuer of the last certificate cannot continue this path; undefined if it can. */
  obstacle(path: PartialPath, issuer: Candidate): string | undefined {
    return this.#constraints.obstacle(path, issuer);
  }

  /**
   * Explains the same as {@link obstacle}, but returns undefined if the budget does not allow the check. Used for explanations, which must
   * not throw.
   */
  obstacleIfAffordable(path: PartialPath, issuer: Candidate): string | undefined {
    return ifAffordable(() => this.obstacle(path, issuer));
  }
}

/**
 * Compares the authority key identifier of `certificate` with the subject key identifier of `issuer`. They are only a hint (RFC 4158
 * 3.5.12).
 * @returns 0 if they are equal, 1 if one is missing, 2 if they differ
 */
export function keyHint(certificate: ParsedCertificate, issuer: ParsedCertificate): 0 | 1 | 2 {
  const wanted = ifReadable(() => certificate.extensions.authorityKeyIdentifier?.keyIdentifier);
  const offered = ifReadable(() => issuer.extensions.subjectKeyIdentifier);
  if (wanted === undefined || offered === undefined) return 1;
  return wanted === offered ? 0 : 2;
}
