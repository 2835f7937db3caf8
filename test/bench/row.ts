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
  const invited = Object.entries(peers).map(([name, peer]) => invite(name, peer));
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

function invite(name: string, peer: () => Contestant): Contestant | ({ readonly name: string } & Gap) {
  try {
    return { ...peer(), name };
  } catch (error) {
    return { name, ...gap(error) };
  }
}

/** What is missing; anything else is a mistake, and goes on being one. */
function gap(error: unknown): Gap {
  if (error instanceof Unavailable) return { missing: error.message };
  throw error;
}
