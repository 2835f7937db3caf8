/** From here on a call of Node costs less than a loop, in which a certificate or two would also set V8 to optimizing it. */
const worthACall = 64;

/** Whether two public byte strings are the same. Not constant in time: for secrets there is `equalInConstantTime` in crypto. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.length >= worthACall) return Buffer.compare(a, b) === 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
