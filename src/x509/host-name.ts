import { X509Certificate } from 'node:crypto';
import { certifiesHost } from '../crypto/host-name.js';
import type { Certificate } from './certificate.js';

/** Whether clients take a certificate for a server of this name or address; not, if OpenSSL cannot read it. */
export function matchesHostName(certificate: Certificate, host: string): boolean {
  try {
    return certifiesHost(certificate.der, host);
  } catch {
    return false;
  }
}

/** The DNS names and addresses of a certificate, as OpenSSL writes them. */
export function hostNamesOf(certificate: Certificate): string[] {
  try {
    const { subjectAltName = '' } = new X509Certificate(certificate.der);
    return [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,"]+)/g)].map((match) => match[1] as string);
  } catch {
    return [];
  }
}
