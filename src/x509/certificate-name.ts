import type { Certificate } from './certificate.js';
import { quotedName } from './name/name.js';

/** The subject; of a certificate without one, its first alternative name (RFC 5280 4.2.1.6 allows this). */
export function certificateName(certificate: Pick<Certificate, 'subject' | 'subjectAltNames'>): string {
  const { subject } = certificate;
  if (subject !== '') return subject;
  const [first] = certificate.subjectAltNames;
  return first === undefined ? '(no name)' : `${first.type === 'dns' ? 'DNS' : first.type}:${first.value}`;
}

/** The same in quotation marks, for a message: see {@link quotedName}. */
export function quotedCertificate(certificate: Pick<Certificate, 'subject' | 'subjectAltNames'>): string {
  return quotedName(certificateName(certificate));
}
