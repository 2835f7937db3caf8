import { dirname, resolve } from 'node:path';
import { OutputError } from '../errors.js';
import { mayBeOpenElsewhere } from './windows.js';

/** The operating system's text of an error: `permission denied`. For other errors, their message. */
export function describeSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node writes `EACCES: permission denied, open '/etc/x'`.
  return /^E[A-Z0-9]+: ([^,]+)/.exec(error.message)?.[1] ?? error.message;
}

/** Whether an error comes from the operating system, with this code if one is given. */
export function isSystemError(error: unknown, code?: string): error is Error {
  return error instanceof Error && 'syscall' in error && 'code' in error && (code === undefined || error.code === code);
}

/** Whether Node's permission model has refused something. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED';
}

/** Turns errors of the operating system into an OutputError with the name of the file. */
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
  // A file that is a mount point, as container engines mount single files, cannot be replaced by a rename.
  if (isSystemError(error, 'EBUSY')) return ' (mounted by itself? mount its directory instead)';
  return '';
}
