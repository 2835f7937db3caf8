import { dirname, join, resolve } from 'node:path';
import { shellWord } from '../bytes/shell-word.js';
import { OutputError } from '../errors.js';
import { mayBeOpenElsewhere } from './windows.js';

/** Returns the operating system's text of an error, such as `permission denied`. For other errors, returns their message. */
export function describeSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node writes `EACCES: permission denied, open '/etc/x'`.
  return /^E[A-Z0-9]+: ([^,]+)/.exec(error.message)?.[1] ?? error.message;
}

/** Checks whether an error comes from the operating system, and has this code if one is given. */
export function isSystemError(error: unknown, code?: string): error is Error {
  return error instanceof Error && 'syscall' in error && 'code' in error && (code === undefined || error.code === code);
}

/** Checks whether Node's permission model has refused an operation. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED';
}

/** Runs an action, and converts its error with {@link toOutputError}. */
export async function describing<T>(name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw toOutputError(error, name);
  }
}

/** Converts an error of the operating system or of Node's permission model to an OutputError. Other errors are returned unchanged. */
export function toOutputError(error: unknown, name: string): unknown {
  if (isForbidden(error))
    return new OutputError(`${name}: Node's permission model forbids this`, {
      cause: error,
      hint: `start Node with --allow-fs-read=* --allow-fs-write=${dirname(resolve(name))}/*`,
    });
  if (!isSystemError(error)) return error;
  return new OutputError(`${name}: ${describeSystemError(error)}${remedy(error)}`, {
    cause: error,
    ...(isSystemError(error, 'EACCES') && { hint: 'run this as a user who may read and write there, e.g. with sudo' }),
  });
}

/** Creates the error for an output file whose path is that of a directory. */
export function directoryInPlaceOfFile(name: string): OutputError {
  const file = shellWord(join(name, 'example.pem'));
  return new OutputError(`${name}: is a directory`, {
    hint: `name a file in it, e.g. ${file}; --layout certbot writes four files into a directory`,
  });
}

function remedy(error: Error): string {
  if (mayBeOpenElsewhere(error)) return ' (is it open in another program?)';
  // A file that is a mount point cannot be replaced by a rename. Container engines mount single files in this way.
  if (isSystemError(error, 'EBUSY')) return ' (a mount point? mount its directory instead)';
  return '';
}
