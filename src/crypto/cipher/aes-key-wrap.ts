import { unwrapAesPadded as platformUnwrap } from '../platform.js';
import { provided } from '../unsupported-by-platform.js';

/** Length of a semiblock, which is half an AES block, in bytes. The ciphertext consists of two or more semiblocks (RFC 5649 4). */
const semiblock = 8;

/**
 * Decrypts AES-256 Key Wrap with Padding (RFC 5649). Bouncy Castle uses it not only for keys, but also for whole keystores.
 * @returns undefined if the length of `wrapped` is invalid, or if the decrypted initial value, length or padding is invalid: the key is
 * wrong, or the bytes were changed
 */
export function unwrapAesPadded(key: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined {
  if (wrapped.length < 2 * semiblock || wrapped.length % semiblock !== 0) return undefined;
  return provided('id-aes256-wrap-pad', () => platformUnwrap(key, wrapped));
}
