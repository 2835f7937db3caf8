import { dirname, resolve } from 'node:path';
import { OutputError } from '../errors.js';
import { mayBeOpenElsewhere } from './windows.js';

/** What the operating system refused, in its own words: `permission denied`. Other errors give their message. */
export function describeSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node writes `EACCES: permission denied, open '/etc/x'`.
  return /^E[A-Z0-9]+: ([^,]+)/.exec(error.message)?.[1] ?? error.message;
}

/** Whether an error is the operating system's, of this code if one is given. */
export function isSystemError(error: unknown, code?: string): error is Error {
  return error instanceof Error && 'syscall' in error && 'code' in error && (code === undefined || error.code === code);
}

/** Whether Node's permission model has refused something. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED';
}

/** Every refusal of the operating system is an OutputError, under the name of the file. */
export async function describing<T>(name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw toOutputError(error, name);
  }
}

/** Turns the error of a system call into an OutputError; other errors are returned unchanged. */
export function toOutputError(error: unknown, name: string): unknown {
  if (isForbidden(error))
    return new OutputError(`${name}: Node's permission model forbids this`, {
      cause: error,
      hint: `start Node with --allow-fs-read=* --allow-fs-write=${dirname(resolve(name))}/*`,
    });
  if (!isSystemError(error)) return error;
  return new OutputError(`${name}: ${describeSystemError(error)}${remedy(error)}`, { cause: error });
}

function remedy(error: Error): string {
  if (mayBeOpenElsewhere(error)) return ' (is it open in another program?)';
  // A file that is mounted by itself, as container engines do with single files, cannot be renamed over.
  if (isSystemError(error, 'EBUSY')) return ' (mounted by itself? mount its directory instead)';
  return '';
}
