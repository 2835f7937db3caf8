import { UsageError } from '../failure.js';

/** More than any machine has that converts keystores, and few enough to be started. */
const mostJobs = 256;

/** To start a thread takes as long as to convert some hundred keystores of everyday size. */
const worthAThread = 200;

/** @throws {UsageError} if this is no number of threads */
export function readJobs(text: string): number {
  const jobs = Number(text);
  if (!/^\d+$/.test(text) || jobs < 1 || jobs > mostJobs)
    throw new UsageError(`--jobs ${text}: a number from 1 to ${mostJobs} expected`);
  return jobs;
}

/** How many threads convert keystores if nobody says it. One processor is kept busy by what compiles our code, and by the disk. */
export function usualJobs(keystores: number, processors: number): number {
  return Math.max(1, Math.min(processors - 1, Math.floor(keystores / worthAThread)));
}
