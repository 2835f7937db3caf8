import { createHash, timingSafeEqual } from 'node:crypto';
import { provided } from './openssl.js';

/**
 * A hash over the parts in order; `algorithm` is OpenSSL's name.
 * @throws {StoreUnsupportedError} if this OpenSSL does not provide it
 */
export function digest(algorithm: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = provided(algorithm, () => createHash(algorithm));
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** SHA-256 in lower-case hexadecimal, the name by which certificates are known everywhere here. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whether two byte strings are equal, in a time that tells nothing of where they differ. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
