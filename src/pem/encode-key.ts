import { wipe } from '../bytes/wipe.js';
import { normalizePkcs8 } from '../crypto/key/pkcs8-normalize.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import { encodePem } from './encode.js';

/**
 * Format of a private key: PKCS#8 (`PRIVATE KEY`), or the `traditional` format of its algorithm (`RSA PRIVATE KEY`, `EC PRIVATE KEY` or
 * `DSA PRIVATE KEY`), for old programs that do not read PKCS#8.
 */
export type KeyFormat = 'pkcs8' | 'traditional';

/** PEM label of an encrypted PKCS#8 key (RFC 7468 11). */
export const encryptedLabel = 'ENCRYPTED PRIVATE KEY';

/** Options for the format of a private key in PEM. */
interface KeyBlockOptions {
  /** Default: `pkcs8`. */
  readonly keyFormat?: KeyFormat;
  /**
   * Password with which the key is encrypted. The format is then always PKCS#8, because the traditional encryption derives its key with a
   * single MD5.
   */
  readonly encryptKey?: string;
}

/**
 * Encodes a private key as an unencrypted PEM block. The key is written exactly as the keystore contains it, except for a form that OpenSSL
 * 3.0 does not load; see {@link normalizePkcs8}. Overwrite the result after use.
 */
export function encodePlainKey({ pkcs8 }: PrivateKey): Uint8Array {
  const loadable = normalizePkcs8(pkcs8);
  const block = encodePem('PRIVATE KEY', loadable);
  if (loadable !== pkcs8) wipe(loadable);
  return block;
}

/** Passes a key to `use` in the form that OpenSSL 3.0 loads; see {@link normalizePkcs8}. If that is a copy, it is overwritten after use. */
export async function withLoadable<T>({ pkcs8 }: PrivateKey, use: (pkcs8: Uint8Array) => Promise<T>): Promise<T> {
  const loadable = normalizePkcs8(pkcs8);
  try {
    return await use(loadable);
  } finally {
    if (loadable !== pkcs8) wipe(loadable);
  }
}

/**
 * Encodes a private key as a PEM block in the requested format; with `encryptKey`, always as encrypted PKCS#8. Without `encryptKey` the
 * result is unencrypted: overwrite it after use.
 * @throws {StoreUnsupportedError} if the traditional format is requested, and the algorithm of the key has no such format
 */
export async function encodeKey(key: PrivateKey, options: KeyBlockOptions = {}): Promise<Uint8Array> {
  if (options.encryptKey !== undefined) {
    const { encryptPrivateKey } = await import('../crypto/pbe/encrypt-private-key.js');
    const { encryptKey } = options;
    return encodePem(encryptedLabel, await withLoadable(key, (pkcs8) => encryptPrivateKey(pkcs8, encryptKey)));
  }
  if (options.keyFormat !== 'traditional') return encodePlainKey(key);
  const { toTraditionalKey } = await import('../crypto/key/traditional-key.js');
  const { label, der } = toTraditionalKey(key);
  const block = encodePem(label, der);
  wipe(der);
  return block;
}
