import { chooseTrustedEntries, privateKeys, type TrustedEntry } from './choose-entries.js';
import type { ConversionOptions } from './conversion-options.js';
import { type ConvertedGroup, convertEach, convertEntry, convertStore, type StoreSummary } from './convert.js';
import { chainContext } from './served-chain.js';

/** The result of {@link convertEntries}. */
export interface EntriesConversionResult extends StoreSummary {
  readonly groups: readonly ConvertedGroup[];
  readonly trusted: readonly TrustedEntry[];
}

/**
 * Converts each entry separately: each private key with its chain, and each trusted certificate; with the option `aliases`, only the named
 * private keys. Secret keys and public keys are skipped.
 * @throws {Jks2PemError} with a code; its `warnings` are those from before the failure
 */
export async function convertEntries(
  bytes: Uint8Array,
  options: ConversionOptions = {},
): Promise<EntriesConversionResult> {
  return convertStore(bytes, options, async (store, warnings) => {
    const names = options.aliases ?? [];
    const keys = privateKeys(store, names);
    // Names select keys only. Without names, the lack of trusted certificates is an error only if there is no key either.
    const trusted = names.length > 0 || (keys.length > 0 && !hasTrusted(store)) ? [] : chooseTrustedEntries(store, []);
    const context = await chainContext(store, options, warnings);
    const groups = await convertEach(keys, (entry) => convertEntry(entry, options, context));
    return { groups, trusted };
  });
}

function hasTrusted(store: Iterable<{ readonly kind: string }>): boolean {
  return [...store].some(({ kind }) => kind === 'trustedCertEntry');
}
