import { anObject, aPassword, checkArgument, checkOptions, oneOf, someBytes } from '../bytes/caller-check.js';
import { type Limits, requireWithin, withDefaults } from '../limits.js';
import { detectBinaryStore, unwrapStore } from './detect/detect.js';
import { createKeyStore } from './key-store.js';
import type { StoreContents, StoreReader } from './reader.js';
import type { KeyStore, StoreType, Warning } from './types.js';

/** Options of {@link loadKeyStore}. */
export interface LoadOptions {
  /** Without it everything is read that needs no password, and `integrity` is `not-checked`. */
  readonly storePass?: string;
  /** Reads the bytes as this type, whatever they look like. */
  readonly type?: StoreType;
  readonly limits?: Partial<Limits>;
}

/** Each reader is loaded on demand, because a keystore needs only one. */
const readers: Readonly<Record<StoreType, () => Promise<StoreReader>>> = {
  JKS: async () => (await import('./jks/jks.js')).readJks,
  JCEKS: async () => (await import('./jks/jceks.js')).readJceks,
  PKCS12: async () => (await import('./pkcs12/pkcs12.js')).readPkcs12,
  BKS: async () => (await import('./bks/bks.js')).readBks,
  BCFKS: async () => (await import('./bcfks/bcfks.js')).readBcfks,
  UBER: async () => (await import('./bks/uber.js')).readUber,
};

/** What the options of {@link loadKeyStore} must be. */
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
 * Reads a keystore. With a password, nothing is returned before its integrity check passed.
 * @param bytes the file; not copied, so do not change it while the store is in use
 * @throws {StoreUnsupportedError} if the bytes are not a keystore, or use an algorithm that is not provided
 * @throws {StoreMalformedError} if the file is damaged
 * @throws {StoreIntegrityError} if the password is wrong, or the file was changed
 * @throws {LimitExceededError} if a limit is exceeded
 * @throws {TypeError} if `bytes` is not a Uint8Array, an option does not exist, or one is of a wrong type
 */
export async function loadKeyStore(bytes: Uint8Array, options: LoadOptions = {}): Promise<KeyStore> {
  checkArgument('loadKeyStore', 'bytes', bytes, someBytes);
  checkOptions('loadKeyStore', options, loadExpectations);
  const limits = withDefaults(options.limits);
  requireWithin(limits, 'fileBytes', bytes.length);
  // A Buffer's slice() is a view, not a copy: decrypting a slice in place would overwrite the caller's file.
  const asGiven = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const content = unwrapStore(asGiven);
  const type = options.type ?? detectBinaryStore(content);
  if (type === undefined) throw (await import('./detect/other-files.js')).explainNonKeystore(asGiven);
  const reader = await readers[type]();
  const { storePass } = options;
  let contents: StoreContents;
  try {
    contents = await reader(content, { limits, ...(storePass !== undefined && { storePass }) });
  } catch (error) {
    throw (await import('./detect/damage.js')).explainDamage(content, error) ?? error;
  }
  // A file without a check would not be checked with a password either; its reader says so.
  if (storePass === undefined && contents.integrity !== 'none') contents.warnings.unshift(notChecked);
  return createKeyStore(contents);
}
