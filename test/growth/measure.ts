import type { Field } from './field.js';

/** Twice the size may take this many times as long: 2 for linear work, the rest for noise and sorting. */
const mostGrowth = 2.5;
/** Shorter measurements say nothing. */
const worthMeasuring = 50;
/** Growth that is too fast counts from here on, or at the largest size. */
const beyondDoubt = 1_000;
/** Below this, even a square costs nobody anything. */
const worthALook = 15;
const rounds = 3;
/** Work that grows with the square takes 64 times as long after so many, and 15.6 times is allowed. */
const doublings = 3;
/** No input of the sizes tried here may take longer, whatever the growth. */
const mostTime = 5_000;

/** What was measured of a field. */
export interface Growth {
  /** Sizes, each twice the one before. */
  readonly sizes: readonly number[];
  /** Milliseconds of processor time for each size. */
  readonly times: readonly number[];
  readonly isFine: boolean;
}

/**
 * Doubles the size until the work takes long enough to be measured, or the field's limit is reached, and looks at the mean growth of
 * the last doublings. Growth that looks too fast is looked at again at larger sizes, where noise is smaller and a square is not.
 */
export async function measureGrowth(field: Field, most: number): Promise<Growth> {
  const largest = Math.min(field.most, most);
  const sizes = [Math.min(64, largest / 2)];
  const times = [await leastTime(field, sizes[0] as number)];
  for (;;) {
    const size = 2 * (sizes.at(-1) as number);
    const time = await leastTime(field, size);
    sizes.push(size);
    times.push(time);
    const isFine = time < worthMeasuring || (meanGrowth(times) <= mostGrowth && time <= mostTime);
    const isEnough = isFine ? time >= worthMeasuring : time >= beyondDoubt;
    if (isEnough || 2 * size > largest) return { sizes, times, isFine };
  }
}

/**
 * Looks once at the largest size, and once at an eighth of it: enough to see that a square is none. Only what looks too fast is
 * measured as {@link measureGrowth} does.
 */
export async function glanceAtGrowth(field: Field, most: number): Promise<Growth> {
  const largest = Math.min(field.most, most);
  const sizes = [largest / 2 ** doublings, largest];
  const times: number[] = [];
  for (const size of sizes) times.push(await timeOf(field, size));
  const [small, large] = times as [number, number];
  const isFine = large < worthALook || (large <= small * mostGrowth ** doublings && large <= mostTime);
  return isFine ? { sizes, times, isFine } : measureGrowth(field, most);
}

/** The growth for one doubling, as the mean of the last {@link doublings}: one of them alone can fall on a collection of garbage. */
function meanGrowth(times: readonly number[]): number {
  const last = times.slice(-doublings - 1);
  return ((last.at(-1) as number) / (last[0] as number)) ** (1 / (last.length - 1));
}

/** A measurement in words: the sizes that count, with their times. */
export function describeGrowth({ sizes, times }: Growth): string {
  const from = Math.max(0, sizes.length - doublings - 1);
  return sizes
    .slice(from)
    .map((size, at) => `${size}: ${(times[from + at] as number).toFixed(1)} ms`)
    .join(', ');
}

/** The least of some rounds, because memory is collected in between. */
async function leastTime(field: Field, size: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    least = Math.min(least, await timeOf(field, size));
    if (least > mostTime) break;
  }
  return least;
}

/** Processor time in milliseconds, because other programs use the machine too. */
async function timeOf(field: Field, size: number): Promise<number> {
  const work = field.make(size);
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
