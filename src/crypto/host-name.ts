import { X509Certificate } from 'node:crypto';

/**
 * Whether a certificate is for a host (RFC 9525 6): by its alternative names, or by the common name if it has none of
 * the kind, as OpenSSL does. One that OpenSSL cannot read is for none: no server could present it.
 * @param name a host name or an IP address
 */
export function certifiesHost(certificateDer: Uint8Array, name: string): boolean {
  const isAddress = /^[0-9.]+$/.test(name) || name.includes(':');
  try {
    const certificate = new X509Certificate(certificateDer);
    return (isAddress ? certificate.checkIP(name) : certificate.checkHost(name.replace(/\.$/, ''))) !== undefined;
  } catch {
    return false;
  }
}
