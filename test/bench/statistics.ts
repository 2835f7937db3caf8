/** Where the middle of a set of numbers is, and the half of them around it. */
export interface Spread {
  readonly median: number;
  /** Lower quartile. */
  readonly low: number;
  /** Upper quartile. */
  readonly high: number;
}

/** The number that `share` of all lie below, in proportion between two neighbours: type 7 of Hyndman and Fan 1996, as in R. */
export function quantile(numbers: readonly number[], share: number): number {
  if (numbers.length === 0) throw new RangeError('no numbers');
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place % 1);
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

export function spread(numbers: readonly number[]): Spread {
  return { median: median(numbers), low: quantile(numbers, 0.25), high: quantile(numbers, 0.75) };
}

/** Each number divided by the one that was measured beside it. */
export function pairRatios(numbers: readonly number[], divisors: readonly number[]): number[] {
  if (numbers.length !== divisors.length)
    throw new RangeError(`${numbers.length} numbers and ${divisors.length} divisors`);
  return numbers.map((number, round) => number / (divisors[round] as number));
}
