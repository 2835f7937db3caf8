import type { Certificate } from '../x509/certificate.js';
import { withoutDuplicates } from '../x509/distinct-certificates.js';
import { certificatesOf } from './entry/certificates-of-entry.js';
import { quoted } from './entry/messages.js';
import type { StoreContents } from './store-reader.js';
import type { Entry, KeyStore, StoreType, Warning } from './types.js';

/** The KeyStore for all formats. Its indexes are built at first use, because few callers need all of them. */
class LoadedKeyStore implements KeyStore {
  readonly type: StoreType;
  readonly version: number;
  readonly integrity: KeyStore['integrity'];
  readonly #entries: readonly Entry[];
  readonly #looseCertificates: readonly Certificate[];
  readonly #readerWarnings: readonly Warning[];
  #byAlias: ReadonlyMap<string, Entry> | undefined;
  #byFoldedAlias: ReadonlyMap<string, Entry> | undefined;
  #duplicateWarnings: readonly Warning[] | undefined;
  #certificates: readonly Certificate[] | undefined;

  constructor(contents: StoreContents) {
    this.type = contents.type;
    this.version = contents.version;
    this.integrity = contents.integrity;
    this.#entries = contents.entries;
    this.#looseCertificates = contents.looseCertificates ?? [];
    this.#readerWarnings = contents.warnings;
  }

  get size(): number {
    return this.#entries.length;
  }

  get warnings(): readonly Warning[] {
    // Joined on every call, because opening a key can add a warning to those of the reader.
    this.#duplicateWarnings ??= this.#findDuplicateAliases();
    return [...this.#readerWarnings, ...this.#duplicateWarnings];
  }

  get certificates(): readonly Certificate[] {
    return (this.#certificates ??= withoutDuplicates([
      ...this.#entries.flatMap(certificatesOf),
      ...this.#looseCertificates,
    ]));
  }

  aliases(): string[] {
    return [...this.#aliasIndex().keys()];
  }

  getEntry(alias: string): Entry | undefined {
    const exact = this.#aliasIndex().get(alias);
    if (exact) return exact;
    this.#byFoldedAlias ??= new Map(this.#entries.map((entry) => [foldAlias(entry.alias), entry]));
    return this.#byFoldedAlias.get(foldAlias(alias));
  }

  [Symbol.iterator](): IterableIterator<Entry> {
    return this.#entries[Symbol.iterator]();
  }

  #aliasIndex(): ReadonlyMap<string, Entry> {
    // A Map, because an object would lose the alias `__proto__`. If an alias occurs more than once, the last entry is kept, as in Java.
    return (this.#byAlias ??= new Map(this.#entries.map((entry) => [entry.alias, entry])));
  }

  #findDuplicateAliases(): Warning[] {
    const count = new Map<string, number>();
    for (const { alias } of this.#entries) count.set(alias, (count.get(alias) ?? 0) + 1);
    const repeated = [...count].filter(([, times]) => times > 1).map(([alias]) => alias);
    return repeated.map((alias) => ({
      code: 'WARN_ALIAS_DUPLICATE',
      message: `alias ${quoted(alias)} occurs more than once; Java sees only the last of these entries`,
      alias,
    }));
  }
}

/**
 * Normalizes an alias for the second comparison in `getEntry`, after the exact one: without NULs at its end, which some PKCS#12 writers add
 * to a friendlyName; NFC, because macOS writes NFD; lower case as in Java's Locale.ENGLISH.
 */
function foldAlias(alias: string): string {
  let end = alias.length;
  while (alias.charCodeAt(end - 1) === 0) end--;
  return alias.slice(0, end).normalize('NFC').toLowerCase();
}

export function createKeyStore(contents: StoreContents): KeyStore {
  return new LoadedKeyStore(contents);
}
