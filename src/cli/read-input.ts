import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { describeSystemError } from '../deploy/system-error.js';
import { LimitExceededError } from '../errors.js';
import { defaultLimits } from '../limits.js';
import { InputError } from './command-errors.js';
import { codeOf, standardError } from './standard-streams.js';

/** Reads a file or a pipe; see `readFile` of the host. */
export function readInput(path: string, maximum: number = defaultLimits.fileBytes): Uint8Array {
  return reading(path, () => {
    const descriptor = path === '-' ? 0 : openSync(path, 'r');
    try {
      return readUpTo(descriptor, maximum, path);
    } finally {
      if (descriptor !== 0) closeSync(descriptor);
    }
  });
}

/** Reads a descriptor; see `readDescriptor` of the host. */
export function readDescriptor(descriptor: number): Uint8Array {
  const name = `descriptor ${descriptor}`;
  return reading(name, () => {
    const bytes = readUpTo(descriptor, defaultLimits.fileBytes, name);
    // The descriptor is closed, because child processes could read it again, directly or through /proc.
    if (descriptor > standardError) closeSync(descriptor);
    return bytes;
  });
}

/** Number of bytes that are read from a pipe at once: the capacity of a pipe in Linux (pipe(7)). */
const pipeBytes = 65_536;

function readUpTo(descriptor: number, maximum: number, path: string): Uint8Array {
  const stats = fstatSync(descriptor);
  // Checked before reading, because a sparse file can have any size and use no disk space.
  if (stats.isFile() && stats.size > maximum) throw new LimitExceededError('fileBytes', stats.size, maximum, path);
  // The size of a regular file is known and within the limit, so it is read as a whole.
  if (stats.isFile()) return readFileSync(descriptor);
  if (stats.isDirectory())
    throw new InputError(
      `${path}: is a directory`,
      'name a file in it; container engines make a directory where the file to be mounted does not exist',
    );
  const chunks: Uint8Array[] = [];
  for (let length = 0; ; ) {
    const chunk = Buffer.allocUnsafeSlow(pipeBytes);
    const count = readWaiting(descriptor, chunk);
    if (count === 0) break;
    length += count;
    if (length > maximum) throw new LimitExceededError('fileBytes', length, maximum, path);
    chunks.push(chunk.subarray(0, count));
  }
  return Buffer.concat(chunks);
}

/** Reads once, and waits if a non-blocking pipe has no data yet. @returns the number of bytes; 0 at the end */
function readWaiting(descriptor: number, chunk: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk);
    } catch (error) {
      // Windows reports the end of a pipe with this code.
      if (codeOf(error) === 'EOF') return 0;
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function reading(path: string, read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError || error instanceof LimitExceededError) throw error;
    throw unreadable(`${path}: ${describeSystemError(error)}`, error);
  }
}

function unreadable(message: string, cause: unknown): InputError {
  const hint = codeOf(cause) === 'EACCES' ? 'run this as a user who may read it, e.g. with sudo' : undefined;
  return new InputError(message, hint, { cause });
}
