import { readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { wipe, wipingOnError } from '../../bytes/wipe.js';
import { equalInConstantTime, hmac } from '../../crypto/hash/digest.js';
import { readBcfksDerivation } from '../../crypto/kdf/bcfks-derivation.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { mayRetry } from '../../crypto/kdf/open-with-password.js';
import { Password } from '../../crypto/kdf/password-variants.js';
import { readHmac } from '../../crypto/kdf/pbkdf2-and-scrypt.js';
import { readBcfksEncryption } from '../../crypto/pbe/bcfks-encryption.js';
import { Jks2PemError, PassphraseRequiredError, StoreIntegrityError, StoreUnsupportedError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { wrongPassword } from '../entry/messages.js';
import { warnOfPassword } from '../entry/private-key-entry.js';
import { readStoredCertificate } from '../entry/stored-certificate.js';
import type { ReaderOptions, StoreContents, StoreReader } from '../store-reader.js';
import type { Entry } from '../types.js';
import { bcfksEntry } from './entries.js';
import { readBcfksObjects } from './object-data.js';
import { type BcfksMac, bcfksPath, type ObjectStore, readObjectStore } from './object-store.js';

/** Length in bytes of a MAC key if the derivation does not state it. BcFKSKeyStoreSpi always uses this length. */
const usualMacKeyLength = 64;

/**
 * Reads BCFKS, Bouncy Castle's format for FIPS 140 (org.bouncycastle.jcajce.provider.keystore.bcfks.BcFKSKeyStoreSpi). It is ASN.1: all
 * entries are encrypted together, a MAC covers the ciphertext, and every key is encrypted once more by itself. Without a password nothing
 * is readable, unless the writer omitted the outer encryption, or gave no password and signed the store instead.
 */
export const readBcfks: StoreReader = async (bytes, options) => {
  const store = readObjectStore(bytes, options.limits.asn1Depth);
  return await new BcfksReader(store, options).read();
};

type Encrypted = Extract<ObjectStore['data'], { encrypted: true }>;

class BcfksReader {
  readonly #warnings: Warning[] = [];
  readonly #budget: IterationBudget;
  /** The variant of the store password (see {@link Password}) for which the MAC is right; the password itself if there is no MAC. */
  #storePassVariant: string | undefined;

  constructor(
    private readonly store: ObjectStore,
    private readonly options: ReaderOptions,
  ) {
    this.#budget = new IterationBudget(options.limits);
  }

  async read(): Promise<StoreContents> {
    const { data } = this.store;
    const integrity = await this.#checkIntegrity();
    if (!data.encrypted) return { ...this.#readContents(data.element), integrity };
    const plain = this.#decryptStore(data);
    return wipingOnError([plain], () => {
      return { ...this.#readContents(Asn1Element.only(plain, `${bcfksPath}, decrypted`)), integrity };
    });
  }

  #readContents(data: Asn1Element): Omit<StoreContents, 'integrity'> {
    const { limits, storePass } = this.options;
    const warnings = this.#warnings;
    const { version, integrityAlgorithm, objects } = readBcfksObjects(data, limits);
    const { algorithm } = this.store.integrity;
    const { oid } = readAlgorithmIdentifier(algorithm, 'integrity algorithm');
    // The algorithm is repeated in the encrypted part, so that an attacker cannot replace the check by a weaker one.
    if (integrityAlgorithm.oid !== oid) {
      throw algorithm.malformed(`integrity algorithm: ${oid}, but ${integrityAlgorithm.oid} inside the store`);
    }
    if (this.store.trailing > 0) {
      const message = `${this.store.trailing} bytes after the end of the store are ignored`;
      warnings.push({ code: 'WARN_TRAILING_BYTES', message });
    }
    const context = { storePass, storePassVariant: () => this.#storePassVariant, limits, warnings };
    const entries: Entry[] = [];
    for (const object of objects) {
      const entry = bcfksEntry(object, context);
      if (entry) entries.push(entry);
    }
    return { type: 'BCFKS', version, entries, looseCertificates: signersOf(this.store, warnings), warnings };
  }

  async #checkIntegrity(): Promise<StoreContents['integrity']> {
    const { integrity, data } = this.store;
    const { storePass } = this.options;
    this.#storePassVariant = storePass;
    if (integrity.kind === 'signature') {
      // No option tells which key should have signed the store. If the store is encrypted, its encryption is authenticated nevertheless.
      // Without a password, loadKeyStore adds a warning.
      const message =
        'the integrity of the keystore was not checked: it has a signature instead of a MAC, which jks2pem cannot check';
      if (storePass !== undefined) this.#warnings.push({ code: 'WARN_INTEGRITY_UNVERIFIABLE', message });
      return 'not-checked';
    }
    if (storePass === undefined) {
      if (data.encrypted)
        throw new PassphraseRequiredError('BCFKS store: nothing in it is readable without its password');
      return 'not-checked';
    }
    const password = new Password(storePass);
    const fitting = await password.firstThatOpens(
      (text) => (this.#macFits(integrity, text) ? text : undefined),
      () => mayRetry({ hashes: this.#budget.spent }, this.#budget),
    );
    if (fitting !== undefined) {
      this.#storePassVariant = fitting;
      warnOfPassword(password.writtenAs, this.#warnings);
      return 'verified';
    }
    throw new StoreIntegrityError(
      data.encrypted && this.#decrypts(data, storePass)
        ? 'the password opens the store, but the MAC differs: the file was changed after it was written'
        : wrongPassword,
    );
  }

  #macFits({ algorithm, derivation: element, mac }: BcfksMac, password: string): boolean {
    const hash = readHmac(algorithm, `${bcfksPath}, MAC`);
    const derivation = readBcfksDerivation(element, this.options.limits, `${bcfksPath}, MAC`);
    const keyLength = derivation.keyLength ?? usualMacKeyLength;
    const fits = derivation.withKey({ password, purpose: 'INTEGRITY_CHECK' }, keyLength, this.#budget, (key) =>
      equalInConstantTime(hmac(hash, key, this.store.covered), mac) ? true : undefined,
    );
    return fits === true;
  }

  /**
   * Decrypts the ObjectStoreData.
   * @throws {StoreIntegrityError} if the password does not decrypt it
   * @throws {PassphraseRequiredError} if no password was given, and the empty password does not decrypt it
   */
  #decryptStore(data: Encrypted): Uint8Array {
    // Bouncy Castle treats a missing password as the empty password, and writes signed stores without a password.
    const plain = this.#decrypt(data, this.#storePassVariant ?? '');
    if (plain) return plain;
    if (this.#storePassVariant === undefined)
      throw new PassphraseRequiredError('BCFKS store: it is encrypted with a password');
    throw new StoreIntegrityError(
      this.store.integrity.kind === 'mac'
        ? 'the MAC matches the password, but the password does not decrypt the store'
        : wrongPassword,
    );
  }

  #decrypt({ algorithm, content }: Encrypted, password: string): Uint8Array | undefined {
    const encryption = readBcfksEncryption(algorithm, this.options.limits, bcfksPath);
    if (encryption) return encryption.decrypt(content, password, 'STORE_ENCRYPTION', this.#budget);
    throw new StoreUnsupportedError(`${bcfksPath}: encryption is not supported`, algorithm.oid);
  }

  /** Checks whether the password decrypts the store. The encryption is authenticated, so a wrong password is always detected. */
  #decrypts(data: Encrypted, password: string): boolean {
    try {
      const plain = this.#decrypt(data, password);
      wipe(plain);
      return plain !== undefined;
    } catch (error) {
      if (error instanceof Jks2PemError) return false;
      throw error;
    }
  }
}

/** Reads the certificates that accompany a signature. They belong to no entry. */
function signersOf({ integrity }: ObjectStore, warnings: Warning[]): Certificate[] {
  if (integrity.kind !== 'signature') return [];
  const found: Warning[] = [];
  const signers = integrity.certificates.map((der, i) =>
    readStoredCertificate('X.509', der, {
      path: `${bcfksPath}, signature, certificate ${i + 1}`,
      alias: '',
      warnings: found,
    }),
  );
  for (const { code, message } of found) warnings.push({ code, message });
  return signers.filter((certificate) => certificate !== undefined);
}
