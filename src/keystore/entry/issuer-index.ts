import { MalformedError } from '../../errors.js';
import { type Limits, requireWithin } from '../../limits.js';
import type { Extensions } from '../../x509/extensions.js';
import type { ParsedCertificate } from '../../x509/parsed-certificate.js';

/**
 * Certificates by subject, to line up the chain of a key as Java does: from the leaf to the issuer by name, equal key identifiers before
 * none at all, never different ones; until a certificate names itself as its issuer, or nothing fits.
 * Signatures are not checked: that is for who sends the chain.
 */
export class IssuerIndex {
  #index: ReadonlyMap<string, ParsedCertificate> | undefined;
  readonly #chains = new Map<ParsedCertificate, readonly ParsedCertificate[]>();
  #linedUp = 0;

  constructor(
    private readonly certificates: readonly ParsedCertificate[],
    private readonly limits: Limits,
  ) {}

  /**
   * The leaf and, one above the other, its issuers, cut off at the longest chain that is allowed. Asked again, the same array.
   * @throws {LimitExceededError} if all that was asked for makes too many certificates: twenty thousand keys of one long
   *   chain are a small file
   */
  chain(leaf: ParsedCertificate): readonly ParsedCertificate[] {
    const chain = this.#chains.get(leaf) ?? this.#lineUp(leaf);
    this.#chains.set(leaf, chain);
    this.#linedUp += chain.length;
    requireWithin(this.limits, 'chainCertificates', this.#linedUp, 'chains of all keys together');
    return chain;
  }

  #lineUp(leaf: ParsedCertificate): ParsedCertificate[] {
    const chain = new Set([leaf]);
    for (let last = leaf; !last.isSelfIssued && chain.size < this.limits.chainLength; ) {
      const issuer = this.#issuerOf(last);
      if (issuer === undefined || chain.has(issuer)) break;
      chain.add(issuer);
      last = issuer;
    }
    return [...chain];
  }

  #issuerOf(certificate: ParsedCertificate): ParsedCertificate | undefined {
    const name = certificate.issuerKey;
    const identifier = identifierOf(certificate, (extensions) => extensions.authorityKeyIdentifier?.keyIdentifier);
    // Made when first needed: a store without keys has no use for it.
    const index = (this.#index ??= indexBySubject(this.certificates));
    if (identifier === undefined) return index.get(name);
    return index.get(withIdentifier(name, identifier)) ?? index.get(withIdentifier(name, 'none'));
  }
}

/** The first certificate of each subject and key identifier, and the first of each subject alone. */
function indexBySubject(certificates: readonly ParsedCertificate[]): Map<string, ParsedCertificate> {
  const index = new Map<string, ParsedCertificate>();
  for (const certificate of certificates) {
    const subject = certificate.subjectKey;
    const identifier = identifierOf(certificate, (extensions) => extensions.subjectKeyIdentifier);
    for (const key of [withIdentifier(subject, identifier ?? 'none'), subject]) {
      if (!index.has(key)) index.set(key, certificate);
    }
  }
  return index;
}

function withIdentifier(subject: string, identifier: string): string {
  return `${identifier} ${subject}`;
}

/** An identifier of a key; undefined if the certificate has none that can be read. */
function identifierOf(
  certificate: ParsedCertificate,
  read: (extensions: Extensions) => string | undefined,
): string | undefined {
  try {
    return read(certificate.extensions);
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}
