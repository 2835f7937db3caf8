import type { Entry } from './types.js';

/** Entries in the order of the file, and what can be told of one that nobody has made yet. */
export interface EntryList extends Iterable<Entry> {
  readonly length: number;
  at(index: number): Entry | undefined;
  aliasAt(index: number): string;
  /** Which entry an alias names, of several the last; the aliases in the order of the file. */
  readonly byAlias: ReadonlyMap<string, number>;
  /** The certificate of an entry of kind `trustedCertEntry`; undefined for all other kinds. */
  trustedAt(index: number): Uint8Array | undefined;
}

/** Reads entries whose place is known. */
export interface PlacedEntries {
  /** The entry at a place, the `index`th of the list. */
  read(place: number, index: number): Entry;
  aliasAt(place: number): string;
  trustedAt(place: number): Uint8Array;
}

/** Entries of which some are known by nothing but their place until somebody asks for them: those are all of kind `trustedCertEntry`. */
export class LazyEntryList implements EntryList {
  readonly #entries: (Entry | number)[] = [];
  #byAlias: ReadonlyMap<string, number> | undefined;

  constructor(private readonly placed?: PlacedEntries) {}

  static of(entries: readonly Entry[]): EntryList {
    const list = new LazyEntryList();
    for (const entry of entries) list.push(entry);
    return list;
  }

  get length(): number {
    return this.#entries.length;
  }

  push(entry: Entry | number): void {
    this.#entries.push(entry);
  }

  at(index: number): Entry | undefined {
    const entry = this.#entries[index];
    if (typeof entry !== 'number') return entry;
    const made = this.placed?.read(entry, index);
    if (made !== undefined) this.#entries[index] = made;
    return made;
  }

  aliasAt(index: number): string {
    const entry = this.#entries[index];
    return (typeof entry === 'number' ? this.placed?.aliasAt(entry) : entry?.alias) ?? '';
  }

  get byAlias(): ReadonlyMap<string, number> {
    return (this.#byAlias ??= this.#indexAliases());
  }

  trustedAt(index: number): Uint8Array | undefined {
    const entry = this.#entries[index];
    if (typeof entry === 'number') return this.placed?.trustedAt(entry);
    return entry?.kind === 'trustedCertEntry' ? entry.certificate.der : undefined;
  }

  *[Symbol.iterator](): IterableIterator<Entry> {
    for (let index = 0; index < this.length; index++) yield this.at(index) as Entry;
  }

  #indexAliases(): ReadonlyMap<string, number> {
    // A Map, because an object would lose the alias `__proto__`.
    const index = new Map<string, number>();
    for (let at = 0; at < this.length; at++) index.set(this.aliasAt(at), at);
    return index;
  }
}
