import { createDecipheriv } from 'node:crypto';
import { wipe } from '../../bytes/wipe.js';
import { provided } from '../openssl.js';

/** RFC 5649 3: the constant half of the initial value; the other half is the length, which OpenSSL puts in. */
const alternativeInitialValue = Uint8Array.of(0xa6, 0x59, 0x59, 0xa6);
/** Two semiblocks at least, and whole ones. */
const semiblock = 8;

/**
 * Unwraps with AES-256 Key Wrap with Padding (RFC 5649), which Bouncy Castle uses for whole stores too.
 * @returns undefined if the initial value, the length in it or the padding is not right: the key is another, or the bytes were changed
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
    // Not a Buffer, whose slice() would surprise the caller.
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  } catch {
    wipe(plain);
    return undefined;
  }
}
