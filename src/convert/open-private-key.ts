import { wipe } from '../bytes/wipe.js';
import { completedKey } from '../crypto/key/complete-rsa-key.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import { KeyUnrecoverableError, PassphraseRequiredError } from '../errors.js';
import { ownCertificate } from '../keystore/entry/certificates-of-entry.js';
import type { PrivateKeyEntry } from '../keystore/types.js';
import type { Warning } from '../warnings.js';
import { withParts } from '../x509/parse-certificate.js';

/**
 * Decrypts the key of an entry: with the store password first, because keytool uses it for keys too, then with each key password. If an RSA
 * key lacks its primes, they are computed with the help of the entry's certificate, because OpenSSL does not load such a key.
 * @param warnings receives a warning if the key was completed
 * @throws {KeyUnrecoverableError} if no password opens the key
 * @throws {PassphraseRequiredError} if no password was given
 */
export async function openPrivateKey(
  entry: PrivateKeyEntry,
  keyPasses: readonly string[],
  warnings: Warning[],
): Promise<PrivateKey> {
  const key = await decrypt(entry, keyPasses);
  const { alias } = entry;
  const own = ownCertificate(entry);
  try {
    const completed = own && completedKey(key, withParts(own).parts.subjectPublicKeyInfo.raw);
    if (completed === undefined) return key;
    const message = `the ${key.algorithm} key was stored without its primes; they were computed, since OpenSSL needs them`;
    warnings.push({ code: 'WARN_KEY_COMPLETED', message, alias });
    wipe(key.pkcs8);
    return completed;
  } catch (error) {
    wipe(key.pkcs8);
    throw error;
  }
}

async function decrypt(entry: PrivateKeyEntry, keyPasses: readonly string[], failed = 0): Promise<PrivateKey> {
  try {
    return await entry.getPrivateKey(failed === 0 ? undefined : keyPasses[failed - 1]);
  } catch (error) {
    const isWrongPassword = error instanceof KeyUnrecoverableError || error instanceof PassphraseRequiredError;
    if (!isWrongPassword || failed === keyPasses.length) throw error;
    return decrypt(entry, keyPasses, failed + 1);
  }
}
