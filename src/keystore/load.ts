import { type Limits, requireWithin, withDefaults } from '../limits.js';
import { decodeTextStore } from './detect/base64-store.js';
import { detectBinaryStore } from './detect/detect.js';
import { createKeyStore } from './key-store.js';
import type { StoreContents, StoreReader } from './reader.js';
import type { KeyStore, StoreType } from './types.js';

/** What {@link loadKeyStore} is told. */
export interface LoadOptions {
  /** Left out, everything is read that needs no password, and `integrity` is `not-checked`. */
  readonly storePass?: string;
  /** Read as this type, whatever the bytes look like. */
  readonly type?: StoreType;
  readonly limits?: Partial<Limits>;
}

/** Loaded on demand: a store needs one of them. */
const readers: Readonly<Record<StoreType, () => Promise<StoreReader>>> = {
  JKS: async () => (await import('./jks/jks.js')).readJks,
  JCEKS: async () => (await import('./jks/jceks.js')).readJceks,
  PKCS12: async () => (await import('./pkcs12/pkcs12.js')).readPkcs12,
  BKS: async () => (await import('./bks/bks.js')).readBks,
  BCFKS: async () => (await import('./bcfks/bcfks.js')).readBcfks,
  UBER: async () => (await import('./bks/uber.js')).readUber,
};

/**
 * Reads a keystore. Nothing is returned before its integrity check passed, unless no password was given.
 * @param bytes the file; not copied, so to be left alone as long as the store is in use
 * @throws {StoreUnsupportedError} if the bytes are no keystore, or ask for an algorithm that is not provided
 * @throws {StoreMalformedError} if they are damaged
 * @throws {StoreIntegrityError} if the password is wrong, or the file was changed
 * @throws {LimitExceededError} if a limit is passed
 * @throws {TypeError} for a type that is none, and bytes that are no Uint8Array
 */
export async function loadKeyStore(bytes: Uint8Array, options: LoadOptions = {}): Promise<KeyStore> {
  return createKeyStore(await loadContents(bytes, options));
}

/** What the reader of the format finds, checked as {@link loadKeyStore} says. */
export async function loadContents(bytes: Uint8Array, options: LoadOptions): Promise<StoreContents> {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('the bytes of a keystore must be a Uint8Array');
  const limits = withDefaults(options.limits);
  requireWithin(limits, 'fileBytes', bytes.length);
  // A Buffer is a Uint8Array whose slice() is a view: whoever decrypts a slice of one would overwrite the file.
  const asGiven = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const decoded = detectBinaryStore(asGiven) === undefined ? decodeTextStore(asGiven) : undefined;
  const content = decoded ?? asGiven;
  const type = options.type ?? detectBinaryStore(content);
  if (type === undefined) throw (await import('./detect/not-a-keystore.js')).explainNonKeystore(asGiven);
  if (!Object.hasOwn(readers, type)) throw new TypeError(`no keystore type is called ${type}`);
  const reader = await readers[type]();
  const { storePass } = options;
  return await reader(content, { limits, ...(storePass !== undefined && { storePass }) });
}
