import type { Random } from './random.js';

/** Reads one input. Throws what the reader throws. */
export type Read = () => unknown;

/** A reader of files or messages that strangers can make. */
export interface Target {
  readonly name: string;
  /** Makes one input. Returns how to read it, so that the time for making it is not counted. */
  prepare(random: Random): Promise<Read>;
}

/** Creates a target whose input is cheap to make: `feed` makes it and reads it. `prepare` is called once, before the first input. */
export function target<T>(
  name: string,
  prepare: () => T | Promise<T>,
  feed: (prepared: T, random: Random) => void | Promise<void>,
): Target {
  let prepared: Promise<T> | undefined;
  return {
    name,
    async prepare(random) {
      prepared ??= Promise.resolve(prepare());
      const corpus = await prepared;
      return () => feed(corpus, random);
    },
  };
}
