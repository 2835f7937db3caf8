import fs, { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nodeHost } from '../../src/cli/host.js';

const host = nodeHost();
let directory: string;
const { fstatSync, writeSync } = fs;
const actualOpen = fs.openSync;
const install = (functions: object) => {
  Object.assign(fs, functions);
  syncBuiltinESMExports();
};
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => {
  install({ fstatSync, writeSync, openSync: actualOpen });
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});
const failure = (code: string) => Object.assign(new Error(`${code}: made up, call`), { code, syscall: 'call' });
const throwing = (code: string) => () => {
  throw failure(code);
};

test('the host is this process', () => {
  vi.stubEnv('JKS2PEM_TEST', 'value');
  expect([host.environment('JKS2PEM_TEST'), host.environment('JKS2PEM_NONE')]).toEqual(['value', undefined]);
  expect(host.wholeEnvironment()['JKS2PEM_TEST']).toBe('value');
  vi.unstubAllEnvs();
  expect(Math.abs(host.now().getTime() - Date.now())).toBeLessThan(60_000);
  expect(host.userId()).toBe(process.geteuid?.());
});

test('the status of a path has mode, owner, size and time; nothing has none', () => {
  const path = join(directory, 'a');
  writeFileSync(path, 'text');
  chmodSync(path, 0o640);
  const { uid, gid, mtime, mode } = fs.statSync(path);
  expect(host.statusOf(path)).toEqual({ mode, size: 4, uid, gid, mtime });
  expect(host.modeOf(path)).toBe(mode);
  for (const none of [join(directory, 'none'), join(path, 'below')])
    expect([host.statusOf(none), host.modeOf(none), host.namesIn(none)]).toEqual([undefined, undefined, []]);
  expect(host.namesIn(directory)).toEqual(['a']);
});

describe('a standard stream', () => {
  /** Lets descriptors 1 and 2 be this path. */
  function lead(path: string): void {
    const descriptor = openSync(path, 'r');
    const stats = fstatSync(descriptor);
    closeSync(descriptor);
    install({ fstatSync: (given: number) => (given <= 2 ? stats : fstatSync(given)) });
  }
  const look = () => [host.outputIsTerminal(), host.errorIsTerminal(), host.outputFileMode()];

  test('that is a file has a mode, and is no terminal', () => {
    const path = join(directory, 'a');
    writeFileSync(path, '', { mode: 0o600 });
    lead(path);
    expect(look()).toEqual([false, false, 0o100_600]);
    expect([host.outputColumns(), host.errorColumns()]).toEqual([undefined, undefined]);
  });

  test('that is a character device is a terminal, but /dev/null is not', () => {
    lead('/dev/null');
    expect(look()).toEqual([false, false, undefined]);
    lead('/dev/zero');
    expect(look()).toEqual([true, true, undefined]);
  });

  test('that is closed is neither', () => {
    install({ fstatSync: throwing('EBADF') });
    expect(look()).toEqual([false, false, undefined]);
    install({ fstatSync: throwing('EIO') });
    expect(() => host.outputIsTerminal()).toThrow('EIO');
  });

  test('for errors may be closed; that for results must not', () => {
    const written: unknown[] = [];
    install({ writeSync: (to: number, bytes: Uint8Array) => written.push([to, bytes.toString()]) && bytes.length });
    host.writeError('message');
    host.writeOutput(Buffer.from('result'));
    host.writeTerminal({ input: 7, output: 8 }, 'question');
    expect(written).toEqual([
      [2, 'message'],
      [1, 'result'],
      [8, 'question'],
    ]);
    install({ writeSync: throwing('EBADF') });
    expect(() => host.writeError('message')).not.toThrow();
    expect(() => host.writeOutput(Buffer.from('x'))).toThrow('standard output: made up');
  });
});

describe('the terminal', () => {
  test('is /dev/tty, opened so that reading does not wait and it does not become the controlling one', () => {
    const opened: unknown[] = [];
    install({ openSync: (...args: unknown[]) => opened.push(args) + 40 });
    const { O_RDWR, O_NOCTTY, O_NONBLOCK } = fs.constants;
    expect(host.openTerminal()).toEqual({ input: 41, output: 41 });
    expect(opened).toEqual([['/dev/tty', O_RDWR | O_NOCTTY | O_NONBLOCK]]);
    install({ openSync: throwing('ENXIO') });
    expect(host.openTerminal()).toBeUndefined();
  });
});

describe('signals', () => {
  const kill = () => vi.spyOn(process, 'kill').mockReturnValue(true);

  test('that end a run are told until that is no longer wanted', () => {
    const told: unknown[] = [];
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
    const before = signals.map((signal) => process.listenerCount(signal));
    const stop = host.onTermination((signal) => told.push(signal));
    expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before.map((count) => count + 1));
    process.listeners('SIGHUP').at(-1)?.('SIGHUP');
    stop();
    expect(told).toEqual(['SIGHUP']);
    expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before);
  });

  test('that stop a run restore the terminal first, then stop it', () => {
    const order: string[] = [];
    vi.spyOn(process, 'kill').mockImplementation((pid, signal) => {
      order.push(`${pid === process.pid} ${signal}`);
      return true;
    });
    const end = host.onSuspension({ stop: () => order.push('stop'), resume: () => order.push('resume') });
    process.listeners('SIGTSTP').at(-1)?.('SIGTSTP');
    process.listeners('SIGCONT').at(-1)?.('SIGCONT');
    end();
    expect(order).toEqual(['stop', 'true SIGSTOP', 'resume']);
    expect([process.listenerCount('SIGTSTP'), process.listenerCount('SIGCONT')]).toEqual([0, 0]);
  });

  test('are sent to a whole group; false if there is none', () => {
    const killed = kill();
    expect(host.signalGroup(1234, 'SIGTERM')).toBe(true);
    expect(killed.mock.calls).toEqual([[-1234, 'SIGTERM']]);
    killed.mockImplementation(throwing('ESRCH') as never);
    expect(host.signalGroup(1234, 0)).toBe(false);
    killed.mockImplementation(throwing('EINVAL') as never);
    expect(() => host.signalGroup(1234, 0)).toThrow('EINVAL');
  });

  test.each([0, 'SIGTERM', 'SIGKILL'] as const)(
    '%s does not reach processes of another user, which count',
    (signal) => {
      kill().mockImplementation(throwing('EPERM') as never);
      expect(host.signalGroup(1234, signal)).toBe(true);
    },
  );

  test('end this process', () => {
    const killed = kill();
    host.terminateBy('SIGHUP');
    expect(killed.mock.calls).toEqual([[process.pid, 'SIGHUP']]);
  });
});

test('arguments are hidden by the title of the process', () => {
  const titles: string[] = [];
  // Worker threads have no title of their own.
  vi.spyOn(process, 'title', 'set').mockImplementation((title) => void titles.push(title));
  host.hideArguments();
  expect(titles).toEqual(['jks2pem']);
});
