import { X509Certificate } from 'node:crypto';
import type { Certificate } from './certificate.js';

/**
 * Whether clients take a certificate for a server of this name (RFC 6125 6.4): one of its alternative names, with a wildcard
 * for a whole first label, or an address; the common name does not count any more.
 */
export function matchesHostName(certificate: Certificate, host: string): boolean {
  try {
    const x509 = new X509Certificate(certificate.der);
    const isAddress = /^[0-9.]+$|:/.test(host);
    const match = isAddress ? x509.checkIP(host) : x509.checkHost(host, { subject: 'never', partialWildcards: false });
    return match !== undefined;
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
