import type { PrivateKey } from '../crypto/key/private-key.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';

export type { Warning, WarningCode } from '../warnings.js';

/** The formats, by the names that Java and Bouncy Castle give their KeyStore types. */
export type StoreType = 'JKS' | 'JCEKS' | 'PKCS12' | 'BKS' | 'UBER' | 'BCFKS';

/** A keystore as it was read: what `java.security.KeyStore` is in Java. */
export interface KeyStore {
  readonly type: StoreType;
  /** The version field of the format. */
  readonly version: number;
  /** How many entries there are, each alias counted as often as it occurs. */
  readonly size: number;
  /** `none`: the format or the file carries no check. `not-checked`: no password was given. */
  readonly integrity: 'verified' | 'not-checked' | 'none';
  readonly warnings: readonly Warning[];
  /** The aliases in the order of the file, each once. */
  aliases(): string[];
  /** The entry of this alias: spelt exactly so if there is one, else but for case; of several the last, as in Java. */
  getEntry(alias: string): Entry | undefined;
  /** Every certificate in the file, each once, whether an entry or not. */
  readonly certificates: readonly Certificate[];
  /** Entries in the order of the file. */
  [Symbol.iterator](): IterableIterator<Entry>;
}

/** What a keystore holds under an alias; `kind` tells which of them it is. */
export type Entry = PrivateKeyEntry | TrustedCertificateEntry | SecretKeyEntry | PublicKeyEntry;

/** A private key with the certificates of its public key, leaf first. */
export interface PrivateKeyEntry {
  readonly kind: 'PrivateKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificateChain: readonly Certificate[];
  /**
   * Decrypts the key.
   * @param keyPass its password; left out, the store password
   * @throws {KeyUnrecoverableError} if the password is wrong
   * @throws {PassphraseRequiredError} if none was given, neither here nor for the store
   */
  getPrivateKey(keyPass?: string): Promise<PrivateKey>;
}

/** A certificate that the owner of the store trusts, or keeps. */
export interface TrustedCertificateEntry {
  readonly kind: 'trustedCertEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificate: Certificate;
}

/** A symmetric key, or a password that somebody stored as one. */
export interface SecretKeyEntry {
  readonly kind: 'SecretKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  /** Decrypts the key: see {@link PrivateKeyEntry.getPrivateKey} for password and errors. `key` is raw. */
  getSecretKey(keyPass?: string): Promise<{ algorithm: string; key: Uint8Array }>;
}

/** A public key alone, which only Bouncy Castle's stores hold. */
export interface PublicKeyEntry {
  readonly kind: 'PublicKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificateChain: readonly Certificate[];
  /** SubjectPublicKeyInfo (RFC 5280 4.1.2.7), DER. See {@link PrivateKeyEntry.getPrivateKey} for password and errors. */
  getPublicKey(keyPass?: string): Promise<{ algorithm: string; spki: Uint8Array }>;
}
