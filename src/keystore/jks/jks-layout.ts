import { ByteReader } from '../../bytes/byte-reader.js';
import { bytesFromLatin1 } from '../../bytes/encoding.js';
import { javaDate } from '../../bytes/java-date.js';
import { encodeUtf16 } from '../../bytes/utf16.js';
import { wipe } from '../../bytes/wipe.js';
import { digest, equalInConstantTime } from '../../crypto/hash/digest.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { Password } from '../../crypto/kdf/password-variants.js';
import { decryptPrivateKey, readEncryptedPrivateKey } from '../../crypto/pbe/decrypt-private-key.js';
import { Jks2PemError, StoreIntegrityError, StoreUnsupportedError } from '../../errors.js';
import { requireFewWarnings, requireWithin } from '../../limits.js';
import type { Certificate } from '../../x509/certificate.js';
import { EntryPath } from '../entry/entry-path.js';
import { quoted, wrongPassword } from '../entry/messages.js';
import { type KeyContext, privateKeyEntry, triedKeys, warnOfPassword } from '../entry/private-key-entry.js';
import { readCertificateType, readStoredCertificate } from '../entry/stored-certificate.js';
import type { ReaderOptions, StoreContents } from '../store-reader.js';
import type { Entry, PrivateKeyEntry, SecretKeyEntry, Warning } from '../types.js';

/** Entry tags of JavaKeyStore and JceKeyStore. Only JceKeyStore has secret keys. */
const privateKeyTag = 1;
const trustedCertificateTag = 2;
const secretKeyTag = 3;
/** Length in bytes of the SHA-1 digest after the last entry. */
const digestLength = 20;

/** The fields after the tag of every entry. */
export interface EntryHeader {
  readonly alias: string;
  readonly creationDate: Date;
}

/** One of the two formats that have this file layout. */
interface SunFormat {
  readonly type: 'JKS' | 'JCEKS';
  /** Reads the rest of an entry with tag 3, after its header. Undefined for JKS, which has no such entries. */
  readSecretKey?(reader: ByteReader, header: EntryHeader, context: KeyContext): SecretKeyEntry;
}

/**
 * Reads the file layout of sun.security.provider.JavaKeyStore, which com.sun.crypto.provider.JceKeyStore also uses: magic number, version,
 * entries, and a digest keyed with the store password.
 */
export async function readSunKeyStore(
  bytes: Uint8Array,
  options: ReaderOptions,
  format: SunFormat,
): Promise<StoreContents> {
  const reader = new SunKeyStoreReader(bytes, options, format);
  const contents = reader.read();
  await reader.checkDigest(contents.entries);
  return contents;
}

class SunKeyStoreReader {
  readonly #reader: ByteReader;
  readonly #warnings: Warning[] = [];
  readonly #store: string;
  // Number and alias of the entry that is being read, and number of its certificate (-1 for none), for messages; see EntryPath.
  #index = -1;
  #alias: string | undefined;
  #certificate = -1;
  /** The variant of the store password (see {@link Password}) for which the digest is right. */
  #storePassVariant: string | undefined;

  constructor(
    bytes: Uint8Array,
    private readonly options: ReaderOptions,
    private readonly format: SunFormat,
  ) {
    this.#store = `${format.type} store`;
    this.#reader = new ByteReader(bytes, () => this.#where());
  }

