import { alternate, type Contestant } from './contestant.js';
import type { Comparison, Gap, Measurement, Result } from './result.js';
import { pairRatios, spread } from './statistics.js';
import { Unavailable } from './tool.js';

/** Who is measured in a row. */
export interface Field {
  readonly subject: Contestant;
  readonly yardstick: Contestant;
  /** Others that do the same work. One that is not there is left out of the row, not the row out of the table. */
  readonly peers?: Readonly<Record<string, () => Contestant>>;
}

/** A line of the table. */
export interface Row extends Comparison {
  /**
   * Makes the workload, if it is not there yet.
   * @throws {Unavailable} if something is missing
   */
  field(): Promise<Field>;
}

/** Rounds before those that count: files are in memory then, and functions are machine code. */
const warmUp = 3;

export async function run({ field, ...comparison }: Row, rounds: number): Promise<Result> {
  try {
    return { ...comparison, ...(await measure(await field(), rounds)) };
  } catch (error) {
    return { ...comparison, ...gap(error) };
  }
}

async function measure({ subject, yardstick, peers = {} }: Field, rounds: number): Promise<Measurement> {
  const invited: Awaited<ReturnType<typeof invite>>[] = [];
  for (const [name, peer] of Object.entries(peers)) invited.push(await invite(name, peer));
  const present = invited.filter((peer) => 'measure' in peer);
  const [ours = [], theirs = [], ...others] = await alternate([subject, yardstick, ...present], rounds, warmUp);
  const measured = present.map(({ name }, index) => {
    const numbers = others[index] ?? [];
    return { name, ratio: spread(pairRatios(numbers, theirs)), subject: spread(pairRatios(ours, numbers)) };
  });
  return {
    rounds: { subject: ours, yardstick: theirs },
    ratio: spread(pairRatios(ours, theirs)),
    peers: [...measured, ...invited.filter((peer) => 'missing' in peer)],
  };
}

/** Lets the peer do the work once. One that is missing, or cannot do it, is a gap in the row. */
async function invite(name: string, peer: () => Contestant): Promise<Contestant | ({ readonly name: string } & Gap)> {
  try {
    const contestant = { ...peer(), name };
    await contestant.measure();
    return contestant;
  } catch (error) {
    if (error instanceof Unavailable) return { name, missing: error.message };
    const [line = ''] = (error as Error).message.trim().split('\n').slice(-1);
    return { name, missing: `cannot do this: ${line.slice(0, 100)}` };
  }
}

/** What is missing. Any other error is a fault of the row. */
function gap(error: unknown): Gap {
  if (error instanceof Unavailable) return { missing: error.message };
  throw error;
}
