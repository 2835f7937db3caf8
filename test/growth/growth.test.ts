import { expect, test } from 'vitest';
import { fields } from './fields.js';
import { measureGrowth } from './measure.js';

/** The largest size of the short form. The long one is `npm run growth`, which wants a machine that does nothing else. */
const most = 2 ** 13;
/** At these sizes the collection of garbage alone has been seen to make 2.9 of 2. Work that grows with the square of the size takes 4. */
const allowed = 3.5;

// A measurement on a busy machine can be wrong once.
test.for(fields)('$name: the time does not grow with the square of the size', { retry: 2 }, async (field) => {
  const { size, once, twice, isFine } = await measureGrowth(field, most, allowed);
  expect(isFine, `${once.toFixed(1)} ms for ${size}, ${twice.toFixed(1)} ms for ${2 * size}`).toBe(true);
});
