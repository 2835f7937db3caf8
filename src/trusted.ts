import { EntryNotFoundError } from './errors.js';
import { type LoadOptions, loadKeyStore } from './keystore/load.js';
import type { KeyStore, StoreType } from './keystore/types.js';
import { toCertificateFile } from './pem/bundle.js';
import type { Warning } from './warnings.js';
import type { Certificate } from './x509/certificate.js';

/** What {@link convertTrusted} gives. */
export interface TrustedConversionResult {
  readonly storeType: StoreType;
  readonly integrity: KeyStore['integrity'];
  /** Each trusted certificate once, ordered by alias. */
  readonly certificates: readonly Certificate[];
  /** The certificates as one CA file. */
  readonly pem: Uint8Array;
  readonly warnings: readonly Warning[];
}

/**
 * A truststore in, one CA file out: every trusted certificate, no key.
 * @throws {Jks2PemError} whatever stops it, by its code
 */
export async function convertTrusted(bytes: Uint8Array, options: LoadOptions = {}): Promise<TrustedConversionResult> {
  const store = await loadKeyStore(bytes, options);
  // Java keeps entries in a hash table: of two under one alias the last is the only one that it trusts, and the order of the
  // file means nothing; that of the aliases is at least stable.
  const entries = store
    .aliases()
    .map((alias) => store.getEntry(alias))
    .filter((entry) => entry?.kind === 'trustedCertEntry')
    .sort((a, b) => compare(a.alias, b.alias));
  if (entries.length === 0) {
    throw new EntryNotFoundError(
      `the store has no trusted certificate; it holds ${store.size} other entries`,
      undefined,
      store.aliases(),
    );
  }
  const certificates = [...new Map(entries.map(({ certificate }) => [certificate.sha256, certificate])).values()];
  const { type: storeType, integrity, warnings } = store;
  return { storeType, integrity, certificates, pem: toCertificateFile(certificates), warnings };
}

/** By code units, which no locale and no engine has a say in. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
