import { isSame } from './encoding.js';

/** From this length on, Buffer.compare is faster than a loop. */
const worthACall = 64;

/** Checks whether two byte arrays are equal. For secrets use `equalInConstantTime` of crypto. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.length >= worthACall) return isSame(a, b);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
