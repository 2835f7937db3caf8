import type { Certificate } from '../x509/certificate.js';
import { withoutDuplicates } from '../x509/distinct.js';
import { certificatesOf } from './entry/entry-certificates.js';
import type { EntryList } from './entry/entry-list.js';
import { quoted } from './entry/quoted.js';
import type { StoreContents } from './reader.js';
import type { Entry, KeyStore, StoreType, Warning } from './types.js';

/** The KeyStore behind every format: entries in file order, found by alias. What nobody asks for is not worked out. */
class ReadKeyStore implements KeyStore {
  readonly type: StoreType;
  readonly version: number;
  readonly integrity: KeyStore['integrity'];
  readonly #entries: EntryList;
  readonly #loose: readonly Certificate[];
  readonly #readWarnings: readonly Warning[];
  #warnings: readonly Warning[] | undefined;
  #byFoldedAlias: ReadonlyMap<string, number> | undefined;
  #certificates: readonly Certificate[] | undefined;

  constructor(contents: StoreContents) {
    this.type = contents.type;
    this.version = contents.version;
    this.integrity = contents.integrity;
    this.#entries = contents.entries;
    this.#loose = contents.looseCertificates ?? [];
    this.#readWarnings = contents.warnings;
  }

  get size(): number {
    return this.#entries.length;
  }

  get warnings(): readonly Warning[] {
    return (this.#warnings ??= [...this.#readWarnings, ...this.#duplicateWarnings()]);
  }

  get certificates(): readonly Certificate[] {
    return (this.#certificates ??= withoutDuplicates([...this].flatMap(certificatesOf).concat(this.#loose)));
  }

  aliases(): string[] {
    return [...this.#entries.byAlias.keys()];
  }

  getEntry(alias: string): Entry | undefined {
    const index = this.#entries.byAlias.get(alias) ?? this.#foldedIndex().get(alias.toLowerCase());
    return index === undefined ? undefined : this.#entries.at(index);
  }

  [Symbol.iterator](): IterableIterator<Entry> {
    return this.#entries[Symbol.iterator]() as IterableIterator<Entry>;
  }

  #foldedIndex(): ReadonlyMap<string, number> {
    if (this.#byFoldedAlias) return this.#byFoldedAlias;
    const index = new Map<string, number>();
    // Locale-independent, as Java's Locale.ENGLISH is.
    for (let at = 0; at < this.size; at++) index.set(this.#entries.aliasAt(at).toLowerCase(), at);
    this.#byFoldedAlias = index;
    return index;
  }

  #duplicateWarnings(): Warning[] {
    if (this.#entries.inAliasOrder.length === this.size) return [];
    const seen = new Map<string, boolean>();
    const warnings: Warning[] = [];
    for (let at = 0; at < this.size; at++) {
      const alias = this.#entries.aliasAt(at);
      // Once for each alias, at its second entry.
      if (seen.get(alias) === false) {
        const message = `alias ${quoted(alias)} occurs more than once; the last entry counts, as in Java`;
        warnings.push({ code: 'WARN_ALIAS_DUPLICATE', message, alias });
      }
      seen.set(alias, seen.has(alias));
    }
    return warnings;
  }
}

export function createKeyStore(contents: StoreContents): KeyStore {
  return new ReadKeyStore(contents);
}
