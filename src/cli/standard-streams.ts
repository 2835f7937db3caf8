import { readSync, writeSync } from 'node:fs';
import { describeSystemError } from '../deploy/system-error.js';
import { OutputError } from '../errors.js';
import { BrokenPipeError } from './command-errors.js';

export const standardOutput = 1;
export const standardError = 2;
const names: Readonly<Record<number, string>> = {
  [standardOutput]: 'standard output',
  [standardError]: 'standard error',
};

/** Reads and discards what was typed on a terminal. The descriptor must be non-blocking, or this would wait for more. */
export function discardTyped(descriptor: number): void {
  const typed = Buffer.alloc(256);
  try {
    while (readSync(descriptor, typed) > 0);
  } catch (error) {
    if (codeOf(error) !== 'EAGAIN') throw error;
  } finally {
    typed.fill(0);
  }
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Writes synchronously, so that no data is lost when the process ends. Waits while a pipe is full. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EPIPE' && descriptor === standardOutput) throw new BrokenPipeError();
      if (code !== 'EAGAIN')
        throw new OutputError(`${names[descriptor] ?? 'terminal'}: ${describeSystemError(error)}`, { cause: error });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
