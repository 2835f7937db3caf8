import { EntryNotFoundError } from '../errors.js';
import { trustedEntries } from '../keystore/entry/certificates.js';
import { type LoadOptions, loadKeyStore } from '../keystore/load.js';
import type { KeyStore, StoreType } from '../keystore/types.js';
import { encodePemBlocks } from '../pem/encode.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';
import { withoutDuplicates } from '../x509/distinct.js';

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
  const certificates = withoutDuplicates(trustedEntries(store).map(({ certificate }) => certificate));
  if (certificates.length === 0) {
    const message = `the store has no trusted certificate; it holds ${store.size} other entries`;
    throw new EntryNotFoundError(message, undefined, store.aliases());
  }
  const pem = encodePemBlocks(
    'CERTIFICATE',
    certificates.map(({ der }) => der),
  );
  return { storeType: store.type, integrity: store.integrity, certificates, pem, warnings: store.warnings };
}
