import { arrayOf, aString } from '../bytes/caller-check.js';
import { type LoadOptions, loadExpectations } from '../keystore/load.js';
import { toCertificateFile } from '../pem/bundle.js';
import type { Certificate } from '../x509/certificate.js';
import { withoutDuplicates } from '../x509/distinct.js';
import { chooseTrustedEntries, type TrustedEntry } from './choose-entries.js';
import { checkCall, convertStore, type StoreSummary } from './convert.js';

/** Options of {@link convertTrusted}. */
export interface TrustedConversionOptions extends LoadOptions {
  /** Certificates to convert, by alias or `sha256:HEX` (at least eight digits). Default: all trusted certificates. */
  readonly aliases?: readonly string[];
}

/** The result of {@link convertTrusted}. */
export interface TrustedConversionResult extends StoreSummary {
  /** The trusted certificates and their aliases, ordered by alias. */
  readonly entries: readonly TrustedEntry[];
  /** The trusted certificates in the same order, without duplicates. */
  readonly certificates: readonly Certificate[];
  /** The certificates as one CA file. */
  readonly pem: Uint8Array;
}

/**
 * Converts a truststore to one CA file, which contains all trusted certificates and no key.
 *
 * No password is needed if the certificates are not encrypted; the result then contains `WARN_INTEGRITY_NOT_CHECKED`.
 * @throws {Jks2PemError} with a code; its `warnings` are those from before the failure
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
