import { MalformedError } from '../../errors.js';
import { type Limits, requireWithin } from '../../limits.js';
import type { Extensions } from '../../x509/extensions.js';
import type { ParsedCertificate } from '../../x509/parsed-certificate.js';

/**
 * Builds the certificate chain of a key as Java's PKCS12KeyStore does: it follows the issuer names from the leaf to a self-issued
 * certificate, or to one whose issuer is missing. Of the certificates with the name of the issuer, it takes one with the key identifier
 * that the issued certificate names, or else one without a key identifier. If the issued certificate names no key identifier, it takes the
 * first. Signatures are checked later, when the certification path is built.
 */
export class JavaChains {
  #index: ReadonlyMap<string, ParsedCertificate> | undefined;
  readonly #chains = new Map<ParsedCertificate, readonly ParsedCertificate[]>();
  #total = 0;

  constructor(
    private readonly certificates: readonly ParsedCertificate[],
    private readonly limits: Limits,
  ) {}

  /**
   * Returns the leaf and its issuers, truncated at the limit `chainLength`. The same leaf always gives the same array.
   * @throws {LimitExceededError} if the chains of all keys together contain too many certificates: a small file can contain twenty thousand
   * keys with the same long chain
   */
  chain(leaf: ParsedCertificate): readonly ParsedCertificate[] {
    const chain = this.#chains.get(leaf) ?? this.#build(leaf);
    this.#chains.set(leaf, chain);
    this.#total += chain.length;
    requireWithin(this.limits, 'chainCertificates', this.#total, 'chains of all keys together');
    return chain;
  }

  #build(leaf: ParsedCertificate): ParsedCertificate[] {
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
    // Created at first use, because a self-issued leaf does not need the index.
    const index = (this.#index ??= indexBySubject(this.certificates));
    if (identifier === undefined) return index.get(name);
    return index.get(withIdentifier(name, identifier)) ?? index.get(withIdentifier(name, 'none'));
  }
}

/** Indexes the first certificate for each pair of subject and key identifier, and the first certificate for each subject. */
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

/** Returns a key identifier; undefined if the certificate has none, or if its extensions are malformed. */
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
