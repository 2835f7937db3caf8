import { arrayOf, aString } from '../bytes/caller-check.js';
import { type LoadOptions, loadExpectations } from '../keystore/load.js';
import { toCertificateFile } from '../pem/bundle.js';
import type { Certificate } from '../x509/certificate.js';
import { withoutDuplicates } from '../x509/distinct.js';
import { chooseTrustedEntries, type TrustedEntry } from './choose-entries.js';
import { checkCall, convertStore, type StoreSummary } from './convert.js';

/** Options of {@link convertTrusted}. */
export interface TrustedConversionOptions extends LoadOptions {
  /** Certificates to convert, by alias or `sha256:HEX` (at least eight digits); all trusted certificates if not given. */
  readonly aliases?: readonly string[];
}

/** The result of {@link convertTrusted}. */
export interface TrustedConversionResult extends StoreSummary {
  /** The trusted certificates and their aliases, ordered by alias. */
  readonly entries: readonly TrustedEntry[];
  /** Each trusted certificate once, in the same order. */
  readonly certificates: readonly Certificate[];
  /** The certificates as one CA file. */
  readonly pem: Uint8Array;
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
  checkCall('convertTrusted', bytes, options, { ...loadExpectations, aliases: arrayOf(aString) });
  return convertStore(bytes, options, async (store) => {
    const entries = chooseTrustedEntries(store, options.aliases ?? []);
    const certificates = withoutDuplicates(entries.map(({ certificate }) => certificate));
    return { entries, certificates, pem: toCertificateFile(certificates) };
  });
}
