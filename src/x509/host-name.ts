import { isForHost } from '../crypto/platform.js';
import type { Certificate } from './certificate.js';

/**
 * Whether a certificate is valid for a host (RFC 9525 6): by its alternative names, or by the common name if it has no alternative name
 * of that kind, as in OpenSSL. False if OpenSSL cannot read the certificate, because no server can present it.
 * @param host a host name or an IP address
 */
export function matchesHostName({ der }: Certificate, host: string): boolean {
  const isAddress = /^[0-9.]+$/.test(host) || host.includes(':');
  try {
    return isAddress ? isForHost(der, host, 'address') : isForHost(der, host.replace(/\.$/, ''), 'name');
  } catch {
    return false;
  }
}

/** The DNS names and addresses of a certificate. */
export function hostNamesOf(certificate: Certificate): string[] {
  return certificate.subjectAltNames.filter(({ type }) => type === 'dns' || type === 'ip').map(({ value }) => value);
}
