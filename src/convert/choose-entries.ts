import { shortened } from '../bytes/bounded-text.js';
import { EntryAmbiguousError, EntryNotFoundError, EntryTypeError } from '../errors.js';
import { certificatesOf, ownCertificate } from '../keystore/entry/certificates-of-entry.js';
import { quoted, quotedList } from '../keystore/entry/messages.js';
import type { Entry, KeyStore, PrivateKeyEntry, TrustedCertificateEntry } from '../keystore/types.js';
import type { Certificate } from '../x509/certificate.js';
import { isoDay } from '../x509/expiry.js';

/** Matches `sha256:` with the first hexadecimal digits of a certificate's fingerprint, with or without colons. */
const fingerprintName = /^sha256:([0-9a-f:]+)$/i;
/** Minimum number of digits in such a name. */
const fewestDigits = 8;
/** Maximum number of entries that a message lists for the caller to choose from. The others are only counted. */
const shownChoices = 20;
/** Maximum number of characters of a subject in a message. */
const shownCharacters = 100;

/**
 * Returns the private keys to convert: those that are named, or the only one.
 * @param names aliases, or `sha256:HEX` with at least the first eight digits of the fingerprint of a key's own certificate, which
 *   distinguishes keys with the same alias
 * @throws {EntryNotFoundError} if a name has no entry, or if there is no private key
 * @throws {EntryAmbiguousError} if there are several private keys and none is named, or if a name matches several
 * @throws {EntryTypeError} if the entry of a name is not a private key
 */
export function choosePrivateKeys(store: KeyStore, names: readonly string[]): PrivateKeyEntry[] {
  const keys = privateKeys(store, names);
  if (names.length > 0) return keys;
  const [only, ...others] = keys;
  if (only === undefined) throw new EntryNotFoundError(noPrivateKey(store), undefined, []);
  if (others.length > 0) throw ambiguous('several private keys', keys);
  return [only];
}

/** Returns the private keys that are named; without names, all of them, each once. The errors for a name are those of {@link choosePrivateKeys}. */
export function privateKeys(store: KeyStore, names: readonly string[]): PrivateKeyEntry[] {
  const keys = distinctKeys([...store].filter((entry) => entry.kind === 'PrivateKeyEntry'));
  return names.length > 0 ? names.map((name) => privateKeyNamed(store, name, keys)) : keys;
}

/** A trusted certificate and its alias. A certificate without an entry has the alias `sha256-` and the first 16 digits of its fingerprint. */
export interface TrustedEntry {
  readonly alias: string;
  readonly certificate: Certificate;
}

/**
 * Returns the trusted certificates to convert: those that are named, or all. In a PKCS#12 file without a private key, all certificates
 * count as trusted, even without Java's attribute for trusted certificates.
 * @param names aliases, or `sha256:HEX` with at least the first eight digits of a certificate's fingerprint
 * @throws {EntryNotFoundError} if a name has no entry, or if there is no trusted certificate
 * @throws {EntryTypeError} if the entry of a name is not a trusted certificate
 */
export function chooseTrustedEntries(store: KeyStore, names: readonly string[]): TrustedEntry[] {
  const entries = trustedEntries(store);
  const all = [...entries, ...trustedWithoutEntry(store, entries)];
  if (all.length === 0) throw new EntryNotFoundError(noTrustedCertificate(store), undefined, store.aliases());
  return names.length === 0 ? all : names.flatMap((name) => trustedNamed(store, name, all));
}

/**
 * Returns the trusted entries, ordered by the UTF-16 code units of their aliases. The file order has no meaning, because Java keeps entries
 * in a hash table. If several entries have the same alias, only the last one is returned, because Java trusts only this one. In PKCS#12 the
 * alias is a friendlyName, which need not be unique, so all entries are returned.
 */
function trustedEntries(store: KeyStore): TrustedCertificateEntry[] {
  const entries =
    store.type === 'PKCS12'
      ? [...store].sort((a, b) => (a.alias < b.alias ? -1 : a.alias > b.alias ? 1 : 0))
      : store
          .aliases()
          .sort()
          .map((alias) => store.getEntry(alias));
  return entries.filter((entry) => entry?.kind === 'trustedCertEntry');
}

/**
 * Returns the certificates of a PKCS#12 file without a private key that are in none of the trusted entries. The list is empty for other
 * keystores.
 */
function trustedWithoutEntry(store: KeyStore, entries: readonly TrustedEntry[]): TrustedEntry[] {
  if (store.type !== 'PKCS12' || [...store].some(({ kind }) => kind === 'PrivateKeyEntry')) return [];
  const inEntries = new Set(entries.map(({ certificate }) => certificate.sha256));
  return store.certificates
    .filter(({ sha256 }) => !inEntries.has(sha256))
    .map((certificate) => ({ alias: `sha256-${certificate.sha256.slice(0, 2 * fewestDigits)}`, certificate }));
}

function trustedNamed(store: KeyStore, name: string, all: readonly TrustedEntry[]): TrustedEntry[] {
  const digits = fingerprintDigits(name);
  if (digits !== undefined) {
    const found = all.filter(({ certificate }) => certificate.sha256.startsWith(digits));
    if (found.length > 0) return found;
    throw new EntryNotFoundError(`no trusted certificate has the fingerprint ${name}`, name, store.aliases());
  }
  const present = `the trusted certificates are ${quotedList([...new Set(all.map(({ alias }) => alias))])}`;
  const entry = entryNamed(store, name, present);
  const found = all.filter(({ alias }) => alias === entry.alias);
  if (found.length > 0) return found;
  throw new EntryTypeError(`${quoted(entry.alias)} is ${describe(entry)}, not a trusted certificate`);
}

