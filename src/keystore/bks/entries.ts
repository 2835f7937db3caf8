import { wipe, wipingOnError } from '../../bytes/wipe.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { readPrivateKeyInfo } from '../../crypto/key/private-key.js';
import { secretKey } from '../../crypto/key/secret-key.js';
import { unsealingHashes } from '../../crypto/pbe/bks-encryption.js';
import {
  decryptPrivateKey,
  type EncryptedPrivateKey,
  readEncryptedPrivateKey,
} from '../../crypto/pbe/decrypt-private-key.js';
import { EntryTypeError, LimitExceededError, type PathInFile, StoreMalformedError } from '../../errors.js';
import { requireFewWarnings } from '../../limits.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { type KeyContext, openKey, privateKeyEntry } from '../entry/private-key-entry.js';
import { readStoredCertificate } from '../entry/stored-certificate.js';
import type { ReaderOptions, StoreContents } from '../store-reader.js';
import type { Entry } from '../types.js';
import type { BksKey } from './key-record.js';
import { type BksCertificate, type BksRecord, certificatesOf } from './record-reader.js';
import { openSealedBksKey, readSealedBksKey, type SealedBksKey } from './sealed-key.js';
import { likelyKindOfSealed } from './sealed-key-type.js';

/**
 * Maximum number of hash computations that are spent for one keystore on decrypting sealed keys only to learn their types (see
 * `#kindOfSealed`). They take about 0.3 s, and are enough for 325 keys: a key takes three per iteration, and Bouncy Castle writes up to
 * 2,047 iterations.
 */
const trialHashes = 2_000_000;

/**
 * Creates the entries of a BKS or UBER store from its records. Sealed keys are decrypted here only to learn their type, and only if
 * {@link likelyKindOfSealed} does not take them for private keys.
 */
export class BksEntries {
  readonly #loose: Certificate[] = [];
  #trialHashes = trialHashes;

  /** @param storePassVariant the variant of the store password (see {@link Password}) that passed the integrity check, if there is one */
  constructor(
    private readonly options: ReaderOptions,
    private readonly warnings: Warning[],
    private readonly storePassVariant: string | undefined,
  ) {}

  read(records: readonly BksRecord[]): Pick<StoreContents, 'entries' | 'looseCertificates' | 'warnings'> {
    const entries: Entry[] = [];
    for (const record of records) {
      const entry = this.#entry(record);
      if (entry) entries.push(entry);
    }
    return { entries, looseCertificates: this.#loose, warnings: this.warnings };
  }

  #entry(record: BksRecord): Entry | undefined {
    const { alias, creationDate, path, content } = record;
    requireFewWarnings(this.warnings, path);
    if (record.aliasForm !== 'modified-utf8') {
      const message = `${path}: the alias is not in Java's modified UTF-8; read as ${record.aliasForm}`;
      this.warnings.push({ code: 'WARN_ALIAS_ENCODING', message, alias });
    }
    switch (content.kind) {
      case 'certificate': {
        for (const certificate of this.#chain(record)) this.#loose.push(certificate);
        const certificate = this.#certificate(content.certificate, path, alias);
        return certificate && { kind: 'trustedCertEntry', alias, creationDate, certificate };
      }
      case 'key':
        return this.#keyEntry(record, this.#chain(record), content.key.kind, () => copyOf(content.key));
      case 'protected':
        return this.#protectedEntry(record, content.bytes);
      case 'sealed':
        return this.#sealedEntry(record, content.blob);
    }
  }

  #keyContext({ alias }: BksRecord): KeyContext {
    const { storePass, limits } = this.options;
    return { alias, storePass, storePassVariant: () => this.storePassVariant, limits, warnings: this.warnings };
  }

