/** ECMAScript's own bound on a Date: 100,000,000 days on either side of 1970. */
const farthest = 8.64e15;

/** A Java date of any value: what lies outside JavaScript's range becomes its nearest end. */
export function javaDate(milliseconds: number): Date {
  return new Date(Math.min(farthest, Math.max(-farthest, milliseconds)));
}
