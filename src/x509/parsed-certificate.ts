import type { Certificate } from './certificate.js';
import type { CertificateParts } from './certificate-parts.js';
import type { Extensions } from './extensions.js';

/** A certificate with the parsed fields that path building needs. Created by {@link readCertificate} and {@link withParts}. */
export interface ParsedCertificate extends Certificate {
  readonly parts: CertificateParts;
  /** @throws {MalformedError} if the list of extensions is malformed */
  readonly extensions: Extensions;
  /** The normalized subject. Names that are equal by RFC 5280 7.1 have equal strings; see {@link normalizeName}. */
  readonly subjectKey: string;
  /** The normalized issuer; see {@link subjectKey}. */
  readonly issuerKey: string;
  /** The SubjectPublicKeyInfo, decoded as Latin-1 for use as a map key. */
  readonly publicKeyInfo: string;
  /** Number of bytes that followed the certificate in the file; `der` does not contain them. */
  readonly trailingBytes: number;
  /**
   * Returns the result of `compute` for this certificate. The result must depend on nothing else, because it is cached for each function,
   * unless the function throws.
   */
  once<T>(compute: (certificate: ParsedCertificate) => T): T;
}
