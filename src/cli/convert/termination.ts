import { InterruptedError } from '../failure.js';
import type { Host } from '../host.js';

/**
 * Does something that must not be left half done: a signal that asks the process to end is passed on, so that waiting
 * ends early, and takes its effect when everything is tidied up.
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
