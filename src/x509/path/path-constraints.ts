import { type ConstrainedNames, constrainedNamesOf } from '../name/constrained-names.js';
import { violatedConstraint } from '../name/name-constraints.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { ifReadable, readable } from '../tolerate-malformed.js';
import type { Candidate } from './candidate-index.js';
import type { PathBudget } from './path-budget.js';

/** Checks the requirements of an issuer that depend on the whole path below it, not only on the certificate that it certifies. */
export class PathConstraints {
  readonly #names = new Map<ParsedCertificate, ConstrainedNames>();

  constructor(private readonly budget: PathBudget) {}

  /**
   * Returns the reason why an issuer of the last certificate cannot continue this path: a loop, its path length, or its name constraints.
   */
  obstacle(path: readonly Candidate[], issuer: Candidate): string | undefined {
    this.budget.spend('pathNodes');
    const { certificate } = issuer;
    const identity = certificate.once(identityOf);
    if (path.some((below) => below.certificate.once(identityOf) === identity)) return 'is already part of the path';
    return readable(() => {
      const { basicConstraints, nameConstraints } = certificate.extensions;
      const between = path.slice(1).filter((below) => !below.certificate.isSelfIssued).length;
      if (basicConstraints?.pathLength !== undefined && basicConstraints.pathLength < between)
        return `allows ${basicConstraints.pathLength} CAs below it, not ${between}`;
      if (nameConstraints === undefined) return undefined;
      for (const [at, below] of path.entries()) {
        // RFC 5280 6.1.3 (b): self-issued certificates are exempt, but the leaf is not.
        if (at > 0 && below.certificate.isSelfIssued) continue;
        const names = this.#namesOf(below.certificate, at === 0);
        const violated = violatedConstraint(nameConstraints, names, (comparisons) =>
          this.budget.spend('nameComparisons', comparisons),
        );
        if (violated) return `constrains names: ${violated}`;
      }
      return undefined;
    });
  }

  #namesOf(certificate: ParsedCertificate, isLeaf: boolean): ConstrainedNames {
    let names = this.#names.get(certificate);
    if (names === undefined) {
      names = constrainedNamesOf(certificate.parts.subject, certificate.extensions.subjectAltName ?? [], isLeaf);
      this.#names.set(certificate, names);
    }
    return names;
  }
}

/**
 * Returns the subject, key and alternative names of a certificate as one string. This combination may occur only once in a path (RFC 4158
 * 5.2).
 */
function identityOf(certificate: ParsedCertificate): string {
  const names = ifReadable(() => certificate.extensions.subjectAltNameKey) ?? '';
  return `${certificate.subjectKey}\u0003${certificate.publicKeyInfo}\u0003${names}`;
}
