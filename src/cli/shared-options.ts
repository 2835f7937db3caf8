/** The options that several commands have. This is the only file that imports commander; it exports the classes that other files need. */
import type { Command, Option } from 'commander';
import { defaultLimits, type Limits } from '../limits.js';
import { UsageError } from './command-errors.js';
import { wrap } from './terminal/wrap.js';

export { Command, CommanderError, Option } from 'commander';

/** The sources of passwords, for help and messages. */
export const passwordSources = 'env:NAME, file:PATH, fd:N, stdin or pass:TEXT';

/** Collects the values of an option that may be repeated. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** The option `--limit`. */
export interface LimitOptions {
  readonly limit?: Partial<Limits>;
}

export const limitFlags = '--limit <name=value>';
export const limitHelp = 'change a limit of size or work; repeatable';

/**
 * Collects `NAME=VALUE` of a repeated `--limit`.
 * @throws {UsageError} if there is no such limit, or the value is not a positive whole number
 */
export function collectLimit(text: string, previous: Partial<Limits> = {}): Partial<Limits> {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const hint = `limits and their defaults: ${Object.entries(defaultLimits)
    .map(([known, usual]) => `${known}=${usual}`)
    .join(' ')}`;
  if (!Object.hasOwn(defaultLimits, name)) throw new UsageError(`--limit ${text}: there is no such limit`, hint);
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || !Number.isSafeInteger(number))
    throw new UsageError(`--limit ${text}: a positive whole number is needed`, hint);
  return { ...previous, [name]: number };
}

/** Checks whether an option may be given several times. The values of such an option are collected. */
export function isRepeatable({ parseArg }: Pick<Option, 'parseArg'>): boolean {
  const collectors: readonly unknown[] = [collect, collectLimit];
  return collectors.includes(parseArg);
}

/** Options of commands that check something. */
export interface CheckOptions {
  readonly days?: string;
  readonly strict?: boolean;
  readonly allow?: readonly string[];
  readonly quiet?: boolean;
}

/** The help text of `--days`. */
export const daysHelp = 'warn if fewer days are left; default: a quarter of the lifetime, at most 21';

/** The usual flags and help text of `--allow`. Those of `doctor` are different. */
const allowedCode = {
  flags: '--allow <code>',
  help: 'ignore warnings with this code, which is printed in brackets after them',
};

/**
 * Adds the options of {@link CheckOptions}.
 * @param allow the flags and the help text of `--allow`
 */
export function addCheckOptions(command: Command, quietHelp: string, allow = allowedCode): Command {
  return command
    .option('--days <number>', daysHelp)
    .option('--strict', 'treat warnings as errors: exit 3')
    .option(allow.flags, `${allow.help}; repeatable`, collect)
    .option('-q, --quiet', quietHelp);
}

/**
 * Reads the number of `--days`; undefined without this option.
 * @throws {UsageError} if it is not a whole number of at most five digits
 */
export function readDays(days: string | undefined): number | undefined {
  if (days === undefined) return undefined;
  if (/^\d{1,5}$/.test(days)) return Number(days);
  throw new UsageError(`--days ${days}: a number of days is needed`);
}

const examplesByCommand = new WeakMap<Command, readonly (readonly [string, string])[]>();

/** Returns the examples of a command: command lines, and what each does. */
export function examplesOf(command: Command): readonly (readonly [string, string])[] {
  return examplesByCommand.get(command) ?? [];
}

/** Adds examples to the help of a command: command lines, and what each does. */
export function addExamples(command: Command, examples: readonly (readonly [string, string])[]): Command {
  examplesByCommand.set(command, examples);
  return command.addHelpText('after', () => {
    const columns = command.configureOutput().getOutHelpWidth?.() ?? Number.POSITIVE_INFINITY;
    const lines = examples.flatMap(([line, meaning]) => [`  jks2pem ${line}`, `      ${meaning}`]);
    return `\nExamples:\n${lines.map((line) => `${wrapped(line, columns)}\n`).join('')}`;
  });
}

function wrapped(line: string, columns: number): string {
  const rows = wrap([{ look: undefined, text: line }], columns);
  return rows.map((row) => row.map(({ text }) => text).join('')).join('\n');
}

/** The help text of `--storepass`, except in `convert`. */
export const storePassHelp = `where the store password is: ${passwordSources}`;
