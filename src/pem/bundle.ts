import { anObject, arrayOf, checkArgument, someDer } from '../bytes/check-arguments.js';
import { concat } from '../bytes/concat.js';
import { wipe } from '../bytes/wipe.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import type { CertificationPath } from '../x509/path/certification-path-types.js';
import { toCertificateFile } from './encode-certificates.js';
import { encodePlainKey } from './encode-key.js';

/**
 * Encodes a private key and its chain as one PEM file for a server: key, leaf, issuers, without the root.
 *
 * The key is written exactly as the keystore contains it. The only exception is a key for Ed25519, Ed448, X25519 or X448 in PKCS#8 version
 * 2, which OpenSSL 3.0 does not load; it is converted to version 1. The result contains the unencrypted key: overwrite it after use.
 * @returns ASCII with LF line ends
 * @throws {TypeError} if an argument is missing or has a wrong type
 * @see RFC 7468
 * @example
 * const bundle = toBundle(await entry.getPrivateKey(), buildCertificationPath(leaf, { now: new Date(), candidates }));
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

/**
 * Encodes a bundle like {@link toBundle}, for a key that is already encoded as PEM, in any key format. `keyPem` is neither kept nor
 * overwritten.
 */
export function toBundleWith(keyPem: Uint8Array, path: CertificationPath): Uint8Array {
  return concat(keyPem, toCertificateFile(path.certificates));
}
