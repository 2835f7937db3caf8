import { arrayOf, aString } from '../bytes/check-arguments.js';
import { type LoadOptions, loadExpectations } from '../keystore/load.js';
import { encodeCertificates } from '../pem/encode-certificates.js';
import type { Certificate } from '../x509/certificate.js';
import { withoutDuplicates } from '../x509/distinct-certificates.js';
import { chooseTrustedEntries, type TrustedEntry } from './choose-entries.js';
import { checkCall, convertStore, type StoreSummary } from './convert.js';

/** Options of {@link convertTrusted}. */
export interface TrustedConversionOptions extends LoadOptions {
  /**
   * Certificates to convert: aliases, or `sha256:HEX` with at least the first eight digits of their fingerprints. Default: all trusted
   * certificates.
   */
  readonly aliases?: readonly string[];
}

/** The result of {@link convertTrusted}. */
export interface TrustedConversionResult extends StoreSummary {
  /**
   * The trusted certificates and their aliases: in the order of the option `aliases`, or else ordered by alias. Certificates of a PKCS#12
   * file that are in no entry follow in the order of the file.
   */
  readonly entries: readonly TrustedEntry[];
  /** The trusted certificates in the same order, without duplicates. */
  readonly certificates: readonly Certificate[];
  /** The certificates as one CA file. */
  readonly pem: Uint8Array;
}

/**
 * Converts a truststore to one CA file, which contains all trusted certificates, or those of the option `aliases`, and no key.
 *
 * No password is needed if the certificates are not encrypted; without a password, the result contains `WARN_INTEGRITY_NOT_CHECKED`.
 * @param bytes a keystore of any type
 * @throws {PassphraseRequiredError} if a password is needed and none was given
 * @throws {StoreIntegrityError} if the store password is wrong, or the file was changed
 * @throws {StoreUnsupportedError} if the bytes are not a keystore, or use an algorithm that is not supported
 * @throws {StoreMalformedError} if the file is damaged
 * @throws {LimitExceededError} if the file needs more work or memory than the limits allow
 * @throws {EntryNotFoundError} if there is no trusted certificate, or none with a given alias
 * @throws {EntryTypeError} if an alias is that of another kind of entry
 * @throws {TypeError} if an argument or an option has a wrong type, or an option does not exist
 * @throws {RangeError} if a limit does not exist, or is not a positive integer
 * @example
 * const { pem } = await convertTrusted(await readFile('truststore.jks'), { storePass: 'changeit' });
 * await writeFile('ca.pem', pem);
 */
export async function convertTrusted(
  bytes: Uint8Array,
  options: TrustedConversionOptions = {},
): Promise<TrustedConversionResult> {
  checkCall('convertTrusted', bytes, options, { ...loadExpectations, aliases: arrayOf(aString) });
  return convertStore(bytes, options, async (store) => {
    const entries = chooseTrustedEntries(store, options.aliases ?? []);
    const certificates = withoutDuplicates(entries.map(({ certificate }) => certificate));
    return { entries, certificates, pem: encodeCertificates(certificates) };
  });
}
