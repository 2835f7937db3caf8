import { Jks2PemError, LimitExceededError } from '../errors.js';

/** What `read` gives; undefined if it meets something that cannot be read, where a hint is all that is lost. */
export function ifReadable<T>(read: () => T): T | undefined {
  let value: T | undefined;
  readable(() => {
    value = read();
    return undefined;
  });
  return value;
}

/** What `read` says is wrong; if it meets an extension that cannot be read, that. */
export function readable(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch (error) {
    // Nesting is a fault of the bytes; every other limit belongs to the search, and ends it.
    if (error instanceof LimitExceededError && error.limit !== 'asn1Depth') throw error;
    if (error instanceof Jks2PemError) return `cannot be read: ${error.message}`;
    throw error;
  }
}
