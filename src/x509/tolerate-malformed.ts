import { Jks2PemError, LimitExceededError } from '../errors.js';

/** Returns the result of `read`, or undefined if the bytes are malformed. Only for values that the caller can do without. */
export function ifReadable<T>(read: () => T): T | undefined {
  let value: T | undefined;
  readable(() => {
    value = read();
    return undefined;
  });
  return value;
}

/**
 * Calls `read`, which returns a problem or undefined. If it throws because the certificate is malformed, the error is returned as the
 * problem.
 */
export function readable(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch (error) {
    // Nesting beyond the limit is a problem of this certificate. Every other exceeded limit ends the whole search.
    if (error instanceof LimitExceededError && error.limit !== 'asn1Depth') throw error;
    if (error instanceof Jks2PemError) return `cannot be read: ${error.message}`;
    throw error;
  }
}
