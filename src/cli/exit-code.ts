import { Jks2PemError } from '../errors.js';
import { InterruptedError, UsageError } from './usage-error.js';

/** What the command tells its caller. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  /** The thing examined is wrong. */
  wrong: 3,
  hookFailed: 4,
  /** 128 and the number of SIGINT, as shells count. */
  interrupted: 130,
} as const;

export function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return ExitCode.interrupted;
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
