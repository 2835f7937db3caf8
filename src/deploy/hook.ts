import { spawn } from 'node:child_process';
import { HookFailedError, OutputError } from '../errors.js';

export interface HookOptions {
  /** All of it: nothing of our own environment is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the hook: it gets the signal that is named by the reason. */
  readonly signal?: AbortSignal;
}

/** Linux's MAX_ARG_STRLEN (binfmts.h): 32 pages for `NAME=value` and a zero octet. */
const longestVariable = 131_072;

/** Standard error, for both streams of the hook: standard output is for our own result. */
const standardError = 2;

/**
 * Runs a command by the shell and waits for its end. It reads nothing, and its output passes through.
 * @throws {HookFailedError} if it ends with anything but 0, or cannot be run
 */
export function runHook(command: string, { environment, signal }: HookOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], {
      env: environment,
      stdio: ['ignore', standardError, standardError],
    });
    const stop = () => void child.kill('SIGTERM');
    signal?.addEventListener('abort', stop);
    const end = (problem?: string) => {
      signal?.removeEventListener('abort', stop);
      if (problem === undefined) resolve();
      else reject(new HookFailedError(`deploy hook ${problem}`));
    };
    child.on('error', (error) => end(`could not be run: ${error.message}`));
    child.on('close', (code, killedBy) => {
      if (code === 0) end();
      else end(killedBy ? `was ended by ${killedBy}` : `failed with exit code ${code}`);
    });
  });
}

/** @throws {OutputError} if a variable is longer than Linux hands on: to leave something out would deceive the hook */
export function requireFitting(environment: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (Buffer.byteLength(name) + Buffer.byteLength(value) + 2 > longestVariable)
      throw new OutputError(
        `deploy hook: ${name} would be longer than a variable can be; nothing was written; give fewer keystores at once`,
      );
  }
}
