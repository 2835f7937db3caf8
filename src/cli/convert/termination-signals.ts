import { InterruptedError } from '../command-errors.js';
import type { Host } from '../host.js';

/**
 * Runs an action that must clean up before the process ends. A termination signal aborts the action; the process ends when the action has
 * cleaned up.
 */
export async function untilTerminated<T>(host: Host, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const stop = host.onTermination((signal) => {
    received ??= signal;
    controller.abort(new InterruptedError());
  });
  try {
    return await action(controller.signal);
  } finally {
    stop();
    if (received !== undefined) host.terminateBy(received);
  }
}

/** Rejects as soon as the signal is aborted. Used for questions on the terminal, which cannot be cancelled otherwise. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    // The signal may have arrived before the question, while a password was tried.
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
