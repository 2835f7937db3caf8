import { expect, test } from 'vitest';
import type { Field } from './field.js';
import { describeGrowth, glanceAtGrowth } from './measure.js';

/** The largest size here. `npm run growth` goes further, and needs a machine that does nothing else. */
const most = 2 ** 11;

/** Defines one test for each field. They are in two files, so that two workers share them. */
export function expectLinear(fields: readonly Field[]): void {
  // A measurement on a busy machine can be wrong once.
  test.for(fields)('$name: twice the size takes at most 2.5 times as long', { retry: 2 }, async (field) => {
    const growth = await glanceAtGrowth(field, most);
    expect(growth.isFine, describeGrowth(growth)).toBe(true);
  });
}
