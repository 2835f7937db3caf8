import { isSystemError } from '../deploy/system-error.js';
import { Jks2PemError } from '../errors.js';
import { hintFor } from './hints.js';

/** The command line is wrong. `hint` says what to write instead. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** A configuration file is invalid. */
export class ConfigurationError extends UsageError {
  /** @param line the number of the line in the file; undefined if the error concerns the whole file */
  constructor(
    message: string,
    readonly line: number | undefined,
    hint?: string,
  ) {
    super(message, hint);
  }

  /** Returns the error with the path of the file and the number of the line in its message: `/etc/jks2pem.toml:7: …`. */
  in(path: string): ConfigurationError {
    const place = this.line === undefined ? path : `${path}:${this.line}`;
    return new ConfigurationError(`${place}: ${this.message}`, this.line, this.hint);
  }
}

/** A file that the user named cannot be read. `ERR_INPUT` is not a code of the library, because only the command reads files. */
export class InputError extends Error {
  readonly code = 'ERR_INPUT';
  constructor(
    message: string,
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The user pressed Ctrl-C, Ctrl-\ or Ctrl-D at a question, or a signal asked the process to end. */
export class InterruptedError extends Error {
  /** @param consequence what was written */
  constructor(consequence = 'nothing was written') {
    super(`interrupted; ${consequence}`);
  }
}

/** The reader of standard output has closed it, as `head` does after some lines. No message is printed about it. */
export class BrokenPipeError extends Error {}

/** Exit codes of the command. They are documented and never change. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  /** The examined file, server or installation has a problem, or `--strict` refused a warning. */
  wrong: 3,
  hookFailed: 4,
  /** 128 plus the number of SIGINT, the convention of POSIX shells. */
  interrupted: 130,
  /** 128 plus the number of SIGPIPE. */
  brokenPipe: 141,
} as const;

/** The exit codes of failures, highest precedence first. */
const precedence: readonly number[] = [ExitCode.interrupted, ExitCode.hookFailed, ExitCode.failed, ExitCode.wrong];

/**
 * Combines the exit codes of several operations: returns the one with the highest {@link precedence}, or 0 if all are 0. A code other than
 * 0 that is not in that list, such as that of a usage error (2), counts as a failure (1).
 */
export function exitCodeOfAll(codes: readonly number[]): number {
  const counted = codes.map((code) => (code === ExitCode.done || precedence.includes(code) ? code : ExitCode.failed));
  return precedence.find((code) => counted.includes(code)) ?? ExitCode.done;
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return ExitCode.interrupted;
  if (error instanceof BrokenPipeError) return ExitCode.brokenPipe;
  if (error instanceof UsageError) return ExitCode.usage;
  if (!(error instanceof Jks2PemError)) return ExitCode.failed;
  switch (error.code) {
    case 'ERR_PASSPHRASE_REQUIRED':
      return ExitCode.usage;
    case 'ERR_HOOK_FAILED':
      return ExitCode.hookFailed;
    default:
      return ExitCode.failed;
  }
}

/** A failure, as it is printed and as `--json` reports it. */
export interface Failure {
  /**
   * A code of the library, or one of the command: `ERR_INPUT` (a file cannot be read), `ERR_USAGE` (the command line is wrong),
   * `ERR_CONFIGURATION` (a configuration file is invalid), `ERR_INTERRUPTED`, `ERR_STRICT` (refused by `--strict`), or `ERR_INTERNAL` (an
   * error in jks2pem itself).
   */
  readonly code: string;
  readonly message: string;
  /** What to do about the failure. */
  readonly hint?: string;
}

export function describeFailure(error: unknown): Failure {
  const hint = error instanceof UsageError || error instanceof InputError ? error.hint : hintFor(error);
  return { ...codeAndMessage(error), ...(hint !== undefined && { hint }) };
}

/** Codes that are left out of the printed line, because the message says the same. */
const plainCodes: readonly string[] = ['ERR_USAGE', 'ERR_STRICT', 'ERR_INTERNAL', 'ERR_INTERRUPTED'];

/** Formats a failure in one line: the message, and the code in brackets unless it is one of {@link plainCodes}. */
export function failureLine({ code, message }: Failure): string {
  return plainCodes.includes(code) ? message : `${message} [${code}]`;
}

function codeAndMessage(error: unknown): Failure {
  if (error instanceof Jks2PemError || error instanceof InputError) return { code: error.code, message: error.message };
  if (error instanceof ConfigurationError) return { code: 'ERR_CONFIGURATION', message: error.message };
  if (error instanceof UsageError) return { code: 'ERR_USAGE', message: error.message };
  if (error instanceof InterruptedError) return { code: 'ERR_INTERRUPTED', message: error.message };
  // Only getcwd(2) fails without a path: when a relative path is resolved.
  if (isSystemError(error) && 'syscall' in error && error.syscall === 'uv_cwd')
    return {
      code: 'ERR_INPUT',
      message: 'the working directory does not exist any more, so relative paths lead nowhere',
    };
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: 'ERR_INTERNAL', message: `${what}; this is a fault of jks2pem, please report it` };
}
