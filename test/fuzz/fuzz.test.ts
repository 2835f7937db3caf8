import { expect, test } from 'vitest';
import { effort } from '../effort.js';
import { command, runCase } from './fuzz-case.js';
import { targets } from './targets.js';

/** Milliseconds for each target: enough to see that the harness works and nothing is grossly wrong; `npm run fuzz` is for the rest. */
const time = effort(200, 2_000);

/** The same inputs every time, as far as the time allows. */
test.each(targets)('$name takes what is damaged, and refuses it in its own words', async (target) => {
  const end = performance.now() + time;
  for (let seed = 1; seed <= effort(2_000, 20_000) && (seed <= 10 || performance.now() < end); seed++) {
    const { problem } = await runCase(target, seed);
    expect(problem && `${problem}\nagain: ${command(target, seed)}`).toBeUndefined();
  }
});
