import { StoreUnsupportedError } from '../errors.js';
import { platformName } from './platform.js';

/**
 * Runs a call that needs an algorithm of the platform. Builds of OpenSSL differ in what they provide, and FIPS mode in what it allows;
 * callers get one error of ours for both.
 * @throws {StoreUnsupportedError} if the platform refuses
 */
export function provided<T>(algorithm: string, make: () => T): T {
  try {
    return make();
  } catch {
    throw notProvided(algorithm);
  }
}

/** As {@link provided}, for a call that returns a promise. */
export async function providedLater<T>(algorithm: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch {
    throw notProvided(algorithm);
  }
}

function notProvided(algorithm: string): StoreUnsupportedError {
  return new StoreUnsupportedError(`${platformName} does not provide ${algorithm}`);
}
