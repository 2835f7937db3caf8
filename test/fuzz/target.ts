import type { Random } from './random.js';

/** Something that takes what strangers made. */
export interface Target {
  readonly name: string;
  /** Makes one input and feeds it. Throws whatever the reader throws. */
  run(random: Random): Promise<void>;
}

/** A target whose beginnings are read when it is run for the first time. */
export function target<T>(
  name: string,
  prepare: () => T | Promise<T>,
  feed: (prepared: T, random: Random) => void | Promise<void>,
): Target {
  let prepared: Promise<T> | undefined;
  return {
    name,
    async run(random) {
      prepared ??= Promise.resolve(prepare());
      await feed(await prepared, random);
    },
  };
}