  /**
   * Creates the entry of a key. If `open` returns a key of another type than `kind`, requesting the key throws an EntryTypeError.
   * @param open returns a copy of the key, which the caller may overwrite
   */
  #keyEntry(
    record: BksRecord,
    certificateChain: readonly Certificate[],
    kind: BksKey['kind'],
    open: (keyPass?: string) => BksKey | Promise<BksKey>,
  ): Entry {
    const { alias, creationDate, path } = record;
    const common = { alias, creationDate };
    const take = async (keyPass: string | undefined) => {
      const key = await open(keyPass);
      if (key.kind === kind) return key;
      wipe(key.encoded);
      throw new EntryTypeError(`${path}: the entry holds a ${key.kind} key, not a ${kind} key`);
    };
    switch (kind) {
      case 'private': {
        const getPrivateKey = async (keyPass?: string) => {
          const { encoded } = await take(keyPass);
          return wipingOnError([encoded], () => readPrivateKeyInfo(encoded, `${path}, private key`));
        };
        return { kind: 'PrivateKeyEntry', ...common, certificateChain, getPrivateKey };
      }
      case 'public': {
        const getPublicKey = async (keyPass?: string) => {
          const { algorithm, encoded } = await take(keyPass);
          return { algorithm, spki: encoded };
        };
        return { kind: 'PublicKeyEntry', ...common, certificateChain, getPublicKey };
      }
      case 'secret': {
        for (const certificate of certificateChain) this.#loose.push(certificate);
        const getSecretKey = async (keyPass?: string) => {
          const { algorithm, encoded } = await take(keyPass);
          return secretKey(algorithm, encoded);
        };
        return { kind: 'SecretKeyEntry', ...common, getSecretKey };
      }
    }
  }

  /**
   * Creates the entry of a key that a program passed to KeyStore.setKeyEntry as bytes. If they are an EncryptedPrivateKeyInfo, it can be
   * decrypted. Other bytes are returned unchanged as a secret key, because only the program that stored them knows their meaning.
   */
  #protectedEntry(record: BksRecord, bytes: Uint8Array): Entry {
    const { creationDate, path } = record;
    const encrypted = asEncryptedPrivateKey(bytes, `${path}, protected key`);
    const certificateChain = this.#chain(record);
    if (encrypted) {
      return privateKeyEntry({
        ...this.#keyContext(record),
        creationDate,
        certificateChain,
        open: (password) => decryptPrivateKey(encrypted, password, new IterationBudget(this.options.limits)),
      });
    }
    return this.#keyEntry(record, certificateChain, 'secret', () =>
      copyOf({ kind: 'secret', algorithm: 'RAW', encoded: bytes }),
    );
  }

  #sealedEntry(record: BksRecord, blob: Uint8Array): Entry {
    const { path } = record;
    const certificates = this.#chain(record);
    const read = () => readSealedBksKey(blob, `${path}, sealed key`, this.options.limits);
    const kind = this.#kindOfSealed(read, certificates[0], record.chain.length > 0);
    return this.#keyEntry(record, certificates, kind, (keyPass) =>
      openKey(this.#keyContext(record), methods[kind], keyPass, (password) =>
        password.firstThatOpens((text) => openSealedBksKey(read(), text)),
      ),
    );
  }

  /**
   * Returns the type that {@link likelyKindOfSealed} guesses. If that is not `private`, and the store password opens the key within the
   * budget of {@link trialHashes}, the real type is returned.
   */
  #kindOfSealed(read: () => SealedBksKey, leaf: Certificate | undefined, hasChain: boolean): BksKey['kind'] {
    try {
      const sealed = read();
      const likely = likelyKindOfSealed(sealed.ciphertext.length, leaf, hasChain);
      const { storePassVariant } = this;
      const hashes = unsealingHashes(sealed.iterations);
      // Decryption is slow, and nearly all sealed keys are private keys.
      if (likely === 'private' || storePassVariant === undefined || hashes > this.#trialHashes) return likely;
      this.#trialHashes -= hashes;
      const key = openSealedBksKey(sealed, storePassVariant);
      wipe(key?.encoded);
      return key?.kind ?? likely;
    } catch (error) {
      // The error is thrown again when the caller requests this key. The other entries stay readable.
      if (error instanceof StoreMalformedError || error instanceof LimitExceededError) {
        return hasChain ? 'private' : 'secret';
      }
      throw error;
    }
  }

  #chain({ chain, path, alias }: BksRecord): Certificate[] {
    if (chain.length === 0) return [];
    const certificates: (Certificate | undefined)[] = [];
    for (const stored of certificatesOf(chain)) {
      certificates.push(this.#certificate(stored, `${path}, certificate ${certificates.length + 1}`, alias));
    }
    // Without the leaf, the other certificates are not a chain.
    return certificates[0] ? certificates.filter((certificate) => certificate !== undefined) : [];
  }

  #certificate({ type, blob }: BksCertificate, path: PathInFile, alias: string): Certificate | undefined {
    return readStoredCertificate(type, blob, { path, alias, warnings: this.warnings });
  }
}

function asEncryptedPrivateKey(bytes: Uint8Array, path: string): EncryptedPrivateKey | undefined {
  try {
    return readEncryptedPrivateKey(bytes, path);
  } catch (error) {
    if (error instanceof StoreMalformedError) return undefined;
    throw error;
  }
}

/** The method that returns a key of each type. */
const methods = { private: 'getPrivateKey', public: 'getPublicKey', secret: 'getSecretKey' } as const;

/** Returns a copy that the caller may overwrite. The bytes of the record must not be overwritten. */
function copyOf(key: BksKey): BksKey {
  return { ...key, encoded: new Uint8Array(key.encoded) };
}
