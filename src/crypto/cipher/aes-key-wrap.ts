import { unwrapAesPadded as platformUnwrap } from '../platform.js';
import { provided } from '../provided.js';

/** RFC 5649 4: the ciphertext consists of two or more blocks of this length. */
const semiblock = 8;

/**
 * Unwraps with AES-256 Key Wrap with Padding (RFC 5649), which Bouncy Castle uses for whole keystores too.
 * @returns undefined if initial value, length or padding differ: the key is wrong, or the bytes were changed
 */
export function unwrapAesPadded(key: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined {
  if (wrapped.length < 2 * semiblock || wrapped.length % semiblock !== 0) return undefined;
  return provided('id-aes256-wrap-pad', () => platformUnwrap(key, wrapped));
}
