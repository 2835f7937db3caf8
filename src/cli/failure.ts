import { Jks2PemError } from '../errors.js';
import { hintFor } from './hints.js';

/** The command line cannot be carried out as written. `hint` says what to write instead. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** A configuration file cannot be used as it is. */
export class ConfigurationError extends UsageError {
  /** @param line of the file; undefined for a problem of the file as a whole */
  constructor(
    message: string,
    readonly line: number | undefined,
    hint?: string,
  ) {
    super(message, hint);
  }

  /** The same with the name of the file and the number of the line: `/etc/jks2pem.toml:7: …`. */
  in(path: string): ConfigurationError {
    const place = this.line === undefined ? path : `${path}:${this.line}`;
    return new ConfigurationError(`${place}: ${this.message}`, this.line, this.hint);
  }
}

/** A file named on the command line cannot be read. Only the command reads files, so this code is not one of the library's. */
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

/** The user pressed Ctrl-C or Ctrl-D at a question. */
export class InterruptedError extends Error {
  constructor() {
    super('interrupted; nothing was written');
  }
}

/** The reader of standard output has gone, as `head` does when it has seen enough. Nothing is printed about it. */
export class BrokenPipeError extends Error {}

/** Exit codes of the command; documented, so never renumbered. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  /** The thing examined is wrong. */
  wrong: 3,
  hookFailed: 4,
  /** 128 plus the number of SIGINT, the convention of POSIX shells. */
  interrupted: 130,
  /** 128 plus the number of SIGPIPE. */
  brokenPipe: 141,
} as const;

/** Which exit code several pieces of work have together: the first of these that one of them has. */
const precedence: readonly number[] = [ExitCode.interrupted, ExitCode.hookFailed, ExitCode.failed, ExitCode.wrong];

/** The exit code of several pieces of work. A mistake in one of them (2) counts as its failure. */
export function exitCodeOfAll(codes: readonly number[]): number {
  const counted = codes.map((code) => (code === ExitCode.usage ? ExitCode.failed : code));
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

/** A failure as users and scripts read it. */
export interface Failure {
  /**
   * A code of the library, or one of the command: `ERR_INPUT` for a file that cannot be read, `ERR_USAGE` for a command line that
   * cannot be carried out, `ERR_CONFIGURATION` for a configuration file that cannot be used, `ERR_INTERRUPTED`, `ERR_STRICT` for what `--strict` refuses, `ERR_INTERNAL` for a fault of jks2pem.
   */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

export function describeFailure(error: unknown): Failure {
  const hint = error instanceof UsageError || error instanceof InputError ? error.hint : hintFor(error);
  return { ...codeAndMessage(error), ...(hint !== undefined && { hint }) };
}

/** Codes that the message already says in words. */
const plainCodes: readonly string[] = ['ERR_USAGE', 'ERR_STRICT', 'ERR_INTERNAL', 'ERR_INTERRUPTED'];

/** A failure in one line, followed by its code if users can look it up. */
export function failureLine({ code, message }: Failure): string {
  return plainCodes.includes(code) ? message : `${message} [${code}]`;
}

function codeAndMessage(error: unknown): Failure {
  if (error instanceof Jks2PemError || error instanceof InputError) return { code: error.code, message: error.message };
  if (error instanceof ConfigurationError) return { code: 'ERR_CONFIGURATION', message: error.message };
  if (error instanceof UsageError) return { code: 'ERR_USAGE', message: error.message };
  if (error instanceof InterruptedError) return { code: 'ERR_INTERRUPTED', message: error.message };
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: 'ERR_INTERNAL', message: `${what}; this is a fault of jks2pem, please report it` };
}
