import { ByteReader } from '../../bytes/byte-reader.js';
import { javaDate } from '../../bytes/java-date.js';
import type { TextForm } from '../../bytes/modified-utf8.js';
import { type Limits, requireWithin } from '../../limits.js';
import { EntryPath } from '../entry/entry-path.js';
import { readCertificateType } from '../entry/stored-certificate.js';
import { type BksKey, readBksKey } from './key-record.js';

/** A certificate that is not parsed yet. */
export interface BksCertificate {
  readonly type: string;
  readonly blob: Uint8Array;
}

/**
 * The certificates of an entry, not parsed yet. They are one byte array, because a hostile store can contain millions of certificates, and
 * one object for each would take many times the memory of the file.
 */
interface BksChain {
  /** Number of certificates. */
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** The chain of all entries without certificates. With a new object for each of them, loading a truststore took a seventh more memory. */
const emptyChain: BksChain = { length: 0, bytes: new Uint8Array(0) };

/** One entry of the file, as it is stored: not decrypted, and with unparsed certificates. Byte arrays are views. */
export interface BksRecord {
  /** Position in the file, for messages. */
  readonly path: EntryPath;
  readonly alias: string;
  readonly aliasForm: TextForm;
  readonly creationDate: Date;
  readonly chain: BksChain;
  readonly content: BksContent;
}

type BksContent =
  | { readonly kind: 'certificate'; readonly certificate: BksCertificate }
  | { readonly kind: 'key'; readonly key: BksKey }
  /** Bytes that the storing program encrypted, usually an EncryptedPrivateKeyInfo. */
  | { readonly kind: 'protected'; readonly bytes: Uint8Array }
  | { readonly kind: 'sealed'; readonly blob: Uint8Array };

/** Entry types of BcKeyStoreSpi. Type 0 ends the list of entries; the MAC covers it too. */
const entryType = { end: 0, certificate: 1, key: 2, secret: 3, sealed: 4 } as const;

/** Reads the list of entries of a BKS, or of a decrypted UBER. */
export class BksRecordReader {
  readonly #reader: ByteReader;
  // Number and alias of the entry that is being read, and number of its certificate (-1 for none), for messages; see EntryPath.
  #index = -1;
  #alias: string | undefined;
  #certificate = -1;

  /** @param where name of the whole byte array, for messages that do not concern an entry */
  constructor(
    bytes: Uint8Array,
    private readonly where: string,
    private readonly limits: Limits,
  ) {
    this.#reader = new ByteReader(bytes, () => (this.#index < 0 ? this.where : String(this.#path())));
  }

  /** The reader that this class uses. Callers read the parts before and after the list with it. */
  get reader(): ByteReader {
    return this.#reader;
  }

  /**
   * Reads all entries, up to the end mark.
   * @throws {StoreMalformedError} if the bytes do not follow the format
   * @throws {LimitExceededError} if there are too many entries, or a chain is too long
   */
  readAll(): BksRecord[] {
    const records: BksRecord[] = [];
    for (this.#index = 0; ; this.#index++) {
      this.#alias = undefined;
      const record = this.#read();
      if (record === undefined) break;
      records.push(record);
      requireWithin(this.limits, 'entries', records.length, this.where);
    }
    this.#index = -1;
    return records;
  }

  /** Reads the fields of one entry before its first certificate. They are enough to distinguish an entry from ciphertext. */
  readStart(): { type: number; alias: string; aliasForm: TextForm; milliseconds: number; chainLength: number } {
    const at = this.#reader.offset;
    const type = this.#reader.u8('type of entry');
    if (type > entryType.sealed) throw this.#reader.malformed(`type of entry: ${type} is not an entry type of BKS`, at);
    if (type === entryType.end) return { type, alias: '', aliasForm: 'modified-utf8', milliseconds: 0, chainLength: 0 };
    const { text: alias, form: aliasForm } = this.#reader.utf('alias');
    this.#alias = alias;
    const milliseconds = this.#reader.i64('creation date');
    return { type, alias, aliasForm, milliseconds, chainLength: this.#reader.count('chain length') };
  }

  #read(): BksRecord | undefined {
    const { type, alias, aliasForm, milliseconds, chainLength } = this.readStart();
    if (type === entryType.end) return undefined;
    const path = this.#path();
    requireWithin(this.limits, 'chainLength', chainLength, path);
    const start = this.#reader.offset;
    for (this.#certificate = 0; this.#certificate < chainLength; this.#certificate++) readCertificate(this.#reader);
    const chain =
      chainLength === 0
        ? emptyChain
        : { length: chainLength, bytes: this.#reader.bytes.subarray(start, this.#reader.offset) };
    this.#certificate = -1;
    return { path, alias, aliasForm, creationDate: javaDate(milliseconds), chain, content: this.#readContent(type) };
  }

  #readContent(type: number): BksContent {
    switch (type) {
      case entryType.certificate:
        return { kind: 'certificate', certificate: readCertificate(this.#reader) };
      case entryType.key:
        return { kind: 'key', key: readBksKey(this.#reader) };
      case entryType.secret:
        return { kind: 'protected', bytes: this.#reader.blob('protected key') };
      default:
        return { kind: 'sealed', blob: this.#reader.blob('sealed key') };
    }
  }

  #path(): EntryPath {
    return new EntryPath(this.#index, this.#alias, this.#certificate);
  }
}

/** Splits a chain into its certificates, one by one. */
export function* certificatesOf(chain: BksChain): Generator<BksCertificate> {
  const reader = new ByteReader(chain.bytes, () => 'certificate chain');
  for (let i = 0; i < chain.length; i++) yield readCertificate(reader);
}

function readCertificate(reader: ByteReader): BksCertificate {
  return { type: readCertificateType(reader), blob: reader.blob('certificate') };
}
