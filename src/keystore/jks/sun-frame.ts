import { ByteReader } from '../../bytes/byte-reader.js';
import { javaDate } from '../../bytes/java-date.js';
import { equalInConstantTime } from '../../crypto/hash/digest.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { decryptPrivateKey, readEncryptedPrivateKey } from '../../crypto/pbe/encrypted-private-key.js';
import { sunStoreDigest } from '../../crypto/pbe/sun-jks.js';
import { StoreIntegrityError, StoreUnsupportedError } from '../../errors.js';
import { requireWithin } from '../../limits.js';
import type { Certificate } from '../../x509/certificate.js';
import { type EntryList, LazyEntryList } from '../entry/entry-list.js';
import { passwordIsWrong } from '../entry/password-is-wrong.js';
import { privateKeyEntry } from '../entry/private-key-entry.js';
import { quoted } from '../entry/quoted.js';
import { readStoredCertificate } from '../entry/stored-certificate.js';
import { requireFewWarnings } from '../entry/warning-limit.js';
import type { ReaderOptions, StoreContents } from '../reader.js';
import type { Entry, PrivateKeyEntry, SecretKeyEntry, Warning } from '../types.js';
import { CommonEntries, endOfCommonEntry } from './sun-trusted-entry.js';

/** Entry tags of JavaKeyStore.engineLoad; JceKeyStore adds the third. */
const privateKeyTag = 1;
const trustedCertificateTag = 2;
const secretKeyTag = 3;
/** A SHA-1 digest ends the store. */
const digestLength = 20;

/** What every entry begins with. */
export interface EntryHeader {
  readonly alias: string;
  readonly creationDate: Date;
}

/** One of the two formats that share this frame. */
export interface SunFormat {
  readonly type: 'JKS' | 'JCEKS';
  /** Reads what follows the header of a tag 3 entry; undefined if it is understood to its end, but cannot be used. */
  readSecretKey?(
    reader: ByteReader,
    header: EntryHeader,
    options: ReaderOptions,
    warnings: Warning[],
  ): SecretKeyEntry | undefined;
}

/**
 * Reads the frame of sun.security.provider.JavaKeyStore, which com.sun.crypto.provider.JceKeyStore shares:
 * magic, version, entries, and a digest keyed with the store password.
 */
export async function readSunFrame(
  bytes: Uint8Array,
  options: ReaderOptions,
  format: SunFormat,
): Promise<StoreContents> {
  const frame = new SunFrame(bytes, options, format);
  const contents = frame.read();
  await frame.checkDigest(contents.entries);
  return contents;
}

class SunFrame {
  readonly #reader: ByteReader;
  readonly #warnings: Warning[] = [];
  // Where the reader stands; put into words only if something is wrong there.
  #index = -1;
  #alias: string | undefined;
  #certificate = -1;

  constructor(
    bytes: Uint8Array,
    private readonly options: ReaderOptions,
    private readonly format: SunFormat,
  ) {
    this.#reader = new ByteReader(bytes, () => this.#where());
  }