/** Removes keys that are stored more than once with the same certificate, under any alias. Of such entries, the last one is kept. */
function distinctKeys(keys: readonly PrivateKeyEntry[]): PrivateKeyEntry[] {
  const byCertificate = new Map<unknown, PrivateKeyEntry>();
  // Keys without a certificate cannot be compared, so all of them are kept.
  for (const entry of keys) byCertificate.set(ownCertificate(entry)?.sha256 ?? entry, entry);
  return [...byCertificate.values()];
}

function privateKeyNamed(store: KeyStore, name: string, keys: readonly PrivateKeyEntry[]): PrivateKeyEntry {
  const digits = fingerprintDigits(name);
  const found =
    digits === undefined
      ? keysOfAlias(store, name, keys)
      : keys.filter((entry) => ownCertificate(entry)?.sha256.startsWith(digits));
  const [only, ...others] = found;
  if (only === undefined)
    throw new EntryNotFoundError(
      `no private key has a certificate with the fingerprint ${name}`,
      name,
      store.aliases(),
    );
  if (others.length > 0) throw ambiguous(`${quoted(name)} matches several private keys`, found);
  return only;
}

function keysOfAlias(store: KeyStore, name: string, keys: readonly PrivateKeyEntry[]): PrivateKeyEntry[] {
  const present = keys.length > 0 ? `the private keys are ${quotedList(aliasesOf(keys))}` : noPrivateKey(store);
  const entry = entryNamed(store, name, present);
  const found = keys.filter(({ alias }) => alias === entry.alias);
  if (found.length > 0) return found;
  // `distinctKeys` removed this entry, but the caller named it.
  if (entry.kind === 'PrivateKeyEntry') return [entry];
  throw new EntryTypeError(`${quoted(entry.alias)} is ${describe(entry)}, not a private key`);
}

function entryNamed(store: KeyStore, name: string, present: string): Entry {
  const entry = store.getEntry(name);
  if (entry === undefined) {
    const problem = fingerprintName.test(name)
      ? `a fingerprint needs ${fewestDigits} digits or more: ${quoted(name)}`
      : `no entry has the alias ${quoted(name)}; ${present}`;
    throw new EntryNotFoundError(problem, name, store.aliases());
  }
  return entry;
}

function fingerprintDigits(name: string): string | undefined {
  const digits = fingerprintName.exec(name)?.[1]?.replaceAll(':', '').toLowerCase();
  return digits !== undefined && digits.length >= fewestDigits ? digits : undefined;
}

function ambiguous(problem: string, keys: readonly PrivateKeyEntry[]): EntryAmbiguousError {
  const aliases = aliasesOf(keys);
  const isUnique = aliases.length === keys.length;
  const choices = keys.map((entry) => {
    const { alias } = entry;
    const leaf = ownCertificate(entry);
    // If some keys have the same alias, all choices are named by the fingerprint.
    const name = isUnique || leaf === undefined ? alias : `sha256:${leaf.sha256.slice(0, 2 * fewestDigits)}`;
    return { name, alias, subject: leaf?.subject, notAfter: leaf?.notAfter };
  });
  const texts = choices.slice(0, shownChoices).map(({ name, alias, subject, notAfter }) => {
    const certificate =
      subject === undefined || notAfter === undefined
        ? []
        : [shortened(subject, shownCharacters), `until ${isoDay(notAfter)}`];
    const details = name === alias ? certificate : [name, ...certificate];
    return details.length > 0 ? `${quoted(alias)} (${details.join(', ')})` : quoted(alias);
  });
  const more = choices.length - shownChoices;
  const list = more > 0 ? [...texts, `… ${more.toLocaleString('en-US')} more`] : texts;
  return new EntryAmbiguousError(`${problem}: ${list.join(', ')}`, aliases, choices);
}

function aliasesOf(entries: readonly Entry[]): string[] {
  return [...new Set(entries.map(({ alias }) => alias))];
}

function describe(entry: Entry): string {
  switch (entry.kind) {
    case 'SecretKeyEntry':
      return 'a secret key, for which PEM has no form';
    case 'trustedCertEntry':
      return 'a trusted certificate';
    case 'PublicKeyEntry':
      return 'a public key';
    case 'PrivateKeyEntry':
      return 'a private key';
  }
}

function noPrivateKey(store: KeyStore): string {
  if (store.size === 0) return 'the keystore has no entries';
  const trusted = [...store].filter(({ kind }) => kind === 'trustedCertEntry').length;
  if (trusted === store.size) return `the keystore has no private key, only ${count(trusted, 'trusted certificate')}`;
  return `the keystore has no private key; it has ${entries(store.size)}, ${trusted} of them trusted certificates`;
}

function noTrustedCertificate(store: KeyStore): string {
  if (store.size === 0) return 'the keystore has no entries';
  const keys = [...store].filter((entry) => certificatesOf(entry).length > 0).length;
  if (keys === store.size) return `the keystore has no trusted certificate, only ${count(keys, 'private key')}`;
  return `the keystore has no trusted certificate; it has ${entries(store.size)}, ${keys} of them keys with certificates`;
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
}

function entries(count: number): string {
  return count === 1 ? '1 entry' : `${count.toLocaleString('en-US')} entries`;
}
