import { Jks2PemError } from '../errors.js';
import { InputError } from './input-error.js';
import { UsageError } from './usage-error.js';

/** What went wrong, in one line, and what to do, in another. */
export interface Failure {
  /**
   * One of the library's codes; `ERR_INPUT` for a file that cannot be read, `ERR_USAGE` for a wish that cannot be granted,
   * `ERR_STRICT` for what `--strict` refuses.
   */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function describeFailure(error: unknown): Failure {
  const hint = hintOf(error);
  return { ...withoutHint(error), ...(hint !== undefined && { hint }) };
}

/** A failure in one line, its code included where there is one that users know. */
export function failureLine({ code, message }: Failure): string {
  return ['ERR_USAGE', 'ERR_STRICT', 'ERR_INTERNAL'].includes(code) ? message : `${message} [${code}]`;
}

function withoutHint(error: unknown): Failure {
  if (error instanceof Jks2PemError || error instanceof InputError) return { code: error.code, message: error.message };
  if (error instanceof UsageError) return { code: 'ERR_USAGE', message: error.message };
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: 'ERR_INTERNAL', message: `${what}; this is a fault of jks2pem, please report it` };
}

function hintOf(error: unknown): string | undefined {
  if (error instanceof UsageError) return error.hint;
  if (!(error instanceof Jks2PemError)) return undefined;
  switch (error.code) {
    case 'ERR_ENTRY_AMBIGUOUS':
      return 'choose one with -a ALIAS';
    case 'ERR_ENTRY_NOT_FOUND':
      return 'jks2pem list KEYSTORE shows what is inside; --trusted writes the trusted certificates as one CA file';
    case 'ERR_KEY_UNRECOVERABLE':
      return 'give the password of the key with --keypass';
    case 'ERR_HOOK_FAILED':
      return 'the next run tries again; run the hook by hand to see what it lacks';
    case 'ERR_LIMIT_EXCEEDED':
      return 'limits keep hostile files from using up the machine; --limit NAME=VALUE sets them';
    default:
      return undefined;
  }
}
