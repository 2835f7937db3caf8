import { bytesFromLatin1, isSame } from './encoding.js';

/** From this length in bytes on, Buffer.compare is faster than a loop. */
const worthACall = 64;

/** Checks whether two byte arrays are equal. For secrets use `equalInConstantTime` of crypto/hash/digest.ts. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.length >= worthACall) return isSame(a, b);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Checks whether bytes contain a text in ISO 8859-1, without converting them to a string. The text must not be empty. */
export function includesText(bytes: Uint8Array, text: string): boolean {
  const part = bytesFromLatin1(text);
  const first = part[0] as number;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
    if (equalBytes(bytes.subarray(at, at + part.length), part)) return true;
  return false;
}
