import { Jks2PemError, LimitExceededError } from '../errors.js';

/** The result of `read`, or undefined if it meets bytes that cannot be read: only for hints that can be missing. */
export function ifReadable<T>(read: () => T): T | undefined {
  let value: T | undefined;
  readable(() => {
    value = read();
    return undefined;
  });
  return value;
}

/** The problem that `read` reports, or that an extension cannot be read. */
export function readable(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch (error) {
    // Too deep nesting is a fault of the bytes; every other limit belongs to the search and ends it.
    if (error instanceof LimitExceededError && error.limit !== 'asn1Depth') throw error;
    if (error instanceof Jks2PemError) return `cannot be read: ${error.message}`;
    throw error;
  }
}
