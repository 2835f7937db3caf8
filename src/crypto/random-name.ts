import { toHex } from '../bytes/encoding.js';
import { randomBytes } from './platform.js';

/** Creates a name that cannot be guessed: 96 random bits in hexadecimal. */
export function randomName(): string {
  return toHex(randomBytes(12));
}
