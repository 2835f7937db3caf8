import { createDecipheriv } from 'node:crypto';
import { wipe } from '../../bytes/wipe.js';
import { provided } from '../openssl.js';

/** RFC 5649 3: the constant half of the initial value. The other half is the length, which OpenSSL adds. */
const alternativeInitialValue = Uint8Array.of(0xa6, 0x59, 0x59, 0xa6);
/** RFC 5649 4: the ciphertext consists of two or more blocks of this length. */
const semiblock = 8;

/**
 * Unwraps with AES-256 Key Wrap with Padding (RFC 5649), which Bouncy Castle uses for whole keystores too.
 * @returns undefined if initial value, length or padding differ: the key is wrong, or the bytes were changed
 */
export function unwrapAesPadded(key: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined {
  if (wrapped.length < 2 * semiblock || wrapped.length % semiblock !== 0) return undefined;
  const decipher = provided('id-aes256-wrap-pad', () =>
    createDecipheriv('id-aes256-wrap-pad', key, alternativeInitialValue),
  );
  let plain: Uint8Array | undefined;
  try {
    plain = decipher.update(wrapped);
    decipher.final();
    // As a Uint8Array, since the slice() of a Buffer does not copy.
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  } catch {
    wipe(plain);
    return undefined;
  }
}
