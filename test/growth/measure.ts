import type { Field } from './field.js';

/** Twice the size may take this many times as long: 2 for linear work, the rest for noise and sorting. */
const mostGrowth = 2.5;
/** Shorter measurements say nothing. */
const worthMeasuring = 50;
/** Growth that is too fast counts from here on, or at the largest size. */
const beyondDoubt = 1_000;
const rounds = 3;
/** No input of the sizes tried here may take longer, whatever the growth. */
const mostTime = 5_000;

/** What was measured of a field. */
export interface Growth {
  readonly size: number;
  /** Milliseconds of processor time for `size` and for twice as much. */
  readonly once: number;
  readonly twice: number;
  readonly isFine: boolean;
}

/**
 * Doubles the size until the work takes long enough to be measured, or the field's limit is reached, and compares the time for the
 * last two sizes. Growth that looks too fast is looked at again at larger sizes, where noise is smaller and a square is not.
 */
export async function measureGrowth(field: Field, most: number, allowed = mostGrowth): Promise<Growth> {
  const largest = Math.min(field.most, most);
  let size = Math.min(64, largest / 2);
  let once = await leastTime(field, size);
  for (;;) {
    const twice = await leastTime(field, 2 * size);
    const isFine = twice < worthMeasuring || (twice <= allowed * once && twice <= mostTime);
    const isEnough = isFine ? twice >= worthMeasuring : twice >= beyondDoubt;
    if (isEnough || 4 * size > largest) return { size, once, twice, isFine };
    size *= 2;
    once = twice;
  }
}

/** Processor time, because other programs use the machine too; the least of some rounds, because memory is collected in between. */
async function leastTime(field: Field, size: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const work = field.make(size);
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1_000);
    if (least > mostTime) break;
  }
  return least;
}
