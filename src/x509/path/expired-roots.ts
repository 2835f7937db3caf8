import { foldText } from '../name/normalized-name.js';
import type { Candidate } from './candidate-index.js';
import { dateProblem } from './certificate-checks.js';
import type { PathEdges } from './path-edges.js';

/**
 * Roots that signed cross certificates which outlived them: RFC 4514 name and last instant, from the certificates
 * themselves. They are in no list of current roots any more, so without this table nothing would tell that they are over.
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

/** The last value of each of their names, as {@link ParsedCertificate.issuerKey} ends: few other names have to be written out to be compared. */
const lastValues = /=(?:addtrust external ca root|dst root ca x3|info@valicert\.com)$/;

/** Whether the only roots known above a certificate are roots that have expired. */
export function expiredRootAbove(candidate: Candidate, edges: PathEdges): Candidate | string | undefined {
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
  if (root) return root;
  if (!lastValues.test(certificate.issuerKey)) return undefined;
  const issuer = foldText(certificate.issuer);
  const past = pastRoots.find(({ name }) => foldText(name) === issuer);
  return past !== undefined && now > Date.parse(past.end) ? certificate.issuer : undefined;
}
