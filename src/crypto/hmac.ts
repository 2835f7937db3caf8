import { createHmac } from 'node:crypto';

/** HMAC (RFC 2104); `hash` is a name that OpenSSL knows. */
export function hmac(hash: string, key: Uint8Array, content: Uint8Array): Uint8Array {
  return createHmac(hash, key).update(content).digest();
}
