import { isForHost } from '../crypto/platform.js';
import type { Certificate } from './certificate.js';

/**
 * Checks by OpenSSL's rules whether a certificate is valid for a host. Unlike RFC 9525 6, OpenSSL accepts the common name as a host name if
 * the certificate has no DNS name.
 * @param host a host name, which may end with a period, or an IP address
 * @returns whether the certificate is valid for the host; false if OpenSSL cannot read the certificate
 */
export function matchesHostName({ der }: Certificate, host: string): boolean {
  const isAddress = /^[0-9.]+$/.test(host) || host.includes(':');
  try {
    return isAddress ? isForHost(der, host, 'address') : isForHost(der, host.replace(/\.$/, ''), 'name');
  } catch {
    return false;
  }
}
