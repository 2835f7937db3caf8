import { createHmac } from 'node:crypto';
import { provided } from '../openssl.js';

/**
 * HMAC (RFC 2104); `hash` is OpenSSL's name.
 * @throws {StoreUnsupportedError} if this OpenSSL does not provide it
 */
export function hmac(hash: string, key: Uint8Array, content: Uint8Array): Uint8Array {
  return provided(`HMAC with ${hash}`, () => createHmac(hash, key))
    .update(content)
    .digest();
}
