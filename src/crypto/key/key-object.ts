import { wipe } from '../../bytes/wipe.js';
import { importPrivateKey, type KeyObject } from '../platform.js';
import { normalizePkcs8 } from './pkcs8-normalize.js';
import type { PrivateKey } from './private-key.js';

/**
 * The private key as Node's `KeyObject`, which `crypto.sign`, `tls` and JWT libraries take.
 * @throws {Error} of OpenSSL, if this Node does not support the key's algorithm
 * @example
 * const entry = store.getEntry('mail');
 * if (entry?.kind === 'PrivateKeyEntry') sign('sha256', data, toKeyObject(await entry.getPrivateKey()));
 */
export function toKeyObject({ pkcs8 }: PrivateKey): KeyObject {
  const loadable = normalizePkcs8(pkcs8);
  try {
    return importPrivateKey(loadable);
  } finally {
    if (loadable !== pkcs8) wipe(loadable);
  }
}
