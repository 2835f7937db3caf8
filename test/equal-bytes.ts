import { expect } from 'vitest';

/*
 * Vitest compares byte arrays element by element, and then property by property: half a second for 100,000 bytes. This compares them as a
 * whole. Arrays that differ, and arrays of two classes, are left to Vitest, which also prints the difference.
 */
expect.addEqualityTesters([
  (a: unknown, b: unknown) =>
    a instanceof Uint8Array && b instanceof Uint8Array && a.constructor === b.constructor && Buffer.compare(a, b) === 0
      ? true
      : undefined,
]);
