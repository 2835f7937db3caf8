import { Jks2PemError } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import { hostNamesOf, matchesHostName } from '../x509/host-name.js';
import { parseCertificate } from '../x509/parse-certificate.js';
import { examineCertificationPath } from '../x509/path/build-certification-path.js';
import type { ProbeFinding } from './finding.js';

/** Days before its end from which a certificate is worth a word; renewals are usually due at thirty. */
const soon = 21;
const millisecondsPerDay = 86_400_000;

/** What a client makes of the certificates that it was sent. */
export interface Verification {
  readonly trusted: boolean;
  /** The root it ends at. */
  readonly anchor?: Certificate;
  readonly hostname: string;
  readonly nameMatches: boolean;
  /** Until the first certificate on the way expires, rounded down; negative if one has. */
  readonly daysLeft: number;
}

export interface VerificationOptions {
  readonly hostname: string;
  readonly now: Date;
  readonly trustAnchors: Iterable<Certificate>;
}

/** Certificates as sent; what cannot be read is left out. */
export function readCertificates(ders: readonly Uint8Array[]): Certificate[] {
  return ders.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch (error) {
      if (error instanceof Jks2PemError) return [];
      throw error;
    }
  });
}

/** Looks at a chain as a client does that has nothing but its roots and what the server sends. */
export function verifyChain(
  chain: readonly [Certificate, ...Certificate[]],
  { hostname, now, trustAnchors }: VerificationOptions,
): { verification: Verification; findings: ProbeFinding[] } {
  const [leaf] = chain;
  const path = examineCertificationPath(leaf, { now, candidates: chain, trustAnchors, preference: 'shortest' });
  const nameMatches = matchesHostName(leaf, hostname);
  const ends = [...path.certificates, ...(path.anchor ? [path.anchor] : [])].map(({ notAfter }) => notAfter.getTime());
  const daysLeft = Math.floor((Math.min(...ends) - now.getTime()) / millisecondsPerDay);
  const trusted = path.anchor !== undefined;
  const findings: ProbeFinding[] = [];
  const add = (rule: ProbeFinding['rule'], severity: ProbeFinding['severity'], message: string) =>
    findings.push({ rule, severity, message });
  const time = now.getTime();
  if (time > leaf.notAfter.getTime())
    add('CERTIFICATE_EXPIRED', 'error', `the certificate expired on ${day(leaf.notAfter)}`);
  else if (time < leaf.notBefore.getTime())
    add('CERTIFICATE_EXPIRED', 'error', `the certificate is not valid before ${day(leaf.notBefore)}`);
  else if (daysLeft <= soon) add('CERTIFICATE_EXPIRES', 'warning', `the chain is valid for ${daysLeft} more days`);
  if (!trusted) {
    const why = path.missingIssuer?.reason ?? path.problems[0]?.message ?? 'no known root is reached';
    add('CERTIFICATE_UNTRUSTED', 'error', `clients cannot verify the certificate: ${why}`);
  }
  if (!nameMatches) {
    add(
      'CERTIFICATE_NAME',
      'error',
      `the certificate is for ${hostNamesOf(leaf).join(', ') || 'no name'}, not for ${hostname}`,
    );
  }
  for (const message of superfluous(chain)) add('CHAIN_EXTRA', 'warning', message);
  return {
    verification: { trusted, ...(path.anchor && { anchor: path.anchor }), hostname, nameMatches, daysLeft },
    findings,
  };
}

/** What is sent though it is no part of one line (RFC 8446 4.4.2: each certificate certifies the one before it). */
function superfluous(chain: readonly Certificate[]): string[] {
  return chain.flatMap((certificate, i) => {
    const earlier = chain.slice(0, i);
    if (earlier.some(({ sha256 }) => sha256 === certificate.sha256)) return [`${certificate.subject} is sent twice`];
    const below = chain[i - 1];
    if (below && below.issuer !== certificate.subject)
      return [`${certificate.subject} does not certify the certificate before it`];
    return certificate.isSelfIssued && i > 0
      ? [`the root ${certificate.subject} is sent, which clients must have anyway`]
      : [];
  });
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
