import type { WarningCode } from '../../warnings.js';
import { KeyUsage } from '../extensions.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { curveProblem } from '../public-key.js';
import { algorithmsDiffer } from '../signature.js';
import { readable } from '../tolerate-malformed.js';
import type { PathPurpose } from './certification-path-types.js';

/** A problem of a certificate. In a message, `text` follows the certificate's name. */
export interface CertificateProblem {
  readonly code: WarningCode;
  readonly text: string;
}

/** The times and the purpose for which the certificates of a path are checked. */
export interface CheckContext {
  /**
   * The time at which the leaf must be valid: milliseconds since 1970, rounded down to seconds, which are the smallest unit in certificates
   * (RFC 5280 4.1.2.5).
   */
  readonly now: number;
  /** The time at which issuers must be valid, in milliseconds: `now`, or the end of the leaf's validity if the leaf has expired. */
  readonly issuersAt: number;
  readonly purpose: PathPurpose;
}

/** OIDs of the purposes, below id-kp (RFC 5280 4.2.1.12). */
const purposes: Readonly<Record<'serverAuth' | 'clientAuth', string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};
const anyExtendedKeyUsage = '2.5.29.37.0';

/** Returns a problem if the certificate is not valid at this time. Both ends are part of the validity (RFC 5280 4.1.2.5). */
export function dateProblem(certificate: ParsedCertificate, time: number): CertificateProblem | undefined {
  if (time > certificate.notAfter.getTime())
    return { code: 'WARN_CERTIFICATE_EXPIRED', text: `expired on ${instant(certificate.notAfter)}` };
  if (time < certificate.notBefore.getTime())
    return { code: 'WARN_CERTIFICATE_NOT_YET_VALID', text: `is not valid before ${instant(certificate.notBefore)}` };
  return undefined;
}

/** Returns the problem because of which a certificate cannot be an issuer at this time, judged by its own fields. */
export function issuerProblem(
  certificate: ParsedCertificate,
  context: CheckContext,
  isAnchor: boolean,
): string | undefined {
  return dateProblem(certificate, context.issuersAt)?.text ?? authorityProblem(certificate, context, isAnchor);
}

/**
 * Returns the problem because of which a certificate cannot be an issuer, apart from its dates. It must have a subject, be a CA by its
 * basicConstraints, and not be excluded by keyUsage, extKeyUsage (RFC 5280 4.2.1.3, 4.2.1.9, 4.2.1.12) or {@link shapeProblem}. These
 * rules also apply to an anchor, except that a self-issued anchor of version 1 needs no basicConstraints, because version 1 has no
 * extensions.
 */
export function authorityProblem(
  certificate: ParsedCertificate,
  { purpose }: Pick<CheckContext, 'purpose'>,
  isAnchor: boolean,
): string | undefined {
  return readable(() => {
    const { extensions } = certificate;
    const shape = certificate.once(shapeProblem);
    if (shape) return shape;
    if (certificate.parts.subject.content.length === 0) return 'is a CA without a name';
    const { basicConstraints, keyUsage } = extensions;
    const isVersion1Root = isAnchor && certificate.parts.version === undefined && certificate.isSelfIssued;
    if (basicConstraints === undefined && !isVersion1Root) return 'is not a CA certificate: it has no basicConstraints';
    if (basicConstraints?.ca === false) return 'is not a CA certificate';
    if (keyUsage !== undefined && (keyUsage & KeyUsage.keyCertSign) === 0)
      return 'may not sign certificates (keyUsage)';
    // Parsed here, so that malformed constraints are a problem of this certificate and do not stop the search.
    void extensions.nameConstraints;
    return purposeProblem(certificate, purpose);
  });
}

/**
 * Returns the problems because of which a certificate cannot be the leaf of a path: at most one with its dates, and at most one with its
 * other fields.
 */
export function leafProblems(
  certificate: ParsedCertificate,
  { now, purpose }: Pick<CheckContext, 'now' | 'purpose'>,
): CertificateProblem[] {
  const problems: CertificateProblem[] = [];
  const date = dateProblem(certificate, now);
  if (date) problems.push(date);
  const text = readable(() => {
    const { extensions } = certificate;
    void extensions.subjectAltName;
    const shape = certificate.once(shapeProblem);
    if (shape) return shape;
    // RFC 5280 4.2.1.10: only a CA may constrain names.
    if (extensions.nameConstraints !== undefined && !extensions.basicConstraints?.ca)
      return 'constrains names, although it is not a CA certificate';
    return purposeProblem(certificate, purpose);
  });
  if (text !== undefined) problems.push({ code: 'WARN_CERTIFICATE_UNUSABLE', text });
  return problems;
}

/**
 * Returns a problem if the leaf's keyUsage excludes TLS (RFC 5280 4.2.1.12). This does not invalidate the path, because some
 * implementations, such as Go, ignore the extension.
 */
export function leafUsageProblem(
  certificate: ParsedCertificate,
  { purpose }: Pick<CheckContext, 'purpose'>,
): CertificateProblem | undefined {
  const text = readable(() => keyUsageProblem(certificate.extensions.keyUsage, purpose));
  return text === undefined ? undefined : { code: 'WARN_CERTIFICATE_UNUSABLE', text };
}

/** Checks whether the extended key usage of a leaf excludes this purpose, or cannot be read. */
export function isForOtherPurpose(certificate: ParsedCertificate, purpose: PathPurpose): boolean {
  return readable(() => purposeProblem(certificate, purpose)) !== undefined;
}

/** Returns a problem that excludes a certificate from every path, as the leaf or as an issuer. */
function shapeProblem(certificate: ParsedCertificate): string | undefined {
  const [unknown] = certificate.extensions.unknownCritical;
  if (unknown !== undefined) return `has the unknown critical extension ${unknown}`;
  if (algorithmsDiffer(certificate)) return 'names two different signature algorithms';
  return curveProblem(certificate);
}

function purposeProblem(certificate: ParsedCertificate, purpose: PathPurpose): string | undefined {
  const allowed = certificate.extensions.extendedKeyUsage;
  if (purpose === 'any' || allowed === undefined) return undefined;
  if (allowed.includes(purposes[purpose]) || allowed.includes(anyExtendedKeyUsage)) return undefined;
  return `is not for ${purpose} (extended key usage)`;
}

/** RFC 5280 4.2.1.12 lists the key usages that are consistent with each purpose. Without keyUsage all are allowed. */
function keyUsageProblem(keyUsage: number | undefined, purpose: PathPurpose): string | undefined {
  if (keyUsage === undefined || purpose === 'any') return undefined;
  const { digitalSignature, keyEncipherment, keyAgreement } = KeyUsage;
  const useful = digitalSignature | keyAgreement | (purpose === 'serverAuth' ? keyEncipherment : 0);
  return (keyUsage & useful) === 0 ? `is not for ${purpose}: its key usage does not allow it` : undefined;
}

/** Formats a time in UTC, to the second. */
function instant(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
