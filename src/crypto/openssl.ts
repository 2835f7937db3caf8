import { createHmac } from 'node:crypto';
import { StoreUnsupportedError } from '../errors.js';

/**
 * Runs a call that needs an algorithm of OpenSSL. Builds differ in what they provide, and FIPS mode in what it allows; callers get
 * one error of ours for both.
 * @throws {StoreUnsupportedError} if OpenSSL refuses
 */
export function provided<T>(algorithm: string, make: () => T): T {
  try {
    return make();
  } catch {
    throw new StoreUnsupportedError(`this build of OpenSSL does not provide ${algorithm}`);
  }
}

/** Whether this OpenSSL provides a hash, for use with HMAC. */
export function isProvided(hash: string): boolean {
  try {
    createHmac(hash, '');
    return true;
  } catch {
    return false;
  }
}
