import { readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { Tag } from '../../asn1/tag.js';
import { keyAlgorithmName } from './key-algorithm.js';

/** A private key in the clear. */
export interface PrivateKey {
  /** Java's name (`RSA`, `EC`, `Ed25519`, …), or the OID where it has none. */
  readonly algorithm: string;
  /** PrivateKeyInfo (RFC 5208), DER, byte for byte as the store held it. Secret: overwrite it when done. */
  readonly pkcs8: Uint8Array;
}

/**
 * Reads decrypted bytes as PrivateKeyInfo or OneAsymmetricKey (RFC 5958 2), the algorithm only.
 * @throws {StoreMalformedError} if they are not one, which after a decryption mostly means that the password was wrong
 */
export function readPrivateKeyInfo(pkcs8: Uint8Array, path: string): PrivateKey {
  const info = Asn1Element.only(pkcs8, path);
  const [version, algorithm, key] = info.sequence('PrivateKeyInfo');
  if (version === undefined || algorithm === undefined || key === undefined)
    throw info.malformed('PrivateKeyInfo: too short');
  if (version.smallInteger('version') > 1) throw version.malformed('version: 0 or 1 expected');
  key.expect(Tag.octetString, 'private key');
  const { oid } = readAlgorithmIdentifier(algorithm, 'key algorithm');
  return { algorithm: keyAlgorithmName(oid), pkcs8 };
}
