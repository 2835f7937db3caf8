import { randomBytes } from 'node:crypto';

/** A name that nobody can guess beforehand: 96 bits in hexadecimal. */
export function randomName(): string {
  return randomBytes(12).toString('hex');
}
