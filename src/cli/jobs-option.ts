import { UsageError } from './usage-error.js';

/** More than any machine has that converts keystores, and few enough to be started. */
const mostJobs = 256;

/** @throws {UsageError} if this is no number of threads */
export function readJobs(text: string): number {
  const jobs = Number(text);
  if (!/^\d+$/.test(text) || jobs < 1 || jobs > mostJobs)
    throw new UsageError(`--jobs ${text}: a number from 1 to ${mostJobs} expected`);
  return jobs;
}
