import { Jks2PemError } from '../../src/errors.js';
import { processorTime } from '../processor-time.js';
import { Random } from './random.js';
import type { Read, Target } from './target.js';

/** Milliseconds of processor time that reading an input may take. */
const patience = 2_000;

/** How the reading of one input went. */
export interface Outcome {
  /** Milliseconds of processor time. */
  readonly took: number;
  /** A foreign error, or too much time; undefined if all is well. */
  readonly problem?: string;
}

/** Makes the input of a seed, and reads it. */
export async function runCase(target: Target, seed: number): Promise<Outcome> {
  return readInput(await target.prepare(new Random(seed)));
}

/** Reads an input. Returns what is wrong: an error that is not ours, or too much time. */
export async function readInput(read: Read): Promise<Outcome> {
  let error: unknown;
  const took = await processorTime(async () => {
    try {
      await read();
    } catch (thrown) {
      error = thrown ?? new Error('undefined was thrown');
    }
  });
  if (error !== undefined && !(error instanceof Jks2PemError && error.code.startsWith('ERR_')))
    return { took, problem: error instanceof Error ? (error.stack ?? error.message) : `thrown: ${String(error)}` };
  return took > patience ? { took, problem: `took ${Math.round(took)} ms` } : { took };
}

/** Returns the command that reads the input of a seed again. */
export function command(target: Target, seed: number): string {
  return `npm run fuzz -- --target ${target.name} --seed ${seed} --cases 1`;
}