  read(): StoreContents {
    const reader = this.#reader;
    reader.u32('magic number');
    const version = reader.u32('version');
    if (version !== 1 && version !== 2) {
      throw new StoreUnsupportedError(`${this.format.type} version ${version} is not supported; 1 and 2 are`);
    }
    const count = reader.count('number of entries');
    requireWithin(this.options.limits, 'entries', count, this.format.type);
    // For each entry of the file that is not in the list, how long the list was.
    const omitted: number[] = [];
    const where = (at: number): string => {
      const number = at + 1 + omitted.filter((length) => length <= at).length;
      return `entry ${number} ${quoted(entries.aliasAt(at))}`;
    };
    const entries: LazyEntryList = new LazyEntryList(new CommonEntries(reader.view, version, where));
    const { bytes, view } = reader;
    let at = reader.offset;
    for (let index = 0; index < count; index++) {
      const end = endOfCommonEntry(bytes, view, at, version);
      if (end >= 0) {
        entries.push(at);
        at = end;
        continue;
      }
      reader.skipTo(at);
      this.#index = index;
      requireFewWarnings(this.#warnings, `${this.format.type} store`);
      const entry = this.#readEntry(version);
      if (entry === undefined) omitted.push(entries.length);
      else entries.push(entry);
      at = reader.offset;
    }
    reader.skipTo(at);
    this.#index = -1;
    return {
      type: this.format.type,
      version,
      integrity: this.options.storePass === undefined ? 'not-checked' : 'verified',
      entries,
      warnings: this.#warnings,
    };
  }

  /** Compares the digest with the password's, once everything before it has been understood. */
  async checkDigest(entries: EntryList): Promise<void> {
    const reader = this.#reader;
    const content = reader.bytes.subarray(0, reader.offset);
    const stored = reader.take(digestLength, 'digest');
    if (reader.left > 0) {
      const message = `${reader.left} bytes after the end of the store were left out`;
      this.#warnings.push({ code: 'WARN_TRAILING_BYTES', message });
    }
    const { storePass } = this.options;
    if (storePass === undefined || equalInConstantTime(sunStoreDigest(storePass, content), stored)) return;
    const opened = await firstKeyOpenedBy(storePass, entries);
    throw new StoreIntegrityError(
      opened === undefined
        ? passwordIsWrong
        : `the password opens key ${quoted(opened)}, but the digest of the store differs: the file was changed after it was written, or the store has another password`,
    );
  }

  #readEntry(version: number): Entry | undefined {
    this.#alias = undefined;
    const tag = this.#reader.u32('tag');
    if (
      tag !== privateKeyTag &&
      tag !== trustedCertificateTag &&
      !(tag === secretKeyTag && this.format.readSecretKey)
    ) {
      throw this.#reader.malformed(`tag: ${tag} is no kind of entry`, this.#reader.offset - 4);
    }
    const header = this.#readHeader();
    if (tag === privateKeyTag) return this.#readPrivateKey(header, version);
    if (tag === trustedCertificateTag) return this.#readTrustedCertificate(header, version);
    return this.format.readSecretKey?.(this.#reader, header, this.options, this.#warnings);
  }

  #readHeader(): EntryHeader {
    const { text: alias, form } = this.#reader.utf('alias');
    this.#alias = alias;
    if (form !== 'modified-utf8') {
      const message = `alias of entry ${this.#index + 1} is not in Java's modified UTF-8; read as ${form}`;
      this.#warnings.push({ code: 'WARN_ALIAS_ENCODING', message, alias });
    }
    return { alias, creationDate: javaDate(this.#reader.i64('creation date')) };
  }

  #readPrivateKey(header: EntryHeader, version: number): PrivateKeyEntry {
    const keyPath = `${this.#where()}, key`;
    const protectedKey = this.#reader.blob('key');
    const length = this.#reader.count('chain length');
    requireWithin(this.options.limits, 'chainLength', length, this.#where());
    const chain: (Certificate | undefined)[] = [];
    for (this.#certificate = 0; this.#certificate < length; this.#certificate++)
      chain.push(this.#readCertificate(version));
    this.#certificate = -1;
    return privateKeyEntry({
      ...header,
      // Without its leaf the rest is no chain of this key.
      certificateChain: chain[0] ? chain.filter((certificate) => certificate !== undefined) : [],
      storePass: this.options.storePass,
      open: (password) =>
        decryptPrivateKey(
          readEncryptedPrivateKey(protectedKey, keyPath),
          password,
          new IterationBudget(this.options.limits),
        ),
    });
  }

  #readTrustedCertificate(header: EntryHeader, version: number): Entry | undefined {
    const certificate = this.#readCertificate(version);
    return certificate && { kind: 'trustedCertEntry', ...header, certificate };
  }

  #readCertificate(version: number): Certificate | undefined {
    // Version 1 knew X.509 only and does not say so.
    const type = version === 1 ? 'X.509' : this.#reader.utf('certificate type').text;
    const blob = this.#reader.blob('certificate');
    return readStoredCertificate(type, blob, {
      path: this.#where(),
      alias: this.#alias ?? '',
      warnings: this.#warnings,
    });
  }

  #where(): string {
    if (this.#index < 0) return `${this.format.type} store`;
    const alias = this.#alias === undefined ? '' : ` ${quoted(this.#alias)}`;
    const certificate = this.#certificate < 0 ? '' : `, certificate ${this.#certificate + 1}`;
    return `entry ${this.#index + 1}${alias}${certificate}`;
  }
}

/** The alias of a key that a password opens: then it is not the password that is wrong. One key is enough of a sample. */
async function firstKeyOpenedBy(password: string, entries: EntryList): Promise<string | undefined> {
  for (const entry of entries) {
    if (entry.kind !== 'PrivateKeyEntry') continue;
    try {
      (await entry.getPrivateKey(password)).pkcs8.fill(0);
      return entry.alias;
    } catch {
      // Whatever stops the key from opening, the digest is what failed and what is reported.
      return undefined;
    }
  }
  return undefined;
}
