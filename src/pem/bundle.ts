import { anObject, arrayOf, checkArgument, someDer } from '../bytes/caller-check.js';
import { concat } from '../bytes/concat.js';
import { wipe } from '../bytes/wipe.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import type { Certificate } from '../x509/certificate.js';
import type { CertificationPath } from '../x509/path/certification-path.js';
import { encodePemBlocks } from './encode.js';
import { encodePlainKey } from './key.js';

/**
 * One group as servers want it in one file: key, leaf, issuers. The root is not among them. The key is as the store held it,
 * but for the one form that OpenSSL 3.0 does not load: Ed25519 in PKCS#8 version 2.
 * The result holds the key in the clear: overwrite it when done.
 */
export function toBundle(key: PrivateKey, path: CertificationPath): Uint8Array {
  checkArgument('toBundle', 'key', key, anObject);
  checkArgument('toBundle', 'key.pkcs8', key.pkcs8, someDer);
  checkArgument('toBundle', 'path', path, anObject);
  checkArgument('toBundle', 'path.certificates', path.certificates, arrayOf(anObject));
  const keyPem = encodePlainKey(key);
  const bundle = toBundleWith(keyPem, path);
  wipe(keyPem);
  return bundle;
}

/** The same for a key that is in PEM already, in whatever form; `keyPem` is left as it is. */
export function toBundleWith(keyPem: Uint8Array, path: CertificationPath): Uint8Array {
  return concat(keyPem, toCertificateFile(path.certificates));
}

/** Certificates as PEM blocks, in the order given. */
export function toCertificateFile(certificates: readonly Certificate[]): Uint8Array {
  return encodePemBlocks(
    'CERTIFICATE',
    certificates.map(({ der }) => der),
  );
}
