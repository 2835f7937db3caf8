/** Largest time value of a JavaScript Date: 100,000,000 days in milliseconds (ECMA-262 21.4.1.1). */
const farthest = 8.64e15;

/** Converts the time of a java.util.Date, which can be later or earlier than a JavaScript Date can be; such times are clamped. */
export function javaDate(milliseconds: number): Date {
  return new Date(Math.min(farthest, Math.max(-farthest, milliseconds)));
}
