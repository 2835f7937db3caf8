import { randomBytes } from 'node:crypto';

/** A name that cannot be guessed: 96 random bits in hexadecimal. */
export function randomName(): string {
  return randomBytes(12).toString('hex');
}
