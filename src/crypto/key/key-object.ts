import { aResult, checkArgument, someDer } from '../../bytes/check-arguments.js';
import { wipe } from '../../bytes/wipe.js';
import { StoreUnsupportedError } from '../../errors.js';
import { importPrivateKey, type KeyObject } from '../platform.js';
import { normalizePkcs8 } from './pkcs8-normalize.js';
import type { PrivateKey } from './private-key.js';

const aPrivateKey = aResult("a PrivateKey; an entry's getPrivateKey() returns one", { pkcs8: someDer });

/**
 * Converts a private key to Node's `KeyObject`, which `crypto.sign` and JWT libraries accept.
 * @throws {TypeError} if the argument is not a PrivateKey
 * @throws {StoreUnsupportedError} if this Node cannot load the key, usually because its OpenSSL does not support the algorithm
 * @throws {StoreMalformedError} if `key.pkcs8` is not an ASN.1 SEQUENCE
 * @example
 * const entry = store.getEntry('mail');
 * if (entry?.kind === 'PrivateKeyEntry') sign('sha256', data, toKeyObject(await entry.getPrivateKey()));
 */
export function toKeyObject(key: PrivateKey): KeyObject {
  checkArgument('toKeyObject', 'key', key, aPrivateKey);
  const { pkcs8 } = key;
  const loadable = normalizePkcs8(pkcs8);
  try {
    return importPrivateKey(loadable);
  } catch {
    throw new StoreUnsupportedError(`this Node cannot load this key of the algorithm ${key.algorithm}`);
  } finally {
    if (loadable !== pkcs8) wipe(loadable);
  }
}
