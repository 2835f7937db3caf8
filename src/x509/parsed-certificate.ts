import type { Certificate } from './certificate.js';
import type { CertificateParts } from './certificate-parts.js';
import type { Extensions } from './extensions.js';

/** A certificate with the parsed fields that path building uses. {@link readCertificate} and {@link withParts} create it. */
export interface ParsedCertificate extends Certificate {
  readonly parts: CertificateParts;
  /** @throws {MalformedError} if the list of extensions cannot be read */
  readonly extensions: Extensions;
  /** The normalized subject: equal strings for names that RFC 5280 7.1 calls equal, see {@link normalizeName}. */
  readonly subjectKey: string;
  /** The normalized issuer. */
  readonly issuerKey: string;
  /** The SubjectPublicKeyInfo as a Latin-1 string, for use as a map key. */
  readonly publicKeyInfo: string;
  /** How many bytes followed the certificate where it was stored; they are not part of `der`. */
  readonly trailingBytes: number;
  /** Calls a function that depends only on this certificate, and caches its result. It is called again only if it throws. */
  once<T>(compute: (certificate: ParsedCertificate) => T): T;
}
