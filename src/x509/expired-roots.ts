import type { Candidate } from './candidate-index.js';
import { dateProblem } from './certificate-checks.js';
import { foldText } from './normalized-name.js';
import type { PathEdges } from './path-edges.js';

/**
 * Roots that signed cross certificates which outlived them: RFC 4514 name and last instant, from the certificates
 * themselves. They are in no list of current roots any more, so without this table nothing would tell that they are over.
 */
const pastRoots: ReadonlyMap<string, number> = new Map(
  [
    ['CN=AddTrust External CA Root,OU=AddTrust External TTP Network,O=AddTrust AB,C=SE', '2020-05-30T10:48:38Z'],
    ['CN=DST Root CA X3,O=Digital Signature Trust Co.', '2021-09-30T14:01:15Z'],
    [
      'emailAddress=info@valicert.com,CN=http://www.valicert.com/,OU=ValiCert Class 2 Policy Validation Authority,O=ValiCert\\, Inc.,L=ValiCert Validation Network',
      '2019-06-26T00:19:54Z',
    ],
  ].map(([name = '', end = '']) => [foldText(name), Date.parse(end)]),
);

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
  const end = pastRoots.get(foldText(certificate.issuer));
  return end !== undefined && now > end ? certificate.issuer : undefined;
}
