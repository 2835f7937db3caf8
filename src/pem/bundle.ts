import { concat } from '../bytes/concat.js';
import type { PrivateKey } from '../crypto/private-key.js';
import type { Certificate } from '../x509/certificate.js';
import type { CertificationPath } from '../x509/certification-path.js';
import { encodePem } from './encode.js';

/**
 * One group as servers want it in one file: key, leaf, issuers. The root is not among them.
 * The result holds the key in the clear: overwrite it when done.
 */
export function toBundle(key: PrivateKey, path: CertificationPath): Uint8Array {
  const keyBlock = encodePem('PRIVATE KEY', key.pkcs8);
  const bundle = concat(keyBlock, toCertificateFile(path.certificates));
  keyBlock.fill(0);
  return bundle;
}

/** Certificates as PEM blocks, in the order given. */
export function toCertificateFile(certificates: readonly Certificate[]): Uint8Array {
  return concat(...certificates.map((certificate) => encodePem('CERTIFICATE', certificate.der)));
}
