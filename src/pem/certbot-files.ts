import type { CertificationPath } from '../x509/path/certification-path.js';
import { toCertificateFile } from './bundle.js';

/** The files of a directory that certbot keeps for a certificate, by the names that its users' programs look for. */
export interface CertbotFiles {
  readonly 'privkey.pem': Uint8Array;
  readonly 'cert.pem': Uint8Array;
  readonly 'chain.pem': Uint8Array;
  readonly 'fullchain.pem': Uint8Array;
}

/** @param keyPem is not copied */
export function toCertbotFiles(keyPem: Uint8Array, { certificates }: CertificationPath): CertbotFiles {
  return {
    'privkey.pem': keyPem,
    'cert.pem': toCertificateFile(certificates.slice(0, 1)),
    'chain.pem': toCertificateFile(certificates.slice(1)),
    'fullchain.pem': toCertificateFile(certificates),
  };
}
