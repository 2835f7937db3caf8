import { concat } from '../bytes/concat.js';
import { wipe } from '../bytes/wipe.js';
import { normalizePkcs8 } from '../crypto/pkcs8-normalize.js';
import type { PrivateKey } from '../crypto/private-key.js';
import type { Certificate } from '../x509/certificate.js';
import type { CertificationPath } from '../x509/certification-path.js';
import { encodePem } from './encode.js';

/**
 * One group as servers want it in one file: key, leaf, issuers. The root is not among them. The key is as the store held it,
 * but for the one form that OpenSSL 3.0 does not load, see {@link normalizePkcs8}.
 * The result holds the key in the clear: overwrite it when done.
 */
export function toBundle(key: PrivateKey, path: CertificationPath): Uint8Array {
  const loadable = normalizePkcs8(key.pkcs8);
  const keyBlock = encodePem('PRIVATE KEY', loadable);
  const bundle = concat(keyBlock, toCertificateFile(path.certificates));
  wipe(keyBlock, ...(loadable === key.pkcs8 ? [] : [loadable]));
  return bundle;
}

/** Certificates as PEM blocks, in the order given. */
export function toCertificateFile(certificates: readonly Certificate[]): Uint8Array {
  return concat(...certificates.map((certificate) => encodePem('CERTIFICATE', certificate.der)));
}
