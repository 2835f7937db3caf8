import { expect, test } from 'vitest';
import { InterruptedError } from '../../../src/cli/command-errors.js';
import { orAborted, untilTerminated } from '../../../src/cli/convert/termination-signals.js';
import type { Host } from '../../../src/cli/host.js';

/** A host that records what is done with signals. */
function signals() {
  const log: string[] = [];
  let send: (signal: NodeJS.Signals) => void = () => {};
  const host = {
    onTermination: (callback: typeof send) => {
      log.push('listen');
      send = callback;
      return () => log.push('stop listening');
    },
    terminateBy: (signal: string) => void log.push(`end by ${signal}`),
  } as unknown as Host;
  return { host, log, send: (signal: NodeJS.Signals) => send(signal) };
}

test('without a signal, the result or the error of the action is passed on', async () => {
  const { host, log } = signals();
  expect(await untilTerminated(host, async ({ aborted }) => aborted)).toBe(false);
  expect(log).toEqual(['listen', 'stop listening']);
  await expect(untilTerminated(host, () => Promise.reject(new Error('fault')))).rejects.toThrow('fault');
  expect(log).toEqual(['listen', 'stop listening', 'listen', 'stop listening']);
});

test('a signal aborts the action; the process ends by the first signal, after the action has cleaned up', async () => {
  const { host, log, send } = signals();
  const ended = untilTerminated(host, async (signal) => {
    send('SIGTERM');
    send('SIGHUP');
    expect(signal.reason).toBeInstanceOf(InterruptedError);
    await Promise.resolve();
    log.push('clean up');
    signal.throwIfAborted();
  });
  await expect(ended).rejects.toThrow(InterruptedError);
  expect(log).toEqual(['listen', 'clean up', 'stop listening', 'end by SIGTERM']);
});

test('a question ends with its answer, its error, or the reason of the signal', async () => {
  const { signal } = new AbortController();
  expect(await orAborted(Promise.resolve('answer'), signal)).toBe('answer');
  await expect(orAborted(Promise.reject(new Error('fault')), signal)).rejects.toThrow('fault');
  const stop = new AbortController();
  const asking = orAborted(new Promise(() => {}), stop.signal);
  stop.abort(new Error('asked to end'));
  await expect(asking).rejects.toThrow('asked to end');
  await expect(orAborted(new Promise(() => {}), stop.signal)).rejects.toThrow('asked to end');
});
