import { anObject, aPassword, checkArgument, checkOptions, oneOf, someBytes } from '../bytes/check-arguments.js';
import { type Limits, requireWithin, withDefaults } from '../limits.js';
import { createKeyStore } from './create-key-store.js';
import { detectBinaryStore, unwrapStore } from './detect/detect.js';
import type { StoreContents, StoreReader } from './store-reader.js';
import type { KeyStore, StoreType, Warning } from './types.js';

/** Options of {@link loadKeyStore}. */
export interface LoadOptions {
  /**
   * The store password. Without it, `integrity` is `not-checked` or `none`, and only unencrypted parts are read. In PKCS#12 with a MAC and in
   * BCFKS with a signature, parts that are encrypted with the empty password are read, too.
   */
  readonly storePass?: string;
  /** Reads the bytes as this type instead of detecting the type. */
  readonly type?: StoreType;
  readonly limits?: Partial<Limits>;
}

/** The readers by type. Each is loaded on demand, because a keystore needs only one. */
const readers: Readonly<Record<StoreType, () => Promise<StoreReader>>> = {
  JKS: async () => (await import('./jks/jks.js')).readJks,
  JCEKS: async () => (await import('./jks/jceks.js')).readJceks,
  PKCS12: async () => (await import('./pkcs12/pkcs12.js')).readPkcs12,
  BKS: async () => (await import('./bks/bks.js')).readBks,
  BCFKS: async () => (await import('./bcfks/bcfks.js')).readBcfks,
  UBER: async () => (await import('./bks/uber.js')).readUber,
};

/** The expected values of the options of {@link loadKeyStore}. */
export const loadExpectations = {
  storePass: aPassword,
  type: oneOf('JKS', 'JCEKS', 'PKCS12', 'BKS', 'UBER', 'BCFKS'),
  limits: anObject,
};

const notChecked: Warning = {
  code: 'WARN_INTEGRITY_NOT_CHECKED',
  message: 'the integrity of the keystore was not checked, because no password was given',
};

/**
 * Reads a keystore. If a password is given, the integrity of the keystore is checked with it, and nothing is returned if the check fails.
 * If the keystore has no check, or one that is not supported, `integrity` and a warning say so.
 * @param bytes the content of the file; it is not copied, and must not be changed while the keystore is in use
 * @throws {StoreUnsupportedError} if the bytes are not a keystore, or use an algorithm that is not supported
 * @throws {StoreMalformedError} if the keystore is damaged
 * @throws {StoreIntegrityError} if the password is wrong, or the keystore was changed
 * @throws {PassphraseRequiredError} if nothing can be read without a password
 * @throws {LimitExceededError} if a limit is exceeded
 * @throws {TypeError} if `bytes` is not a Uint8Array, or if an option does not exist or has a wrong type
 * @throws {RangeError} if a limit does not exist, or is not a positive integer
 * @example
 * const store = await loadKeyStore(await readFile('mail.jks'), { storePass: 'changeit' });
 * for (const { alias, kind } of store) console.log(alias, kind);
 */
export async function loadKeyStore(bytes: Uint8Array, options: LoadOptions = {}): Promise<KeyStore> {
  checkArgument('loadKeyStore', 'bytes', bytes, someBytes);
  checkOptions('loadKeyStore', options, loadExpectations);
  const limits = withDefaults(options.limits);
  requireWithin(limits, 'fileBytes', bytes.length);
  // The same bytes, but not as a Buffer. The readers overwrite results of slice() after use, and slice() of a Buffer does not copy.
  const asGiven = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const content = unwrapStore(asGiven);
  const type = options.type ?? detectBinaryStore(content);
  if (type === undefined) throw (await import('./detect/other-files.js')).explainNonKeystore(asGiven);
  const reader = await readers[type]();
  const { storePass } = options;
  let contents: StoreContents;
  try {
    contents = await reader(content, { ...options, limits });
  } catch (error) {
    throw (await import('./detect/text-damage.js')).explainDamage(content, error) ?? error;
  }
  // If the integrity is `none`, no password could have checked it, and the reader has already added a warning.
  if (storePass === undefined && contents.integrity !== 'none') contents.warnings.unshift(notChecked);
  return createKeyStore(contents);
}
