import { HookFailedError } from '../errors.js';

/** What has been put in place, for a hook to approve of. */
export interface OnTrial {
  /**
   * Takes it back.
   * @returns whether something older is in place again
   */
  putBack(): boolean;
  /** Forgets what was before. */
  settle(): void;
}

/**
 * Runs a hook for what is in place; if it fails, what was there before comes back, and the hook is run for that.
 * @throws {HookFailedError} if the hook failed
 */
export async function runOrUndo(
  runHook: () => Promise<void>,
  change: OnTrial,
  signal: AbortSignal | undefined,
): Promise<void> {
  const failure = await failureOf(runHook);
  if (failure === undefined) return;
  const anythingBack = change.putBack();
  let outcome = 'the new files are taken back';
  if (anythingBack) {
    outcome = 'the old files are back';
    // Asked to end, and so was the hook: to run it again would not be that.
    if (!signal?.aborted) {
      // What has read the new files is to read the old ones again.
      const again = await failureOf(runHook);
      outcome += again === undefined ? ', and the hook was run for them' : ', but the hook fails for them too';
    }
  }
  change.settle();
  throw new HookFailedError(`${failure.message}; ${outcome}`, { cause: failure });
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
