import { Jks2PemError, LimitExceededError } from '../errors.js';

/** The result of `read`, or undefined if the bytes are malformed. Only for values that may be missing. */
export function ifReadable<T>(read: () => T): T | undefined {
  let value: T | undefined;
  readable(() => {
    value = read();
    return undefined;
  });
  return value;
}

/** The problem that `read` returns, or a description of the malformed bytes that it meets. */
export function readable(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch (error) {
    // Nesting beyond the limit is a fault of this certificate; every other exceeded limit ends the whole search.
    if (error instanceof LimitExceededError && error.limit !== 'asn1Depth') throw error;
    if (error instanceof Jks2PemError) return `cannot be read: ${error.message}`;
    throw error;
  }
}
