/** ECMA-262 21.4.1.1: a Date holds 100,000,000 days on either side of 1970, in milliseconds. */
const farthest = 8.64e15;

/** A java.util.Date, clamped to what a JavaScript Date can hold. */
export function javaDate(milliseconds: number): Date {
  return new Date(Math.min(farthest, Math.max(-farthest, milliseconds)));
}
