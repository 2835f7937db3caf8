import type { Certificate } from '../x509/certificate.js';
import { distinct } from '../x509/distinct.js';
import { certificatesOf } from './entry-certificates.js';
import { quoted } from './quoted.js';
import type { StoreContents } from './reader.js';
import type { Entry, KeyStore, StoreType, Warning } from './types.js';

/** The KeyStore behind every format: entries in file order, found by alias. */
class ReadKeyStore implements KeyStore {
  readonly type: StoreType;
  readonly version: number;
  readonly integrity: KeyStore['integrity'];
  readonly warnings: readonly Warning[];
  readonly #entries: readonly Entry[];
  readonly #loose: readonly Certificate[];
  // Maps, because an object would lose the alias `__proto__`.
  readonly #exact = new Map<string, Entry>();
  readonly #folded = new Map<string, Entry>();
  #certificates: readonly Certificate[] | undefined;

  constructor(contents: StoreContents) {
    this.type = contents.type;
    this.version = contents.version;
    this.integrity = contents.integrity;
    this.#entries = contents.entries;
    this.#loose = contents.looseCertificates ?? [];
    this.warnings = [...contents.warnings, ...this.#index()];
  }

  get size(): number {
    return this.#entries.length;
  }

  get certificates(): readonly Certificate[] {
    return (this.#certificates ??= [...distinct([...this.#entries.flatMap(certificatesOf), ...this.#loose]).values()]);
  }

  aliases(): string[] {
    return [...this.#exact.keys()];
  }

  getEntry(alias: string): Entry | undefined {
    return this.#exact.get(alias) ?? this.#folded.get(alias.toLowerCase());
  }

  [Symbol.iterator](): IterableIterator<Entry> {
    return this.#entries.values();
  }

  #index(): Warning[] {
    const warnings: Warning[] = [];
    const told = new Set<string>();
    for (const entry of this.#entries) {
      if (this.#exact.has(entry.alias) && !told.has(entry.alias)) {
        told.add(entry.alias);
        const message = `alias ${quoted(entry.alias)} occurs more than once; the last entry counts, as in Java`;
        warnings.push({ code: 'WARN_ALIAS_DUPLICATE', message, alias: entry.alias });
      }
      this.#exact.set(entry.alias, entry);
      // Locale-independent, as Java's Locale.ENGLISH is.
      this.#folded.set(entry.alias.toLowerCase(), entry);
    }
    return warnings;
  }
}

export function createKeyStore(contents: StoreContents): KeyStore {
  return new ReadKeyStore(contents);
}
