import { EntryAmbiguousError, EntryNotFoundError, EntryTypeError } from '../../errors.js';
import type { Entry, KeyStore, PrivateKeyEntry } from '../types.js';
import { quoted } from './messages.js';

/**
 * The private keys that are meant: those named, or the only one there is.
 * @throws {EntryNotFoundError} if there is no such entry, or no private key at all
 * @throws {EntryAmbiguousError} if there are several and none was named
 * @throws {EntryTypeError} if a name is that of something else
 */
export function choosePrivateKeys(store: KeyStore, aliases: readonly string[]): PrivateKeyEntry[] {
  const keys = [...store].filter((entry) => entry.kind === 'PrivateKeyEntry');
  if (aliases.length > 0) return aliases.map((alias) => privateKeyNamed(store, alias, keys));
  const available = aliasesOf(keys);
  if (available.length > 1) throw new EntryAmbiguousError(`several private keys: ${listed(available)}`, available);
  // Of several under one alias the last counts, as in Java.
  const last = keys.at(-1);
  if (last === undefined) throw new EntryNotFoundError(nothingToConvert(store), undefined, []);
  return [last];
}

function privateKeyNamed(store: KeyStore, alias: string, keys: readonly PrivateKeyEntry[]): PrivateKeyEntry {
  const entry = store.getEntry(alias);
  if (entry?.kind === 'PrivateKeyEntry') return entry;
  const available = aliasesOf(keys);
  if (entry === undefined) {
    const present = available.length > 0 ? `the private keys are ${listed(available)}` : nothingToConvert(store);
    throw new EntryNotFoundError(`no entry has the alias ${quoted(alias)}; ${present}`, alias, store.aliases());
  }
  throw new EntryTypeError(`${quoted(entry.alias)} is ${describe(entry)}, not a private key`);
}

function aliasesOf(entries: readonly Entry[]): string[] {
  return [...new Set(entries.map((entry) => entry.alias))];
}

function describe(entry: Entry): string {
  switch (entry.kind) {
    case 'SecretKeyEntry':
      return 'a secret key, for which PEM has no form';
    case 'trustedCertEntry':
      return 'a trusted certificate';
    default:
      return 'a public key';
  }
}

function nothingToConvert(store: KeyStore): string {
  if (store.size === 0) return 'the store has no entries';
  const trusted = [...store].filter((entry) => entry.kind === 'trustedCertEntry').length;
  return `the store has no private key; it holds ${store.size} other entries, ${trusted} of them trusted certificates`;
}

function listed(aliases: readonly string[]): string {
  return aliases.map(quoted).join(', ');
}
