import type { WarningCode } from '../../warnings.js';
import { KeyUsage } from '../extensions.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { hasExplicitCurve } from '../public-key.js';
import { readable } from '../readable.js';
import { algorithmsDiffer } from '../signature.js';
import type { PathPurpose } from './certification-path.js';

/** Something wrong with a certificate, in words that follow its name. */
export interface CertificateProblem {
  readonly code: WarningCode;
  readonly text: string;
}

/** What the checks of one path have in common. */
export interface CheckContext {
  /** Milliseconds since 1970, whole seconds: certificates know no smaller unit (RFC 5280 4.1.2.5). */
  readonly now: number;
  readonly purpose: PathPurpose;
}

/** id-kp (RFC 5280 4.2.1.12). */
const purposes: Readonly<Record<'serverAuth' | 'clientAuth', string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};
const anyExtendedKeyUsage = '2.5.29.37.0';

/** Whether the instant is within the dates of a certificate, both ends included. */
export function dateProblem(certificate: ParsedCertificate, now: number): CertificateProblem | undefined {
  if (now > certificate.notAfter.getTime())
    return { code: 'WARN_CERTIFICATE_EXPIRED', text: `expired on ${instant(certificate.notAfter)}` };
  if (now < certificate.notBefore.getTime())
    return { code: 'WARN_CERTIFICATE_NOT_YET_VALID', text: `is not valid before ${instant(certificate.notBefore)}` };
  return undefined;
}

/**
 * Why a certificate cannot certify another one, as far as it can be told from itself: RFC 5280 6.1.4 (k), (n) and (o),
 * 4.2.1.9 and 4.2.1.12. An anchor is held to the same, but it may be of version 1, which has no extensions.
 */
export function issuerProblem(
  certificate: ParsedCertificate,
  { now, purpose }: CheckContext,
  isAnchor: boolean,
): CertificateProblem | undefined {
  const date = dateProblem(certificate, now);
  if (date) return date;
  const text = readable(() => {
    const { extensions } = certificate;
    const shape = certificate.once(shapeProblem);
    if (shape) return shape;
    if (certificate.parts.subject.content.length === 0) return 'is a CA without a name';
    const { basicConstraints, keyUsage } = extensions;
    if (
      basicConstraints === undefined &&
      !(isAnchor && certificate.parts.version === undefined && certificate.isSelfIssued)
    )
      return 'is not a CA certificate: it has no basicConstraints';
    if (basicConstraints?.ca === false) return 'is not a CA certificate';
    if (keyUsage !== undefined && (keyUsage & KeyUsage.keyCertSign) === 0)
      return 'may not sign certificates (keyUsage)';
    // Read here, so that a broken one counts as the certificate's fault and not as the path's.
    void extensions.nameConstraints;
    return purposeProblem(certificate, purpose);
  });
  return text === undefined ? undefined : { code: 'WARN_CHAIN_INCOMPLETE', text };
}

/** Everything that makes a certificate unfit to stand at the beginning of a path. */
export function leafProblems(certificate: ParsedCertificate, { now, purpose }: CheckContext): CertificateProblem[] {
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
      return 'is no CA certificate, yet constrains names';
    return purposeProblem(certificate, purpose);
  });
  if (text !== undefined) problems.push({ code: 'WARN_CERTIFICATE_UNUSABLE', text });
  return problems;
}

/**
 * A doubt about a leaf that does not break its path: suites disagree whether a leaf whose keyUsage allows nothing that
 * TLS needs (RFC 5280 4.2.1.12) is valid, since Go does not look at it.
 */
export function leafDoubt(certificate: ParsedCertificate, { purpose }: CheckContext): CertificateProblem | undefined {
  const text = readable(() => keyUsageProblem(certificate.extensions.keyUsage, purpose));
  return text === undefined ? undefined : { code: 'WARN_CERTIFICATE_UNUSABLE', text };
}

/** Whether a leaf is meant for another purpose than this one, by its extended key usage. */
export function isForOtherPurpose(certificate: ParsedCertificate, purpose: PathPurpose): boolean {
  return readable(() => purposeProblem(certificate, purpose)) !== undefined;
}

function shapeProblem(certificate: ParsedCertificate): string | undefined {
  const [unknown] = certificate.extensions.unknownCritical;
  if (unknown !== undefined) return `has the unknown critical extension ${unknown}`;
  if (algorithmsDiffer(certificate)) return 'names two different signature algorithms';
  if (hasExplicitCurve(certificate)) return 'spells out its elliptic curve instead of naming it';
  return undefined;
}

function purposeProblem(certificate: ParsedCertificate, purpose: PathPurpose): string | undefined {
  const allowed = certificate.extensions.extendedKeyUsage;
  if (purpose === 'any' || allowed === undefined) return undefined;
  if (allowed.includes(purposes[purpose]) || allowed.includes(anyExtendedKeyUsage)) return undefined;
  return `is not for ${purpose} (extended key usage)`;
}

/** RFC 5280 4.2.1.12 names the key usages that go with each purpose; without keyUsage all are allowed. */
function keyUsageProblem(keyUsage: number | undefined, purpose: PathPurpose): string | undefined {
  if (keyUsage === undefined || purpose === 'any') return undefined;
  const { digitalSignature, keyEncipherment, keyAgreement } = KeyUsage;
  const useful = digitalSignature | keyAgreement | (purpose === 'serverAuth' ? keyEncipherment : 0);
  return (keyUsage & useful) === 0 ? `is not for ${purpose} (key usage)` : undefined;
}

/** A date as logs show it: to the second, UTC. */
function instant(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
