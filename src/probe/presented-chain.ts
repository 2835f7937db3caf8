import { bounded, shortened } from '../bytes/bounded-text.js';
import { Jks2PemError } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import { hostNamesOf } from '../x509/display-name.js';
import { countDays, daysLeft, expiresSoon, isoDay } from '../x509/expiry.js';
import { matchesHostName } from '../x509/matches-host-name.js';
import { parseCertificate } from '../x509/parse-certificate.js';
import { examinePath } from '../x509/path/build-certification-path.js';
import { orderSentChain } from '../x509/path/sent-chain-order.js';
import type { ProbeFinding } from './finding.js';

/** The result of verifying the certificates that a server sent, by the rules of a client. */
export interface ChainVerification {
  readonly trusted: boolean;
  /** The root at which the path ends. */
  readonly anchor?: Certificate;
  readonly hostname: string;
  readonly nameMatches: boolean;
  /** Number of whole days until the first certificate of the path, including the root, expires; negative if one has expired. */
  readonly daysLeft: number;
}

interface VerificationOptions {
  readonly hostname: string;
  readonly now: Date;
  readonly trustAnchors: Iterable<Certificate>;
  /** Warns if fewer days than this are left until a certificate expires. Default: the rule of {@link expiresSoon}. */
  readonly days?: number | undefined;
}

/** Parses the certificates that a server sent. Malformed ones are skipped. */
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

/**
 * Verifies a chain like a client that has only its roots and the certificates from the server. `findings` lists the problems, and the
 * certificates that the server need not send or sends at the wrong position.
 */
export function verifyChain(
  chain: readonly [Certificate, ...Certificate[]],
  { hostname, now, trustAnchors, days }: VerificationOptions,
): { verification: ChainVerification; findings: ProbeFinding[] } {
  const [leaf] = chain;
  const path = examinePath(leaf, { now, candidates: chain, trustAnchors, preference: 'shortest' });
  const { anchor } = path;
  const nameMatches = matchesHostName(leaf, hostname);
  const left = Math.min(...[...path.certificates, ...(anchor ? [anchor] : [])].map((each) => daysLeft(each, now)));
  const findings: ProbeFinding[] = [];
  const add = (rule: ProbeFinding['rule'], severity: ProbeFinding['severity'], message: string) =>
    findings.push({ rule, severity, message });
  const ending = path.certificates
    .filter((certificate) => expiresSoon(certificate, now, days))
    .sort((a, b) => a.notAfter.getTime() - b.notAfter.getTime())[0];
  if (now > leaf.notAfter) add('CERTIFICATE_EXPIRED', 'error', `the certificate expired on ${isoDay(leaf.notAfter)}`);
  else if (now < leaf.notBefore)
    add('CERTIFICATE_EXPIRED', 'error', `the certificate is not valid before ${isoDay(leaf.notBefore)}`);
  else if (ending) {
    const end = `expires in ${countDays(daysLeft(ending, now))}, on ${isoDay(ending.notAfter)}`;
    add('CERTIFICATE_EXPIRES', 'warning', `${shortened(ending.subject) || 'the certificate'} ${end}`);
  }
  if (anchor === undefined) {
    const why = path.missingIssuer?.reason ?? path.problems[0]?.message ?? 'no known root is reached';
    add('CERTIFICATE_UNTRUSTED', 'error', `clients cannot verify the certificate: ${why}`);
  }
  if (!nameMatches) {
    const names = bounded(hostNamesOf(leaf)) || 'no name';
    add('CERTIFICATE_NAME', 'error', `the certificate is for ${names}, not for ${hostname}`);
  }
  for (const message of unneeded(chain)) add('CHAIN_EXTRA', 'warning', message);
  const verification = { trusted: anchor !== undefined, ...(anchor && { anchor }), hostname, nameMatches };
  return { verification: { ...verification, daysLeft: left }, findings };
}

/**
 * Returns a message for each certificate that a server sends unnecessarily or at the wrong position. Each should certify the one before it
 * (RFC 8446 4.4.2).
 */
function unneeded(chain: readonly Certificate[]): string[] {
  const messages = {
    duplicate: (name: string) => `${name} is sent twice`,
    root: (name: string) => `the root ${name} is sent; clients must have it anyway`,
    'out of order': (name: string) => `${name} is sent in the wrong place`,
    unrelated: (name: string) => `${name} does not belong to the chain`,
  };
  return orderSentChain(chain).misplaced.map(({ certificate, reason }) =>
    messages[reason](shortened(certificate.subject)),
  );
}
