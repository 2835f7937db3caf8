/** How often a duration is measured: other work on the machine only makes it longer. */
const attempts = 3;

/** The shortest of three durations of the work, in milliseconds. */
export async function shortestTime(work: () => unknown): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const started = performance.now();
    await work();
    shortest = Math.min(shortest, performance.now() - started);
  }
  return shortest;
}
