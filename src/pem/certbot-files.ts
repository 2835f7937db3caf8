import type { CertificationPath } from '../x509/path/certification-path-types.js';
import { toCertificateFile } from './encode-certificates.js';

export const certbotNames = ['privkey.pem', 'cert.pem', 'chain.pem', 'fullchain.pem'] as const;

/** The four files that certbot writes for a certificate, by file name. */
type CertbotFiles = Readonly<Record<(typeof certbotNames)[number], Uint8Array>>;

/**
 * Encodes a key and its chain as certbot's four files.
 * @param keyPem content of `privkey.pem`; it is not copied
 */
export function toCertbotFiles(keyPem: Uint8Array, { certificates }: CertificationPath): CertbotFiles {
  return {
    'privkey.pem': keyPem,
    'cert.pem': toCertificateFile(certificates.slice(0, 1)),
    'chain.pem': toCertificateFile(certificates.slice(1)),
    'fullchain.pem': toCertificateFile(certificates),
  };
}
