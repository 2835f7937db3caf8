/** A mistake that somebody could make, put into one source file. */
export interface Fault {
  /** In src/. */
  readonly file: string;
  /** What is wrong then, in a line. */
  readonly mistake: string;
  /** Stands in the file exactly once. */
  readonly right: string;
  readonly wrong: string;
  /** Beginnings of paths in test/: where it is likely to be noticed, likeliest first. For speed alone, all tests are asked. */
  readonly likely: readonly string[];
}

/** Faults of one room, each as file, mistake, what stands there and what is put in its place. */
export function faultsIn(
  room: string,
  likely: readonly string[],
  list: readonly (readonly [file: string, mistake: string, right: string, wrong: string])[],
): Fault[] {
  return list.map(([file, mistake, right, wrong]) => ({ file: `${room}/${file}`, mistake, right, wrong, likely }));
}

/**
 * The text of the file with the fault in it.
 * @throws {Error} if the text to be replaced does not stand there exactly once
 */
export function withFault(source: string, { file, mistake, right, wrong }: Fault): string {
  const pieces = source.split(right);
  if (pieces.length !== 2)
    throw new Error(`src/${file}: "${mistake}" is to replace what stands there ${pieces.length - 1} times, not once`);
  return pieces.join(wrong);
}
