/**
 * Milliseconds of processor time that the work takes. Unlike the time of a clock, it hardly depends on what else the machine does.
 * Only the work itself may run in the process meanwhile.
 */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
