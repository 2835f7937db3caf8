import { type ByteStrings, FileParts, SeparateStrings } from '../../bytes/byte-strings.js';
import type { Entry, TrustedCertificateEntry } from '../types.js';
import { orderOfAliases, orderOfBytes } from './alias-order.js';

/** Entries from which on it pays not to make strings of their aliases. */
const many = 500;

/** Entries in the order of the file, and what can be told of one that nobody has made yet. */
export interface EntryList extends Iterable<Entry> {
  readonly length: number;
  at(index: number): Entry | undefined;
  aliasAt(index: number): string;
  /** Which entry an alias names, of several the last; the aliases in the order of the file. */
  readonly byAlias: ReadonlyMap<string, number>;
  /** Those that aliases name, each alias once, in the order of the aliases. */
  readonly inAliasOrder: readonly number[];
  /** Whether it is of kind `trustedCertEntry`. */
  isTrustedAt(index: number): boolean;
  /** The certificates, DER, of entries of that kind. */
  trustedOf(indices: readonly number[]): ByteStrings;
}

/** Reads entries whose place is known. */
export interface PlacedEntries {
  /** The entry at a place, the `index`th of the list. */
  read(place: number, index: number): Entry;
  aliasAt(place: number): string;
  /** What everything is a part of. */
  readonly bytes: Uint8Array;
  /** The alias in it, which is of ASCII. */
  aliasStart(place: number): number;
  aliasEnd(place: number): number;
  certificateStart(place: number): number;
  certificateEnd(place: number): number;
}

/** Entries of which some are known by nothing but their place until somebody asks for them: those are all of kind `trustedCertEntry`. */
export class LazyEntryList implements EntryList {
  readonly #entries: (Entry | number)[] = [];
  #byAlias: ReadonlyMap<string, number> | undefined;
  #inAliasOrder: readonly number[] | undefined;
  /** Whether no entry has been made yet. */
  #isUnread = true;

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
    if (typeof entry !== 'number') this.#isUnread = false;
    this.#entries.push(entry);
  }

  at(index: number): Entry | undefined {
    const entry = this.#entries[index];
    if (typeof entry !== 'number') return entry;
    const made = this.placed?.read(entry, index);
    if (made !== undefined) {
      this.#isUnread = false;
      this.#entries[index] = made;
    }
    return made;
  }

  aliasAt(index: number): string {
    const entry = this.#entries[index];
    return (typeof entry === 'number' ? this.placed?.aliasAt(entry) : entry?.alias) ?? '';
  }

  get byAlias(): ReadonlyMap<string, number> {
    return (this.#byAlias ??= this.#indexAliases());
  }

  get inAliasOrder(): readonly number[] {
    return (this.#inAliasOrder ??= this.#sortAliases());
  }

  isTrustedAt(index: number): boolean {
    const entry = this.#entries[index];
    return typeof entry === 'number' || entry?.kind === 'trustedCertEntry';
  }

  trustedOf(indices: readonly number[]): ByteStrings {
    const entries = this.#entries;
    const { placed } = this;
    if (placed === undefined || !this.#isUnread)
      return new SeparateStrings(indices.map((index) => (this.at(index) as TrustedCertificateEntry).certificate.der));
    const parts = new FileParts(placed.bytes, indices.length);
    for (let at = 0; at < indices.length; at++) {
      const place = entries[indices[at] as number] as number;
      parts.set(at, placed.certificateStart(place), placed.certificateEnd(place));
    }
    return parts;
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

  #sortAliases(): number[] {
    const entries = this.#entries;
    const { placed } = this;
    if (placed === undefined || this.length < many || !this.#isUnread)
      return orderOfAliases(entries.map((_, index) => this.aliasAt(index)));
    const aliases = new FileParts(placed.bytes, entries.length);
    for (let index = 0; index < entries.length; index++) {
      const place = entries[index] as number;
      aliases.set(index, placed.aliasStart(place), placed.aliasEnd(place));
    }
    return orderOfBytes(aliases);
  }
}
