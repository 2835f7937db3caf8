import { defaultLimits, type Limits } from '../limits.js';
import { UsageError } from './failure.js';

/** The part of commander that the command uses. No other file imports commander. */
export { Command, CommanderError, Option } from 'commander';

/** Where a password may be, in the words of help and messages. */
export const passwordSources = 'env:NAME, file:PATH, fd:N, stdin or pass:TEXT';

/** Collects the values of an option that may be repeated. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** The option of every command that reads a keystore. */
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
