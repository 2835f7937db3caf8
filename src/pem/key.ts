import { wipe } from '../bytes/wipe.js';
import { normalizePkcs8 } from '../crypto/key/pkcs8-normalize.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import { encodePem } from './encode.js';

/** `traditional`: `RSA PRIVATE KEY`, `EC PRIVATE KEY` and `DSA PRIVATE KEY`, for programs from before OpenSSL 1.0. */
export type KeyFormat = 'pkcs8' | 'traditional';

/** RFC 7468 11. */
export const encryptedLabel = 'ENCRYPTED PRIVATE KEY';

export interface KeyBlockOptions {
  /** `pkcs8` unless said otherwise. */
  readonly keyFormat?: KeyFormat;
  /** Password to encrypt with; only PKCS#8 is encrypted, since the traditional way derives its key with one round of MD5. */
  readonly encryptKey?: string;
}

/**
 * A private key as a PEM block, in the clear: as the store held it, but for the one form that OpenSSL 3.0 does not
 * load, see {@link normalizePkcs8}. Overwrite it when done.
 */
export function encodePlainKey({ pkcs8 }: PrivateKey): Uint8Array {
  const loadable = normalizePkcs8(pkcs8);
  const block = encodePem('PRIVATE KEY', loadable);
  if (loadable !== pkcs8) wipe(loadable);
  return block;
}

/**
 * A private key as a PEM block in the form that is asked for. In the clear unless a password is given: overwrite it when done.
 * @throws {StoreUnsupportedError} if the key has no such form
 */
export async function encodeKey(key: PrivateKey, options: KeyBlockOptions = {}): Promise<Uint8Array> {
  if (options.encryptKey !== undefined) {
    const { encryptPrivateKey } = await import('../crypto/pbe/encrypt-private-key.js');
    return encodePem(encryptedLabel, await encryptPrivateKey(normalizePkcs8(key.pkcs8), options.encryptKey));
  }
  if (options.keyFormat !== 'traditional') return encodePlainKey(key);
  const { toTraditionalKey } = await import('../crypto/key/traditional-key.js');
  const { label, der } = toTraditionalKey(key);
  const block = encodePem(label, der);
  wipe(der);
  return block;
}
