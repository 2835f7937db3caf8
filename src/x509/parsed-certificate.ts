import type { Certificate } from './certificate.js';
import type { CertificateParts } from './certificate-parts.js';
import type { Extensions } from './extensions.js';

/** A certificate with what path building needs. Made by {@link readCertificate} and {@link withParts}. */
export interface ParsedCertificate extends Certificate {
  readonly parts: CertificateParts;
  /** @throws {MalformedError} if the list of extensions cannot be read */
  readonly extensions: Extensions;
  /** The same string for names that RFC 5280 7.1 calls equal, see {@link normalizeName}. */
  readonly subjectKey: string;
  readonly issuerKey: string;
  /** The SubjectPublicKeyInfo, a character for each byte: a key for maps. */
  readonly publicKeyInfo: string;
  /** How many bytes followed the certificate where it was stored; they are not part of `der`. */
  readonly trailingBytes: number;
  /** The result of a function that depends on nothing but this certificate. It is called once, unless it throws. */
  once<T>(compute: (certificate: ParsedCertificate) => T): T;
}
