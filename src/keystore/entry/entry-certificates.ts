import type { Certificate } from '../../x509/certificate.js';
import type { Entry } from '../types.js';

/** The certificates of an entry of any kind, leaf first. */
export function certificatesOf(entry: Entry): readonly Certificate[] {
  switch (entry.kind) {
    case 'PrivateKeyEntry':
    case 'PublicKeyEntry':
      return entry.certificateChain;
    case 'trustedCertEntry':
      return [entry.certificate];
    case 'SecretKeyEntry':
      return [];
  }
}
