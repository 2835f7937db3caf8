import { shortened } from '../bytes/bounded-text.js';
import type { Certificate } from './certificate.js';
import { quotedName } from './name/distinguished-name.js';

/**
 * Returns a name of a certificate for messages, which is truncated if it is long: the subject, or the first alternative name if the subject
 * is empty, as RFC 5280 4.2.1.6 allows.
 */
export function certificateName(certificate: Pick<Certificate, 'subject' | 'subjectAltNames'>): string {
  const { subject } = certificate;
  if (subject !== '') return shortened(subject);
  const [first] = certificate.subjectAltNames;
  return first === undefined ? '(no name)' : shortened(`${first.type === 'dns' ? 'DNS' : first.type}:${first.value}`);
}

/** Returns the name of a certificate in quotation marks, for messages; see {@link certificateName} and {@link quotedName}. */
export function quotedCertificate(certificate: Pick<Certificate, 'subject' | 'subjectAltNames'>): string {
  return quotedName(certificateName(certificate));
}

/** Returns the DNS names and the IP addresses in the subjectAltName extension of a certificate. */
export function hostNamesOf(certificate: Certificate): string[] {
  return certificate.subjectAltNames.filter(({ type }) => type === 'dns' || type === 'ip').map(({ value }) => value);
}
