import { InterruptedError } from '../command-errors.js';
import type { Host } from '../host.js';

/**
 * Runs an action that must clean up before the process ends. When the process gets a termination signal, the AbortSignal of the action is
 * aborted; the process ends after the action has ended.
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

/** Settles like the promise, but rejects as soon as the signal is aborted. Questions on the terminal need this: they ignore the signal. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    // The signal may be aborted already, for example while a password was tried.
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
