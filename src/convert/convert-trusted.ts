import { Jks2PemError } from '../errors.js';
import { type LoadOptions, loadKeyStore } from '../keystore/load.js';
import type { KeyStore, StoreType } from '../keystore/types.js';
import { toCertificateFile } from '../pem/bundle.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';
import { chooseTrustedCertificates } from './choose-entries.js';

/** Options of {@link convertTrusted}. */
export interface TrustedConversionOptions extends LoadOptions {
  /** Certificates to convert, by alias or `sha256:HEX` (at least eight digits); all trusted certificates if not given. */
  readonly aliases?: readonly string[];
}

/** The result of {@link convertTrusted}. */
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
 * Converts a truststore to one CA file: every trusted certificate, no key.
 *
 * No password is needed where the certificates are not encrypted; the result then has `WARN_INTEGRITY_NOT_CHECKED`.
 * @throws {Jks2PemError} by its code; its `warnings` are those that came before
 */
export async function convertTrusted(
  bytes: Uint8Array,
  options: TrustedConversionOptions = {},
): Promise<TrustedConversionResult> {
  const store = await loadKeyStore(bytes, options);
  const { type, integrity, warnings } = store;
  try {
    const certificates = chooseTrustedCertificates(store, options.aliases ?? []);
    return { storeType: type, integrity, certificates, pem: toCertificateFile(certificates), warnings };
  } catch (error) {
    if (error instanceof Jks2PemError) error.warnings = warnings;
    throw error;
  }
}
