import { createHmac } from 'node:crypto';
import { StoreUnsupportedError } from '../errors.js';

/**
 * Runs what asks OpenSSL for an algorithm. Builds differ in what they provide, FIPS modes in what they allow, and neither is
 * to reach the caller as an error of theirs.
 * @throws {StoreUnsupportedError} if OpenSSL refuses
 */
export function provided<T>(algorithm: string, make: () => T): T {
  try {
    return make();
  } catch {
    throw new StoreUnsupportedError(`this build of OpenSSL does not provide ${algorithm}`);
  }
}

/** Whether this OpenSSL has a hash, for use under HMAC. */
export function isProvided(hash: string): boolean {
  try {
    createHmac(hash, '');
    return true;
  } catch {
    return false;
  }
}
