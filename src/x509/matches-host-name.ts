import { isForHost } from '../crypto/platform.js';
import type { Certificate } from './certificate.js';

/**
 * Checks whether a certificate is valid for a host (RFC 9525 6). As in OpenSSL, the common name is used only if the certificate has no
 * alternative name of that kind. A certificate that OpenSSL cannot read is not valid, because no server can present it.
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
