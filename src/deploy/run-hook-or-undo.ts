import { bounded } from '../bytes/bounded-text.js';
import { HookFailedError } from '../errors.js';
import type { Undone } from './journal/journal.js';

/**
 * Runs the hook after files were replaced. If it fails, restores the previous files and runs the hook again, so that servers that have read
 * the new files read the previous ones again. The hook is not run again if it could not be started, if no previous file was restored, or if
 * it had to be stopped: after a timeout it would hang again, and a user who interrupts the run does not want to wait for it.
 * @param undo restores the previous files
 * @throws {HookFailedError} if the hook failed
 */
export async function runHookOrUndo(runHook: () => Promise<void>, undo: () => Undone): Promise<void> {
  const failure = await failureOf(runHook);
  if (failure === undefined) return;
  const undone = undo();
  throw new HookFailedError(`${failure.message}; ${await consequence(failure, undone, runHook)}`, {
    cause: failure,
    hint: failure.hint,
    reason: failure.reason,
  });
}

async function consequence({ reason }: HookFailedError, undone: Undone, runHook: () => Promise<void>): Promise<string> {
  const state = describe(undone);
  if (reason === 'stopped') return `${state}; servers may still hold the new certificate until they are reloaded`;
  if (reason === 'not started' || !undone.isRestored) return state;
  const again = await failureOf(runHook);
  if (again === undefined) return `${state}, and the hook was run for them`;
  return `${state}, but the hook fails for them too`;
}

function describe({ isRestored, isRemoved, skipped }: Undone): string {
  const state = isRestored ? 'the previous files were restored' : 'the new files were removed';
  if (skipped.length === 0) return state;
  const others = bounded(skipped);
  if (isRestored || isRemoved) return `${state}, except ${others}, which another program has replaced`;
  return `nothing was restored, because another program has replaced ${others}`;
}

async function failureOf(runHook: () => Promise<void>): Promise<HookFailedError | undefined> {
  try {
    await runHook();
    return undefined;
  } catch (error) {
    if (error instanceof HookFailedError) return error;
    throw error;
  }
}
