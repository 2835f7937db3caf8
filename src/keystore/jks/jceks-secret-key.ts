import { Asn1Element } from '../../asn1/element.js';
import { Oid } from '../../asn1/oids.js';
import { ByteReader } from '../../bytes/byte-reader.js';
import { wipe } from '../../bytes/wipe.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { openWithPassword } from '../../crypto/kdf/open-with-password.js';
import type { Password } from '../../crypto/kdf/password.js';
import { type SecretKey, secretKey } from '../../crypto/key/secret-key.js';
import { readSunJce } from '../../crypto/pbe/jceks-key-protector.js';
import { Jks2PemError, StoreUnsupportedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import { type JavaObject, type JavaValue, readObjectStream } from './java-serialization.js';

/** javax.crypto.SealedObject: an encrypted object stream. */
export interface SealedKey {
  readonly parameters: Uint8Array;
  readonly encrypted: Uint8Array;
}

/** The only algorithm that JceKeyStore seals with. */
const sealingAlgorithm = 'PBEWithMD5AndTripleDES';

/**
 * Reads a sealed object of any class with the fields of javax.crypto.SealedObject; the JDK writes a subclass of its own.
 * @returns the reason if it cannot be opened
 */
export function readSealedKey(value: JavaValue): SealedKey | string {
  if (!isObject(value)) return 'it is not a sealed object';
  const { fields, className } = value;
  const parameters = fields.get('encodedParams');
  const encrypted = fields.get('encryptedContent');
  if (!(parameters instanceof Uint8Array) || !(encrypted instanceof Uint8Array)) {
    return `class ${className} is not a known sealed object`;
  }
  const algorithm = [fields.get('sealAlg'), fields.get('paramsAlg')].find((name) => name !== sealingAlgorithm);
  return algorithm === undefined
    ? { parameters, encrypted }
    : `it is sealed with ${String(algorithm)}, which is not supported`;
}

/**
 * Decrypts a sealed key.
 * @returns undefined if the password does not fit
 * @throws {StoreUnsupportedError} if the sealed object is of an unknown class, and does not hold exactly one array of bytes
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

/** The key in a decrypted object stream; undefined if it is not an object stream, as after decryption with a wrong password. */
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
 * `javax.crypto.spec.SecretKeySpec` has `algorithm` and `key`, `java.security.KeyRep` has `algorithm` and `encoded`.
 * In another class the only array of bytes must be the key.
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
