import type { CertificationPath } from '../x509/path/certification-path.js';
import { toCertificateFile } from './bundle.js';

/** The four files that certbot writes for a certificate, by their names. */
export interface CertbotFiles {
  readonly 'privkey.pem': Uint8Array;
  readonly 'cert.pem': Uint8Array;
  readonly 'chain.pem': Uint8Array;
  readonly 'fullchain.pem': Uint8Array;
}

/**
 * Encodes a key and its chain as certbot's four files.
 * @param keyPem becomes `privkey.pem` without being copied
 */
export function toCertbotFiles(keyPem: Uint8Array, { certificates }: CertificationPath): CertbotFiles {
  return {
    'privkey.pem': keyPem,
    'cert.pem': toCertificateFile(certificates.slice(0, 1)),
    'chain.pem': toCertificateFile(certificates.slice(1)),
    'fullchain.pem': toCertificateFile(certificates),
  };
}
