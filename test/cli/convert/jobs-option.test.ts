import { expect, test } from 'vitest';
import { usualJobs } from '../../../src/cli/convert/jobs-option.js';

test.each([
  { keystores: 2, processors: 8, jobs: 1 },
  { keystores: 399, processors: 8, jobs: 1 },
  { keystores: 400, processors: 8, jobs: 2 },
  { keystores: 10_000, processors: 8, jobs: 7 },
  { keystores: 10_000, processors: 2, jobs: 1 },
  { keystores: 10_000, processors: 1, jobs: 1 },
])('$keystores keystores are converted by $jobs threads where there are $processors processors', (situation) => {
  expect(usualJobs(situation.keystores, situation.processors)).toBe(situation.jobs);
});
