import type { PrivateKey } from '../crypto/key/private-key.js';
import type { SecretKey } from '../crypto/key/secret-key.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';

export type { Warning, WarningCode } from '../warnings.js';

/** The keystore formats, named as the KeyStore types of Java and Bouncy Castle. */
export type StoreType = 'JKS' | 'JCEKS' | 'PKCS12' | 'BKS' | 'UBER' | 'BCFKS';

/**
 * A keystore, similar to `java.security.KeyStore`.
 * @example
 * const store = await loadKeyStore(readFileSync('mail.jks'), { storePass: 'changeit' });
 * for (const { alias, kind } of store) console.log(alias, kind);
 */
export interface KeyStore {
  readonly type: StoreType;
  /** The version field of the format. */
  readonly version: number;
  /** Number of entries. An alias that occurs twice counts twice. */
  readonly size: number;
  /**
   * `verified`: the integrity check passed with the password. `not-checked`: no password was given, or the check is not supported. `none`:
   * the file contains no integrity check. In the last two cases, {@link warnings} contains a warning about it.
   */
  readonly integrity: 'verified' | 'not-checked' | 'none';
  readonly warnings: readonly Warning[];
  /** Returns the aliases in file order, each once. */
  aliases(): string[];
  /**
   * Returns the entry with this alias. If the alias occurs twice, the last entry is returned, as in Java. If no alias is spelt exactly like
   * this, the comparison ignores upper and lower case, Unicode normalization, and NUL characters at the end.
   */
  getEntry(alias: string): Entry | undefined;
  /** All readable certificates in the file, without duplicates, including those that belong to no entry. */
  readonly certificates: readonly Certificate[];
  /** Iterates over the entries in file order. */
  [Symbol.iterator](): IterableIterator<Entry>;
}

/** An entry of a keystore. The `kind` is the name that keytool prints, except `PublicKeyEntry`, which Java does not have. */
export type Entry = PrivateKeyEntry | TrustedCertificateEntry | SecretKeyEntry | PublicKeyEntry;

/**
 * A private key with its certificate chain. Nearly all programs store the leaf first. For PKCS#12, which stores no chains, the chain is
 * built from all certificates of the file, leaf first.
 */
export interface PrivateKeyEntry {
  readonly kind: 'PrivateKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificateChain: readonly Certificate[];
  /**
   * Decrypts the key. A key that is not encrypted needs no password.
   * @param keyPass the password of the key; default: the store password
   * @throws {KeyUnrecoverableError} if the password is wrong
   * @throws {PassphraseRequiredError} if neither a key password nor a store password was given
   * @throws {StoreUnsupportedError} if the encryption is not supported
   * @throws {StoreMalformedError} if the key is damaged
   * @throws {LimitExceededError} if a limit is exceeded
   * @throws {TypeError} if the password is not a string
   */
  getPrivateKey(keyPass?: string): Promise<PrivateKey>;
}

/** A certificate that the owner of the keystore trusts. */
export interface TrustedCertificateEntry {
  readonly kind: 'trustedCertEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificate: Certificate;
}

/** A symmetric key, or a password that is stored as a key. */
export interface SecretKeyEntry {
  readonly kind: 'SecretKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  /** Decrypts the key. The password and the errors are the same as for {@link PrivateKeyEntry.getPrivateKey}. */
  getSecretKey(keyPass?: string): Promise<SecretKey>;
}

/** A public key without its private key. Only BKS and UBER contain such entries. */
export interface PublicKeyEntry {
  readonly kind: 'PublicKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificateChain: readonly Certificate[];
  /**
   * Returns the SubjectPublicKeyInfo (RFC 5280 4.1.2.7) in DER. The password and the errors are the same as for
   * {@link PrivateKeyEntry.getPrivateKey}.
   */
  getPublicKey(keyPass?: string): Promise<{ algorithm: string; spki: Uint8Array }>;
}