  read(): StoreContents {
    const reader = this.#reader;
    const { type } = this.format;
    reader.u32('magic number');
    const version = reader.u32('version');
    if (version !== 1 && version !== 2) {
      throw new StoreUnsupportedError(`${type} version ${version} is not supported; versions 1 and 2 are`);
    }
    const count = reader.count('number of entries');
    requireWithin(this.options.limits, 'entries', count, type);
    const entries: Entry[] = [];
    for (this.#index = 0; this.#index < count; this.#index++) {
      requireFewWarnings(this.#warnings, this.#store);
      const entry = this.#readEntry(version);
      if (entry !== undefined) entries.push(entry);
    }
    this.#index = -1;
    const integrity = this.options.storePass === undefined ? 'not-checked' : 'verified';
    return { type, version, integrity, entries, warnings: this.#warnings };
  }

  /**
   * Checks the digest if there is a password. This happens after everything before the digest has been read, so that a damaged file is
   * reported as damaged, and not as a wrong password.
   */
  async checkDigest(entries: readonly Entry[]): Promise<void> {
    const reader = this.#reader;
    const content = reader.bytes.subarray(0, reader.offset);
    const stored = reader.take(digestLength, 'digest');
    if (reader.left > 0) {
      const message = `${reader.left} bytes after the end of the store are ignored`;
      this.#warnings.push({ code: 'WARN_TRAILING_BYTES', message });
    }
    const { storePass } = this.options;
    if (storePass === undefined) return;
    const password = new Password(storePass);
    this.#storePassVariant = await password.firstThatOpens((text) =>
      equalInConstantTime(storeDigest(text, content), stored) ? text : undefined,
    );
    warnOfPassword(password.writtenAs, this.#warnings);
    if (this.#storePassVariant !== undefined) return;
    const opened = await firstKeyOpenedBy(storePass, entries);
    throw new StoreIntegrityError(
      opened === undefined
        ? wrongPassword
        : `the password opens key ${quoted(opened)}, but the digest of the store differs: the file was changed after it was written, or the store has another password`,
    );
  }

  #readEntry(version: number): Entry | undefined {
    this.#alias = undefined;
    const at = this.#reader.offset;
    const tag = this.#reader.u32('tag');
    if (tag === privateKeyTag) return this.#readPrivateKey(this.#readHeader(), version);
    if (tag === trustedCertificateTag) return this.#readTrustedCertificate(this.#readHeader(), version);
    if (tag === secretKeyTag && this.format.readSecretKey) {
      const header = this.#readHeader();
      return this.format.readSecretKey(this.#reader, header, this.#keyContext(header.alias));
    }
    throw this.#reader.malformed(`tag: ${tag} is not an entry tag of ${this.format.type}`, at);
  }

  #readHeader(): EntryHeader {
    const { text: alias, form } = this.#reader.utf('alias');
    this.#alias = alias;
    if (form !== 'modified-utf8') {
      const message = `the alias of entry ${this.#index + 1} is not in Java's modified UTF-8; read as ${form}`;
      this.#warnings.push({ code: 'WARN_ALIAS_ENCODING', message, alias });
    }
    return { alias, creationDate: javaDate(this.#reader.i64('creation date')) };
  }

  #readPrivateKey(header: EntryHeader, version: number): PrivateKeyEntry {
    const { limits } = this.options;
    const keyPath = `${this.#where()}, key`;
    const protectedKey = this.#reader.blob('key');
    const length = this.#reader.count('chain length');
    requireWithin(limits, 'chainLength', length, this.#path());
    const chain: (Certificate | undefined)[] = [];
    for (this.#certificate = 0; this.#certificate < length; this.#certificate++)
      chain.push(this.#readCertificate(version, header.alias));
    this.#certificate = -1;
    return privateKeyEntry({
      ...this.#keyContext(header.alias),
      creationDate: header.creationDate,
      // Without the leaf, the other certificates are not the chain of this key.
      certificateChain: chain[0] ? chain.filter((certificate) => certificate !== undefined) : [],
      open: (password) =>
        decryptPrivateKey(
          readEncryptedPrivateKey(protectedKey, keyPath),
          password,
          new IterationBudget(limits),
          (label) => this.#warnOfTraditionalKey(header.alias, label),
        ),
    });
  }

  #warnOfTraditionalKey(alias: string, label: string): void {
    const message = `the key was stored as ${label}, which Java does not read; it was converted to PKCS#8`;
    this.#warnings.push({ code: 'WARN_KEY_COMPLETED', message, alias });
  }

  #keyContext(alias: string): KeyContext {
    const { limits, storePass } = this.options;
    return { alias, storePass, storePassVariant: () => this.#storePassVariant, limits, warnings: this.#warnings };
  }

  #readTrustedCertificate({ alias, creationDate }: EntryHeader, version: number): Entry | undefined {
    const certificate = this.#readCertificate(version, alias);
    return certificate && { kind: 'trustedCertEntry', alias, creationDate, certificate };
  }

  #readCertificate(version: number, alias: string): Certificate | undefined {
    // Version 1 stores no certificate type, because it allowed only X.509.
    const type = version === 1 ? 'X.509' : readCertificateType(this.#reader);
    const blob = this.#reader.blob('certificate');
    return readStoredCertificate(type, blob, { path: this.#path(), alias, warnings: this.#warnings });
  }

  #where(): string {
    return this.#index < 0 ? this.#store : String(this.#path());
  }

  #path(): EntryPath {
    return new EntryPath(this.#index, this.#alias, this.#certificate);
  }
}

/**
 * Returns the alias of the first key that the password opens, which shows that the password is probably right. Only the first
 * {@link triedKeys} keys are tried; keys with other passwords, and keys that cannot be read, count as not opened.
 */
async function firstKeyOpenedBy(password: string, entries: readonly Entry[]): Promise<string | undefined> {
  const keys = entries.filter((entry) => entry.kind === 'PrivateKeyEntry');
  for (const entry of keys.slice(0, triedKeys)) {
    try {
      wipe((await entry.getPrivateKey(password)).pkcs8);
      return entry.alias;
    } catch (error) {
      // The caller reports the failed digest. Why the key does not open is not important.
      if (!(error instanceof Jks2PemError)) throw error;
    }
  }
  return undefined;
}

/** Computes the digest that follows the last entry of a JKS or JCEKS (JavaKeyStore, JceKeyStore). */
function storeDigest(password: string, content: Uint8Array): Uint8Array {
  const secret = encodeUtf16(password);
  // This text is a constant of JavaKeyStore.getPreKeyedHash.
  const sum = digest('sha1', secret, bytesFromLatin1('Mighty Aphrodite'), content);
  wipe(secret);
  return sum;
}
