import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';

/** The fields of a PrivateKeyInfo or OneAsymmetricKey (RFC 5958 2). */
interface PrivateKeyFields {
  readonly version: Asn1Element;
  readonly algorithmElement: Asn1Element;
  readonly algorithm: AlgorithmIdentifier;
  /** The OCTET STRING with the key. */
  readonly key: Asn1Element;
  /** Attributes and, in a OneAsymmetricKey, the public key. */
  readonly rest: readonly Asn1Element[];
}

/**
 * Reads the fields of a private key, but not the key itself.
 * @throws {StoreMalformedError} if the bytes are neither a PrivateKeyInfo nor a OneAsymmetricKey
 */
export function readPrivateKeyFields(pkcs8: Uint8Array, path: string): PrivateKeyFields {
  const info = Asn1Element.only(pkcs8, path);
  const [version, algorithmElement, key, ...rest] = info.fields(3, 'PrivateKeyInfo', 'too short');
  const algorithm = readAlgorithmIdentifier(algorithmElement, 'key algorithm');
  return { version, algorithmElement, algorithm, key, rest };
}

/** The fields of a SubjectPublicKeyInfo (RFC 5280 4.1). */
interface PublicKeyFields {
  readonly algorithmElement: Asn1Element;
  readonly algorithm: AlgorithmIdentifier;
  /** The BIT STRING with the key. */
  readonly bits: Asn1Element;
}

/**
 * Reads the fields of a public key, but not the key itself.
 * @throws {StoreMalformedError} if the bytes are not a SubjectPublicKeyInfo
 */
export function readPublicKeyFields(spki: Uint8Array): PublicKeyFields {
  const info = Asn1Element.only(spki, 'public key');
  const [algorithmElement, bits] = info.fields(2, 'SubjectPublicKeyInfo', 'algorithm and key expected');
  return { algorithmElement, algorithm: readAlgorithmIdentifier(algorithmElement, 'key algorithm'), bits };
}
