/** What is used of commander; the one place that knows where commands and options come from. */
export { Command, CommanderError, Option } from 'commander';

/** For an option that may be given several times: its values in their order. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
