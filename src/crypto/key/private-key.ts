import { readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { Tag } from '../../asn1/tag.js';
import { conceal } from '../../bytes/conceal.js';
import { keyAlgorithmName } from './key-algorithm.js';

/** A private key, not encrypted. */
export interface PrivateKey {
  /** Java's name (`RSA`, `EC`, `Ed25519`, …), or the OID if Java has no name for it. */
  readonly algorithm: string;
  /** PrivateKeyInfo (RFC 5208), exactly as stored in the keystore. Secret: overwrite it when done. Logs show its length only. */
  readonly pkcs8: Uint8Array;
}

/** Makes a private key whose bytes `console.log` and `JSON.stringify` do not show. */
export function privateKey(algorithm: string, pkcs8: Uint8Array): PrivateKey {
  return conceal({ algorithm, pkcs8 }, ['pkcs8']);
}

/**
 * Reads the algorithm of a PrivateKeyInfo or OneAsymmetricKey (RFC 5958 2).
 * @throws {StoreMalformedError} if the bytes are neither, which after a decryption usually means that the password is wrong
 */
export function readPrivateKeyInfo(pkcs8: Uint8Array, path: string): PrivateKey {
  const info = Asn1Element.only(pkcs8, path);
  const [version, algorithm, key] = info.sequence('PrivateKeyInfo');
  if (version === undefined || algorithm === undefined || key === undefined)
    throw info.malformed('PrivateKeyInfo: too short');
  if (version.smallInteger('version') > 1) throw version.malformed('version: 0 or 1 expected');
  key.expect(Tag.octetString, 'private key');
  const { oid } = readAlgorithmIdentifier(algorithm, 'key algorithm');
  return privateKey(keyAlgorithmName(oid), pkcs8);
}
