import { isSame } from './encoding.js';

/** From this length on, a call of the platform is faster than a loop. */
const worthACall = 64;

/** Whether two public byte strings are equal. Use `equalInConstantTime` of crypto for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.length >= worthACall) return isSame(a, b);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
