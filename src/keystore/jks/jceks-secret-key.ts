import { Asn1Element } from '../../asn1/element.js';
import { Oid } from '../../asn1/oids.js';
import { ByteReader } from '../../bytes/byte-reader.js';
import { wipe } from '../../bytes/wipe.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { openWithPassword } from '../../crypto/kdf/open-with-password.js';
import type { Password } from '../../crypto/kdf/password-variants.js';
import { type SecretKey, secretKey } from '../../crypto/key/secret-key.js';
import { readSunJce } from '../../crypto/pbe/jceks-key-protector.js';
import { Jks2PemError, StoreUnsupportedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import { type JavaObject, type JavaValue, readObjectStream } from './java-serialization.js';

/** The fields of a javax.crypto.SealedObject that are needed: the DER parameters of the encryption, and the ciphertext of an object stream. */
interface SealedKey {
  readonly parameters: Uint8Array;
  readonly encrypted: Uint8Array;
}

/** The only algorithm with which JceKeyStore seals keys. */
const sealingAlgorithm = 'PBEWithMD5AndTripleDES';

/**
 * Reads a sealed object of any class that has the fields of javax.crypto.SealedObject. The JDK writes a subclass of it.
 * @returns the encrypted key, or the reason why it cannot be opened
 */
export function readSealedKey(value: JavaValue): SealedKey | string {
  if (!isObject(value)) return 'it is not a sealed object';
  const { fields, className } = value;
  const parameters = fields.get('encodedParams');
  const encrypted = fields.get('encryptedContent');
  if (!(parameters instanceof Uint8Array) || !(encrypted instanceof Uint8Array)) {
    return `class ${className} is not a known sealed object`;
  }
  const algorithm = [fields.get('sealAlg'), fields.get('paramsAlg')].find(
    (name) => (name ?? sealingAlgorithm) !== sealingAlgorithm,
  );
  return algorithm === undefined
    ? { parameters, encrypted }
    : `it is sealed with ${String(algorithm)}, which is not supported`;
}

/**
 * Decrypts a sealed key.
 * @returns undefined if the password is wrong
 * @throws {StoreUnsupportedError} if the decrypted object has no field that is recognized as the key
 */
export async function openSealedKey(
  { parameters, encrypted }: SealedKey,
  password: Password,
  limits: Limits,
  path: string,
): Promise<SecretKey | undefined> {
  const algorithm = { oid: Oid.sunJceKeyProtector, parameters: Asn1Element.only(parameters, `${path}, parameters`) };
  const budget = new IterationBudget(limits);
  for (const scheme of readSunJce(algorithm, limits, path)) {
    const opened = await openWithPassword(scheme, encrypted, password, budget, path, (plain) =>
      readSecretKey(plain, limits, path),
    );
    if (opened) return opened.value;
  }
  return undefined;
}

/**
 * Reads the key from a decrypted object stream.
 * @returns undefined if the bytes are not an object stream, as after decryption with a wrong password
 */
function readSecretKey(plain: Uint8Array, limits: Limits, path: string): SecretKey | undefined {
  let value: JavaValue;
  try {
    value = readObjectStream(new ByteReader(plain, () => `${path}, decrypted`), limits);
  } catch (error) {
    if (error instanceof Jks2PemError) return undefined;
    throw error;
  }
  try {
    return keyOf(value, path);
  } finally {
    wipe(plain);
  }
}

/**
 * Finds the key in an object. `java.security.KeyRep` has the fields `algorithm` and `encoded`, `javax.crypto.spec.SecretKeySpec` has
 * `algorithm` and `key`. In an object of another class, the key is the array of bytes named `key`, or else its only array of bytes.
 */
function keyOf(value: JavaValue, path: string): SecretKey {
  if (!isObject(value)) throw new StoreUnsupportedError(`${path}: the sealed value is not an object`);
  const { fields, className } = value;
  const bytes = [...fields.values()].filter((field) => field instanceof Uint8Array);
  const named = fields.get(className === 'java.security.KeyRep' ? 'encoded' : 'key');
  const key = named instanceof Uint8Array ? named : bytes.length === 1 ? bytes[0] : undefined;
  if (key === undefined) throw new StoreUnsupportedError(`${path}: class ${className} is not a known key`);
  const algorithm = fields.get('algorithm');
  return secretKey(typeof algorithm === 'string' ? algorithm : className, Uint8Array.from(key));
}

function isObject(value: JavaValue): value is JavaObject {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'object';
}
