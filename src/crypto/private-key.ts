import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readAlgorithmIdentifier } from '../asn1/algorithm-identifier.js';
import { Asn1Element } from '../asn1/element.js';
import { contextTag, Tag } from '../asn1/tag.js';
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
  return { algorithm: keyAlgorithmName(readAlgorithmIdentifier(algorithm, 'key algorithm').oid), pkcs8 };
}

/** OpenSSL's form of the key; undefined if this OpenSSL does not know its algorithm or finds it broken. */
export function toKeyObject(key: PrivateKey): KeyObject | undefined {
  try {
    return createPrivateKey({
      key: Buffer.from(key.pkcs8.buffer, key.pkcs8.byteOffset, key.pkcs8.length),
      format: 'der',
      type: 'pkcs8',
    });
  } catch {
    return undefined;
  }
}

/**
 * Whether a private key and the public key of a certificate are a pair.
 * @returns undefined if this OpenSSL cannot tell, because it does not know the algorithm of one of them
 */
export function fitsCertificate(key: PrivateKey, certificateDer: Uint8Array): boolean | undefined {
  const keyObject = toKeyObject(key);
  if (keyObject === undefined) return undefined;
  try {
    const certificate = new X509Certificate(certificateDer);
    if (certificate.publicKey.asymmetricKeyType !== keyObject.asymmetricKeyType) {
      // An RSA key restricted to PSS may have been certified without the restriction: the modulus decides.
      return samePublicKey(certificate.publicKey, createPublicKey(keyObject));
    }
    return certificate.checkPrivateKey(keyObject);
  } catch {
    return undefined;
  }
}

function samePublicKey(a: KeyObject, b: KeyObject): boolean {
  const numbers = (key: KeyObject) => {
    const spki = Asn1Element.only(key.export({ format: 'der', type: 'spki' }), 'public key');
    const bits = spki.sequence('SubjectPublicKeyInfo')[1];
    return bits === undefined ? '' : Buffer.from(bits.content).toString('hex');
  };
  return numbers(a) === numbers(b);
}

/** Whether a PrivateKeyInfo carries the public key behind the private one, as RFC 5958 allows in version 2. */
export function hasPublicKeyField(pkcs8: Uint8Array): boolean {
  return Asn1Element.first(pkcs8, 'private key')
    .sequence('PrivateKeyInfo')
    .some((field) => field.tag === contextTag(1));
}
