import { inheritsDsaParameters, keyWithParametersOf } from '../dsa-parameters.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { ifReadable } from '../readable.js';
import { type SignatureVerdict, signatureCost, verifyByKey, verifySignature } from '../signature.js';
import type { Candidate, CandidateIndex } from './candidate-index.js';
import { type CertificateProblem, type CheckContext, issuerProblem } from './certificate-checks.js';
import type { PathBudget } from './path-budget.js';
import { PathConstraints } from './path-constraints.js';

/** Certificates from the leaf upwards, each certified by the next. */
export type PartialPath = readonly [Candidate, ...Candidate[]];

/** Which certificate certifies which: the checks between two certificates, each done once. */
export class PathEdges {
  readonly #problems = new Map<Candidate, CertificateProblem | undefined>();
  readonly #verdicts = new Map<ParsedCertificate, Map<string, SignatureVerdict>>();
  readonly #issuers = new Map<ParsedCertificate, readonly Candidate[]>();
  /** Issuers whose inherited DSA parameters are being resolved, to detect cycles. */
  readonly #inheriting = new Set<ParsedCertificate>();
  readonly #constraints: PathConstraints;

  constructor(
    readonly index: CandidateIndex,
    readonly context: CheckContext,
    readonly budget: PathBudget,
  ) {
    this.#constraints = new PathConstraints(budget);
  }

  /** Certificates with the name of a certificate's issuer, except itself. */
  namedIssuers({ certificate }: Candidate): readonly Candidate[] {
    const named = this.index.named(certificate.issuerKey);
    return named.filter((other) => other.certificate.sha256 !== certificate.sha256);
  }

  /** Why a certificate cannot be an issuer. */
  issuerProblem(candidate: Candidate): CertificateProblem | undefined {
    if (!this.#problems.has(candidate)) {
      const problem = issuerProblem(candidate.certificate, this.context, candidate.anchor !== undefined);
      this.#problems.set(candidate, problem);
    }
    return this.#problems.get(candidate);
  }

  /**
   * The certificates that certify this one, regardless of the rest of the path. Only one key signed it, so once that key is found, all
   * certificates with the same name and another key are excluded without a signature check. The key that matches the authority key
   * identifier is tried first.
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
   * Certificates that may certify this one, by name and key identifier, with an algorithm that this Node does not support (SM2, GOST,
   * ML-DSA on Node 20). The most likely one is first.
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
   * Sorts issuers: trust anchors first, because an attacker can add a certificate whose key also verifies the signature; then those
   * with the matching key identifier.
   */
  #likeliestFirst({ certificate }: Candidate, issuers: readonly Candidate[]): Candidate[] {
    const hint = ({ certificate: issuer, anchor }: Candidate) => keyHint(certificate, issuer) + (anchor === 0 ? 0 : 3);
    return issuers
      .map((issuer) => ({ issuer, hint: hint(issuer) }))
      .sort((a, b) => a.hint - b.hint)
      .map(({ issuer }) => issuer);
  }

  /** Whether the key of `issuer` signed `certificate`. */
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
   * A DSA key without parameters inherits those of the key that signed its certificate (RFC 5280 6.1.4 (d) to (f)). Taking them from
   * any other certificate of that name would let an attacker choose them, and with g = 1 every signature is valid.
   */
  #verdictByInheritance(certificate: ParsedCertificate, issuer: ParsedCertificate): SignatureVerdict {
    const candidate = this.index.find(issuer);
    if (candidate === undefined || this.#inheriting.has(issuer)) return 'unverifiable';
    this.#inheriting.add(issuer);
    try {
      const [above] = this.issuers(candidate);
      const key = above && keyWithParametersOf(issuer, above.certificate);
      if (above === undefined || key === undefined) return 'unverifiable';
      this.budget.spend('pathSignatures', signatureCost(above.certificate));
      return verifyByKey(certificate, key);
    } finally {
      this.#inheriting.delete(issuer);
    }
  }

  /** Whether the signature of a certificate by the next one in a chain is known to be valid. */
  isChecked(candidate: Candidate, issuer: Candidate): boolean {
    return this.verdict(candidate.certificate, issuer.certificate) === 'valid';
  }

  /** The verdict, or undefined if the budget does not allow the check. For explanations, which must not throw. */
  verdictIfAffordable(certificate: ParsedCertificate, issuer: ParsedCertificate): SignatureVerdict | undefined {
    const known = this.#verdicts.get(certificate)?.get(issuer.publicKeyInfo);
    if (known) return known;
    return this.budget.has('pathSignatures', signatureCost(issuer)) ? this.verdict(certificate, issuer) : undefined;
  }

  /** Like {@link Certificate.isSelfSigned}, within the budget. */
  isSelfSigned({ certificate }: Candidate): boolean {
    return certificate.isSelfIssued && this.verdict(certificate, certificate) !== 'invalid';
  }

  /** Why an issuer of the last certificate cannot continue this path. */
  obstacle(path: PartialPath, issuer: Candidate): string | undefined {
    return this.#constraints.obstacle(path, issuer);
  }
}

/** 0 if the key identifiers of the two agree, 1 if one is missing, 2 if they differ. Only a hint (RFC 4158 3.5.12). */
export function keyHint(certificate: ParsedCertificate, issuer: ParsedCertificate): 0 | 1 | 2 {
  const wanted = ifReadable(() => certificate.extensions.authorityKeyIdentifier?.keyIdentifier);
  const offered = ifReadable(() => issuer.extensions.subjectKeyIdentifier);
  if (wanted === undefined || offered === undefined) return 1;
  return wanted === offered ? 0 : 2;
}
