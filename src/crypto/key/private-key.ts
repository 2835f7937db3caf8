import { Tag } from '../../asn1/tag.js';
import { hideFromLogs } from '../../bytes/hide-from-logs.js';
import { keyAlgorithmName } from './key-algorithm.js';
import { readPrivateKeyFields } from './key-fields.js';

/** An unencrypted private key. */
export interface PrivateKey {
  /** Java's name of the algorithm (`RSA`, `EC`, `Ed25519`, …), or its OID if Java has no name for it. */
  readonly algorithm: string;
  /**
   * PrivateKeyInfo or OneAsymmetricKey (RFC 5958 2) in DER, exactly as the keystore contains it, unless the warning WARN_KEY_COMPLETED says
   * how it was changed. This is secret: overwrite it after use. Logs show only its length.
   */
  readonly pkcs8: Uint8Array;
}

/** Creates a private key whose bytes `console.log` and `JSON.stringify` do not show. */
export function privateKey(algorithm: string, pkcs8: Uint8Array): PrivateKey {
  return hideFromLogs({ algorithm, pkcs8 }, ['pkcs8']);
}

/**
 * Reads the algorithm of a PrivateKeyInfo or OneAsymmetricKey (RFC 5958 2).
 * @throws {StoreMalformedError} if the bytes are neither; after a decryption, that usually means that the password is wrong
 */
export function readPrivateKeyInfo(pkcs8: Uint8Array, path: string): PrivateKey {
  const { version, algorithm, key } = readPrivateKeyFields(pkcs8, path);
  if (version.smallInteger('version') > 1) throw version.malformed('version: 0 or 1 expected');
  key.expect(Tag.octetString, 'private key');
  return privateKey(keyAlgorithmName(algorithm.oid), pkcs8);
}
