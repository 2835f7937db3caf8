/** True under `npm run test:long`, which tries everything where `npm test` takes a sample. */
export const isLong = process.env['JKS2PEM_TESTS'] === 'long';

/** The first number under `npm test`, the second under `npm run test:long`. */
export function effort(usual: number, long: number): number {
  return isLong ? long : usual;
}

/**
 * Positions in a file of `length` bytes: all of them in the long tests, otherwise at most `most`. A quarter of these are the first
 * bytes of the file, where headers are; the others are spread evenly.
 */
export function positions(length: number, most: number): number[] {
  const count = isLong ? length : Math.min(length, most);
  const atStart = count === length ? length : Math.floor(count / 4);
  const spread = count - atStart;
  return Array.from({ length: count }, (_, i) =>
    i < atStart ? i : atStart + Math.floor(((i - atStart) * (length - atStart)) / spread),
  );
}
