import { Asn1Element } from '../../asn1/element.js';
import { Oid } from '../../asn1/oids.js';
import { ByteReader } from '../../bytes/byte-reader.js';
import { wipe } from '../../bytes/wipe.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { openWithPassword } from '../../crypto/kdf/open-with-password.js';
import type { Password } from '../../crypto/kdf/password.js';
import { readSunJce } from '../../crypto/pbe/jceks-key-protector.js';
import { Jks2PemError, StoreUnsupportedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import { type JavaObject, type JavaValue, readObjectStream } from './java-serialization.js';

/** A secret key as it leaves the store. */
export interface SecretKey {
  readonly algorithm: string;
  readonly key: Uint8Array;
}

/** javax.crypto.SealedObject: an object stream, encrypted. */
export interface SealedKey {
  readonly parameters: Uint8Array;
  readonly encrypted: Uint8Array;
}

/** The only algorithm that JceKeyStore seals with. */
const sealingAlgorithm = 'PBEWithMD5AndTripleDES';

/**
 * Finds what was sealed, whichever class did it: the JDK's own subclass, the plain class, or another with the same fields.
 * @returns in words why it cannot be opened
 */
export function readSealedKey(value: JavaValue): SealedKey | string {
  if (!isObject(value)) return 'it is no sealed object';
  const { fields, className } = value;
  const parameters = fields.get('encodedParams');
  const encrypted = fields.get('encryptedContent');
  if (!(parameters instanceof Uint8Array) || !(encrypted instanceof Uint8Array)) {
    return `class ${className} is not a sealed object that is known here`;
  }
  const algorithm = [fields.get('sealAlg'), fields.get('paramsAlg')].find((name) => name !== sealingAlgorithm);
  return algorithm === undefined
    ? { parameters, encrypted }
    : `it is sealed with ${String(algorithm)}, which is not supported`;
}

/**
 * Decrypts a sealed key.
 * @returns undefined if the password does not fit
 * @throws {StoreUnsupportedError} if what was sealed is of a class that is not known, and not plainly one key either
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

/** The key in a decrypted object stream; undefined if it is no object stream, which a wrong password makes of it. */
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
 * Of another class the only array of bytes can be nothing but the key.
 */
function keyOf(value: JavaValue, path: string): SecretKey {
  if (!isObject(value)) throw new StoreUnsupportedError(`${path}: what is sealed is no object`);
  const { fields, className } = value;
  const bytes = [...fields.values()].filter((field) => field instanceof Uint8Array);
  const named = fields.get(className === 'java.security.KeyRep' ? 'encoded' : 'key');
  const key = named instanceof Uint8Array ? named : bytes.length === 1 ? bytes[0] : undefined;
  if (key === undefined) throw new StoreUnsupportedError(`${path}: class ${className} is no key that is known here`);
  const algorithm = fields.get('algorithm');
  return { algorithm: typeof algorithm === 'string' ? algorithm : className, key: Uint8Array.from(key) };
}

function isObject(value: JavaValue): value is JavaObject {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'object';
}
