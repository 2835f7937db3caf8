import { StoreUnsupportedError } from '../errors.js';
import { platformName } from './platform.js';

/**
 * Calls a function that needs an algorithm of the platform. A build of OpenSSL may lack the algorithm, and FIPS mode may forbid it; the
 * caller gets the same error for both.
 * @throws {StoreUnsupportedError} if the function throws
 */
export function provided<T>(algorithm: string, make: () => T): T {
  try {
    return make();
  } catch {
    throw notProvided(algorithm);
  }
}

/** Calls a function like {@link provided}, but for one that returns a promise. */
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
