import { Jks2PemError } from '../../src/errors.js';
import { processorTime } from '../processor-time.js';
import { Random } from './random.js';
import type { Target } from './target.js';

/** Milliseconds of processor time that no input may take, however it was made. */
export const patience = 2_000;

/** What went wrong with one input. */
export interface Failure {
  readonly seed: number;
  readonly problem: string;
}

/** Runs the input that the seed makes; gives what is wrong with how it was taken. */
export async function runCase(target: Target, seed: number): Promise<Failure | undefined> {
  const problem = await problemWith(() => target.run(new Random(seed)));
  return problem === undefined ? undefined : { seed, problem };
}

/** What is wrong with how an input is taken: an error that is not ours, or too much time. */
export async function problemWith(take: () => Promise<void>): Promise<string | undefined> {
  let error: unknown;
  const took = await processorTime(async () => {
    error = await take().then(
      () => undefined,
      (reason: unknown) => reason ?? new Error('nothing was thrown, as an error'),
    );
  });
  if (error !== undefined && !(error instanceof Jks2PemError && error.code.startsWith('ERR_')))
    return error instanceof Error ? (error.stack ?? error.message) : `thrown: ${String(error)}`;
  return took > patience ? `took ${Math.round(took)} ms` : undefined;
}

/** How a failure is seen again. */
export function command(target: Target, { seed }: Failure): string {
  return `npm run fuzz -- --target ${target.name} --seed ${seed} --cases 1`;
}
