import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { Oid } from '../../asn1/oids.js';
import { Tag } from '../../asn1/tag.js';
import { wipe } from '../../bytes/wipe.js';
import { StoreMalformedError } from '../../errors.js';
import { defaultLimits, type Limits } from '../../limits.js';
import { IterationBudget } from '../kdf/iteration-budget.js';
import { Password } from '../kdf/password-variants.js';
import { type PrivateKey, readPrivateKeyInfo } from '../key/private-key.js';
import { sunJksKeyProtector, unprotectSunJks } from './jks-key-protector.js';
import type { PbeScheme } from './pbe-scheme.js';

/** An EncryptedPrivateKeyInfo (RFC 5208 6) that is not decrypted yet. */
export interface EncryptedPrivateKey {
  readonly algorithm: AlgorithmIdentifier;
  readonly encrypted: Uint8Array;
  readonly path: string;
}

/**
 * Reads an EncryptedPrivateKeyInfo.
 * @throws {StoreMalformedError} if the bytes are not an EncryptedPrivateKeyInfo
 */
export function readEncryptedPrivateKey(der: Uint8Array, path: string): EncryptedPrivateKey {
  return encryptedPrivateKeyFrom(Asn1Element.only(der, path), path);
}

/** Reads an EncryptedPrivateKeyInfo like {@link readEncryptedPrivateKey}, from a parsed element. */
export function encryptedPrivateKeyFrom(info: Asn1Element, path: string): EncryptedPrivateKey {
  const [algorithm, encrypted] = info.fields(2, 'EncryptedPrivateKeyInfo', 'two parts expected');
  return {
    algorithm: readAlgorithmIdentifier(algorithm, 'key protection algorithm'),
    encrypted: encrypted.expect(Tag.octetString, 'protected key').octets(),
    path,
  };
}

/**
 * Decrypts a key with a password. The encodings that programs use for the password are tried one after another.
 * @param onTraditional called with the PEM label if a JKS contains the key in a traditional format, which is converted to PKCS#8
 * @returns the key; undefined if the password is wrong
 * @throws {StoreUnsupportedError} if the algorithm is not supported
 * @throws {StoreMalformedError} if the parameters of the algorithm are invalid, or if the digest in a JKS confirms the password, but the
 * decrypted bytes are not a key
 * @throws {LimitExceededError} if deriving the key exceeds the budget
 */
export async function decryptPrivateKey(
  key: EncryptedPrivateKey,
  password: string | Password,
  budget: IterationBudget = new IterationBudget(defaultLimits),
  onTraditional: (label: string) => void = () => {},
): Promise<PrivateKey | undefined> {
  if (key.algorithm.oid === sunJksKeyProtector) {
    return decryptSunJks(key, typeof password === 'string' ? new Password(password) : password, onTraditional);
  }
  const own = typeof password === 'string' ? new Password(password) : undefined;
  const { openWithPassword } = await import('../kdf/open-with-password.js');
  try {
    for (const scheme of await keyProtectionSchemes(key, budget.limits)) {
      const opened = await openWithPassword(
        scheme,
        key.encrypted,
        own ?? (password as Password),
        budget,
        key.path,
        (plain) => readPlain(plain, key.path),
      );
      if (opened) return opened.value;
    }
    return undefined;
  } finally {
    own?.wipe();
  }
}

/**
 * Returns the encryption schemes to try for a key that is not encrypted as in JKS. They are loaded on demand, because most JKS files need
 * none of them.
 */
export async function keyProtectionSchemes(key: EncryptedPrivateKey, limits: Limits): Promise<PbeScheme[]> {
  const { algorithm, path } = key;
  if (algorithm.oid === Oid.sunJceKeyProtector)
    return (await import('./jceks-key-protector.js')).readSunJce(algorithm, limits, path);
  return [(await import('./read-pbe-scheme.js')).readPbeScheme(algorithm, limits, path)];
}

/**
 * Maximum length in bytes of an encrypted key for which variants of the password are tried. A real key has a few kilobytes; each attempt
 * takes 50 ms per megabyte.
 */
const largestRetry = 65_536;

function decryptSunJks(
  key: EncryptedPrivateKey,
  password: Password,
  onTraditional: (label: string) => void,
): Promise<PrivateKey | undefined> {
  const path = `${key.path}, decrypted`;
  return password.firstThatOpens(
    async (text) => {
      const plain = unprotectSunJks(key.encrypted, text);
      if (plain === undefined) return undefined;
      try {
        return readPrivateKeyInfo(plain, path);
      } catch (error) {
        // The digest was right, so the password is right. Some programs other than Java store other formats in a JKS (keystore-go issue 3).
        if (!(error instanceof StoreMalformedError)) throw error;
        const traditional = (await import('../key/read-pem-key.js')).readTraditionalKey(plain);
        wipe(plain);
        if (traditional === undefined) throw error;
        onTraditional(traditional.label);
        return traditional.key;
      }
    },
    () => key.encrypted.length <= largestRetry,
  );
}

/**
 * Reads a decrypted key. With a wrong password, random bytes can have valid padding. Therefore the result counts as a key only if it can be
 * parsed. Otherwise openWithPassword overwrites the bytes.
 */
function readPlain(plain: Uint8Array, path: string): PrivateKey | undefined {
  try {
    return readPrivateKeyInfo(plain, path);
  } catch (error) {
    if (error instanceof StoreMalformedError) return undefined;
    throw error;
  }
}
