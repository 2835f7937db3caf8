import { defaultLimits, type Limits } from '../limits.js';
import { UsageError } from './usage-error.js';

/** The option of a command that reads keystores, as commander gives it. */
export interface LimitOptions {
  readonly limit?: Partial<Limits>;
}

/** For commander's `option`: flags, and what help says of them. */
export const limitFlags = '--limit <name=value>';
export const limitHelp = 'allow more work or size than usual, or less; may be repeated';

/**
 * Adds one `NAME=VALUE` to those before it, as commander collects them.
 * @throws {UsageError} if there is no such limit, or the value is no positive whole number
 */
export function collectLimit(text: string, previous: Partial<Limits> = {}): Partial<Limits> {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const hint = `limits and what they are usually: ${Object.entries(defaultLimits)
    .map(([known, usual]) => `${known}=${usual}`)
    .join(' ')}`;
  if (!Object.hasOwn(defaultLimits, name)) throw new UsageError(`--limit ${text}: no limit of that name`, hint);
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || !Number.isSafeInteger(number))
    throw new UsageError(`--limit ${text}: a positive whole number expected`, hint);
  return { ...previous, [name]: number };
}
