import { joinInto } from '../../bytes/concat.js';
import { hashOnce, hmac as platformHmac, startHash, timingSafeEqual } from '../platform.js';
import { provided } from '../unsupported-by-platform.js';

/** Up to this total length in bytes, joining the parts and hashing them at once is faster than hashing them one after another. */
const worthJoining = 16_384;
/** A buffer that all calls share. The calls are synchronous and therefore never overlap. */
let joined: Uint8Array | undefined;

/**
 * Computes the hash of the parts in their order. `algorithm` is OpenSSL's name.
 * @throws {StoreUnsupportedError} if the platform does not provide the hash
 */
export function digest(algorithm: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const first = parts[0];
  if (first && parts.length === 1) return provided(algorithm, () => hashOnce(algorithm, first, 'buffer'));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length <= worthJoining) {
    const content = joinInto((joined ??= new Uint8Array(worthJoining)), parts).subarray(0, length);
    try {
      return provided(algorithm, () => hashOnce(algorithm, content, 'buffer'));
    } finally {
      // The parts may contain a password.
      content.fill(0);
    }
  }
  const running = provided(algorithm, () => startHash(algorithm));
  for (const part of parts) running.update(part);
  return running.digest();
}

/**
 * Computes an HMAC (RFC 2104). `hash` is OpenSSL's name.
 * @throws {StoreUnsupportedError} if the platform does not provide the hash
 */
export function hmac(hash: string, key: Uint8Array, content: Uint8Array): Uint8Array {
  return provided(`HMAC with ${hash}`, () => platformHmac(hash, key, content));
}

/** Computes SHA-256 in lower-case hexadecimal: the fingerprint of a certificate or of a public key. */
export function sha256Hex(bytes: Uint8Array): string {
  return hashOnce('sha256', bytes, 'hex');
}

/** Computes SHA-1 in lower-case hexadecimal: the certificate fingerprint that older programs show. */
export function sha1Hex(bytes: Uint8Array): string {
  return hashOnce('sha1', bytes, 'hex');
}

/** Checks whether two byte arrays are equal, in a time that does not depend on where they differ. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
