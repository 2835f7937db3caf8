import { foldText } from '../name/normalized-name.js';
import type { Candidate } from './candidate-index.js';
import { dateProblem } from './certificate-checks.js';
import type { PathEdges } from './path-edges.js';

/**
 * Roots that expired while servers still sent cross certificates issued by them. Name (RFC 4514) and notAfter are from the roots
 * themselves. Current root lists no longer contain them, so unless the root is among the candidates, its expiry is known only from this
 * table.
 */
const pastRoots: readonly { readonly name: string; readonly end: string }[] = [
  {
    name: 'CN=AddTrust External CA Root,OU=AddTrust External TTP Network,O=AddTrust AB,C=SE',
    end: '2020-05-30T10:48:38Z',
  },
  { name: 'CN=DST Root CA X3,O=Digital Signature Trust Co.', end: '2021-09-30T14:01:15Z' },
  {
    name: 'emailAddress=info@valicert.com,CN=http://www.valicert.com/,OU=ValiCert Class 2 Policy Validation Authority,O=ValiCert\\, Inc.,L=ValiCert Validation Network',
    end: '2019-06-26T00:19:54Z',
  },
];

/** Matches the end of the {@link ParsedCertificate.subjectKey} of {@link pastRoots}. This fast check excludes nearly all other names. */
const lastValues = /=(?:addtrust external ca root|dst root ca x3|info@valicert\.com)$/;

/**
 * Returns the name of the expired root that certifies a certificate. A root in {@link pastRoots} is recognized by its name alone.
 * @returns undefined if {@link PathEdges.issuers} finds an issuer, or if the issuer is no expired root
 */
export function expiredRootAbove(candidate: Candidate, edges: PathEdges): string | undefined {
  const { certificate } = candidate;
  const { now } = edges.context;
  if (edges.issuers(candidate).length > 0) return undefined;
  const root = edges
    .namedIssuers(candidate)
    .find(
      (other) =>
        dateProblem(other.certificate, now)?.code === 'WARN_CERTIFICATE_EXPIRED' &&
        edges.isSelfSigned(other) &&
        edges.verdict(certificate, other.certificate) === 'valid',
    );
  if (root) return root.certificate.subject;
  if (!lastValues.test(certificate.issuerKey)) return undefined;
  const issuer = foldText(certificate.issuer);
  const past = pastRoots.find(({ name }) => foldText(name) === issuer);
  return past !== undefined && now > Date.parse(past.end) ? certificate.issuer : undefined;
}
