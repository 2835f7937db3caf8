import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../asn1/algorithm-identifier.js';
import { Asn1Element } from '../asn1/element.js';
import { Tag } from '../asn1/tag.js';
import { StoreMalformedError, StoreUnsupportedError } from '../errors.js';
import { type PrivateKey, readPrivateKeyInfo } from './private-key.js';
import { sunJksKeyProtector, unprotectSunJks } from './sun-jks.js';

/** EncryptedPrivateKeyInfo (RFC 5208 6), still encrypted. */
export interface EncryptedPrivateKey {
  readonly algorithm: AlgorithmIdentifier;
  readonly encrypted: Uint8Array;
  readonly path: string;
}

/** @throws {StoreMalformedError} if the bytes are no EncryptedPrivateKeyInfo */
export function readEncryptedPrivateKey(der: Uint8Array, path: string): EncryptedPrivateKey {
  const info = Asn1Element.only(der, path);
  const [algorithm, encrypted] = info.sequence('EncryptedPrivateKeyInfo');
  if (!algorithm || !encrypted) throw info.malformed('EncryptedPrivateKeyInfo: two parts expected');
  return {
    algorithm: readAlgorithmIdentifier(algorithm, 'key protection algorithm'),
    encrypted: encrypted.expect(Tag.octetString, 'protected key').octets(),
    path,
  };
}

/**
 * Decrypts with one password.
 * @returns the key; undefined if the password does not fit
 * @throws {StoreUnsupportedError} if the algorithm is not provided
 */
export function decryptPrivateKey(key: EncryptedPrivateKey, password: string): PrivateKey | undefined {
  const { oid } = key.algorithm;
  if (oid !== sunJksKeyProtector)
    throw new StoreUnsupportedError(`${key.path}: key protection algorithm is not supported`, oid);
  const plain = unprotectSunJks(key.encrypted, password);
  return plain && readPlain(plain, key.path);
}

/** A decryption without a keyed check can end in noise that looks padded: only what parses is a key. */
function readPlain(plain: Uint8Array, path: string): PrivateKey | undefined {
  try {
    return readPrivateKeyInfo(plain, `${path}, decrypted`);
  } catch (error) {
    if (error instanceof StoreMalformedError) return undefined;
    throw error;
  }
}
