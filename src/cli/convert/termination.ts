import { InterruptedError } from '../failure.js';
import type { Host } from '../host.js';

/**
 * Runs an action that must not be left half done. A signal that ends the process aborts the action's own signal, so that waiting ends
 * early, and ends the process once the action has cleaned up.
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

/** The promise, or a rejection as soon as the signal is aborted: for a question on the terminal, which nothing else ends. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
