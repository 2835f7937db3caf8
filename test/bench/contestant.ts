/** One of those that are measured side by side. */
export interface Contestant {
  readonly name: string;
  /** Does the work and gives what it took, in the unit of the row. */
  measure(): number | Promise<number>;
}

/** Milliseconds of calls that are measured together: many times what a clock or a collection of garbage is off. */
const batch = 100;

/**
 * A function of this process. Gives milliseconds for one call, the mean of a batch, with the garbage of it. None is collected before:
 * V8 gives memory back after a collection that is forced, and would fetch it again within what is measured.
 */
export function inProcess(name: string, work: () => unknown): Contestant {
  return { name, measure: () => timeCall(work) };
}

async function timeCall(work: () => unknown): Promise<number> {
  const started = performance.now();
  for (let calls = 1; ; calls++) {
    await work();
    const taken = performance.now() - started;
    if (taken >= batch) return taken / calls;
  }
}

/**
 * Measures each in turn, round after round, so that whatever else the machine does meets all alike; every second round
 * backwards, so that none always comes after the same neighbour. Gives the numbers in the order of the contestants.
 * @param warmUp rounds before those that count
 */
export async function alternate(
  contestants: readonly Contestant[],
  rounds: number,
  warmUp: number,
): Promise<readonly (readonly number[])[]> {
  const numbers: number[][] = contestants.map(() => []);
  for (let round = -warmUp; round < rounds; round++) {
    const order = [...contestants.keys()];
    if (round % 2 !== 0) order.reverse();
    for (const index of order) {
      const number = await (contestants[index] as Contestant).measure();
      if (round >= 0) (numbers[index] as number[]).push(number);
    }
  }
  return numbers;
}
