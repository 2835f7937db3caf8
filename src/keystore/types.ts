import type { PrivateKey } from '../crypto/key/private-key.js';
import type { SecretKey } from '../crypto/key/secret-key.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';

export type { Warning, WarningCode } from '../warnings.js';

/** The keystore formats, named as Java and Bouncy Castle name their KeyStore types. */
export type StoreType = 'JKS' | 'JCEKS' | 'PKCS12' | 'BKS' | 'UBER' | 'BCFKS';

/**
 * A keystore, as `java.security.KeyStore` presents it in Java.
 * @example
 * const store = await loadKeyStore(readFileSync('mail.jks'), { storePass: 'changeit' });
 * for (const { alias, kind } of store) console.log(alias, kind);
 */
export interface KeyStore {
  readonly type: StoreType;
  /** The version field of the format. */
  readonly version: number;
  /** The number of entries; an alias that occurs twice counts twice. */
  readonly size: number;
  /**
   * `verified`: the check over the whole file fits the password. `not-checked`: no password was given, or the check is not supported.
   * `none`: the file carries no check. The last two are always among the {@link warnings}.
   */
  readonly integrity: 'verified' | 'not-checked' | 'none';
  readonly warnings: readonly Warning[];
  /** The aliases in file order, each once. */
  aliases(): string[];
  /**
   * The entry of this alias; the last one if the alias occurs twice, as in Java. If no alias is spelt exactly like this, upper and lower
   * case, Unicode normalization and NUL characters at the end are ignored.
   */
  getEntry(alias: string): Entry | undefined;
  /** Every certificate in the file, each once, also those that belong to no entry. */
  readonly certificates: readonly Certificate[];
  /** The entries in file order. */
  [Symbol.iterator](): IterableIterator<Entry>;
}

/** What a keystore holds under an alias, distinguished by `kind`, as keytool prints it. */
export type Entry = PrivateKeyEntry | TrustedCertificateEntry | SecretKeyEntry | PublicKeyEntry;

/** A private key with its certificate chain, leaf first. */
export interface PrivateKeyEntry {
  readonly kind: 'PrivateKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificateChain: readonly Certificate[];
  /**
   * Decrypts the key.
   * @param keyPass the password of the key; the store password if not given
   * @throws {KeyUnrecoverableError} if the password is wrong
   * @throws {PassphraseRequiredError} if no password was given, neither here nor for the store
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

/** A symmetric key, or a password stored as one. */
export interface SecretKeyEntry {
  readonly kind: 'SecretKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  /** Decrypts the key. Password and errors as in {@link PrivateKeyEntry.getPrivateKey}. */
  getSecretKey(keyPass?: string): Promise<SecretKey>;
}

/** A public key without a private key. Only BKS and UBER hold such entries. */
export interface PublicKeyEntry {
  readonly kind: 'PublicKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificateChain: readonly Certificate[];
  /** SubjectPublicKeyInfo (RFC 5280 4.1.2.7) in DER. Password and errors as in {@link PrivateKeyEntry.getPrivateKey}. */
  getPublicKey(keyPass?: string): Promise<{ algorithm: string; spki: Uint8Array }>;
}
