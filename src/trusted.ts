import { EntryNotFoundError } from './errors.js';
import { certificatesOf } from './keystore/entry-certificates.js';
import { createKeyStore } from './keystore/key-store.js';
import { type LoadOptions, loadContents } from './keystore/load.js';
import { trustedCertificates } from './keystore/trusted-certificates.js';
import type { Entry, KeyStore, StoreType } from './keystore/types.js';
import { encodePemBlocks } from './pem/encode.js';
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
  const contents = await loadContents(bytes, options);
  const store = createKeyStore(contents);
  const { type: storeType, integrity, warnings } = store;
  const trusted = trustedCertificates(contents.entries);
  if (trusted.length === 0) {
    throw new EntryNotFoundError(
      `the store has no trusted certificate; it holds ${store.size} other entries`,
      undefined,
      store.aliases(),
    );
  }
  const pem = encodePemBlocks(
    'CERTIFICATE',
    trusted.map(({ der }) => der),
  );
  let certificates: readonly Certificate[] | undefined;
  return {
    storeType,
    integrity,
    pem,
    warnings,
    // Made when somebody asks: for the file their bytes are enough.
    get certificates() {
      return (certificates ??= trusted.flatMap(({ index }) => certificatesOf(contents.entries.at(index) as Entry)));
    },
  };
}
