import { EventEmitter, getEventListeners } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type HookOptions, requireFitting, runHook } from '../../src/deploy/hook.js';
import { systemError } from './system-calls.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => {
  vi.useRealTimers();
  replaceSpawn(actualSpawn);
  rmSync(directory, { recursive: true });
});

const childProcess = process.getBuiltinModule('node:child_process');
const actualSpawn = childProcess.spawn;
function replaceSpawn(spawn: unknown): void {
  Object.assign(childProcess, { spawn });
  syncBuiltinESMExports();
}

/** A process that does nothing by itself, in the place of the next hook. */
function fakeChild(): EventEmitter & { readonly pid: number; readonly spawned: unknown[] } {
  const spawned: unknown[] = [];
  const child = Object.assign(new EventEmitter(), { pid: 4_321_000, spawned });
  replaceSpawn((...args: unknown[]) => {
    spawned.push(args);
    return child;
  });
  return child;
}

/** How long a process may take on a busy machine. */
const waiting = { timeout: 20_000, interval: 20 };

const signalGroup: HookOptions['signalGroup'] = (group, signal) => {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
};
const run = (command: string, options: Partial<HookOptions> = {}) =>
  runHook(command, { environment: { PATH: '/usr/bin:/bin' }, timeoutSeconds: 0, signalGroup, ...options });

const note = () => readFileSync(join(directory, 'note'), 'utf8').trim();
const isAlive = (pid: number) => {
  try {
    // A zombie has ended, and waits for its parent (proc_pid_stat(5)).
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};

describe('a hook', () => {
  test('that succeeds has the environment given and nothing else, no input, and a session of its own', async () => {
    const check = `env | cut -d= -f1 | sort | tr '\\n' ' '; cat; ps -o sid= -p $$ | tr -d ' '; echo $$`;
    await run(`{ ${check}; } > ${directory}/note`, { environment: { PATH: '/usr/bin:/bin', RENEWED_DOMAINS: 'a b' } });
    const [variables, session, pid] = note()
      .split('\n')
      .join(' ')
      .split(/ (?=\d)/);
    expect(variables?.split(' ').filter((name) => !['_', 'PWD', 'OLDPWD', 'SHLVL'].includes(name))).toEqual([
      'PATH',
      'RENEWED_DOMAINS',
    ]);
    expect(session).toBe(pid);
  });

  test.each<[string, string, object]>([
    ['exits with 3', 'exit 3', { message: 'deploy hook failed with exit code 3', reason: 'failed', hint: undefined }],
    ['is killed', 'kill -9 $$', { message: 'deploy hook was ended by SIGKILL', reason: 'failed' }],
    [
      'is not found',
      'no-such-command',
      {
        message: 'deploy hook failed with exit code 127',
        hint: 'exit code 127: the shell did not find the command; PATH was /usr/bin:/bin',
      },
    ],
    [
      'is too long to be started',
      `: ${'x'.repeat(200_000)}`,
      { message: expect.stringMatching(/^deploy hook could not be started: .*E2BIG/), reason: 'not started' },
    ],
  ])('that %s fails', async (_, command, expected) => {
    await expect(run(command)).rejects.toMatchObject({ code: 'ERR_HOOK_FAILED', ...expected });
  });

  test('says that PATH was not set, if so', async () => {
    await expect(run('no-such-command', { environment: {} })).rejects.toMatchObject({
      hint: 'exit code 127: the shell did not find the command; PATH was not set',
    });
  });

  test('that takes too long is ended with its children, which need no SIGKILL', async () => {
    const command = `sleep 60 & echo $! > ${directory}/note; wait`;
    const signals: unknown[] = [];
    const recording: HookOptions['signalGroup'] = (group, signal) => {
      if (signal !== 0) signals.push(signal);
      return signalGroup(group, signal);
    };
    await expect(run(command, { timeoutSeconds: 1, signalGroup: recording })).rejects.toMatchObject({
      message: 'deploy hook took longer than 1 s (--hook-timeout) and was stopped',
      reason: 'stopped',
    });
    expect([signals, isAlive(Number(note()))]).toEqual([['SIGTERM'], false]);
  });

  test('whose children ignore SIGTERM is ended by SIGKILL after a while', async () => {
    const command = `sh -c 'trap "" TERM; echo $$ > ${directory}/note; while :; do sleep 0.2; done' & wait`;
    await expect(run(command, { timeoutSeconds: 1, graceMilliseconds: 300 })).rejects.toMatchObject({
      reason: 'stopped',
    });
    await vi.waitFor(() => expect(isAlive(Number(note()))).toBe(false), waiting);
  });

  test('whose processes do not end is asked every 50 ms whether they have, for ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const signals: [number, unknown][] = [];
    const immortal: HookOptions['signalGroup'] = (group, signal) => signals.push([group, signal]) > 0;
    const child = fakeChild();
    const ended = expect(run('x', { timeoutSeconds: 5, signalGroup: immortal })).rejects.toThrow(
      'took longer than 5 s',
    );
    await vi.advanceTimersByTimeAsync(4_999);
    expect(signals).toEqual([]);
    await vi.advanceTimersByTimeAsync(1 + 9_999);
    expect(signals).toEqual([[child.pid, 'SIGTERM'], ...Array(200).fill([child.pid, 0])]);
    await vi.advanceTimersByTimeAsync(1);
    await ended;
    expect(signals.slice(201)).toEqual([[child.pid, 'SIGKILL']]);
  });

  test.each(['before it starts', 'while it runs'])('is ended when the run is asked to end %s', async (when) => {
    const controller = new AbortController();
    if (when === 'before it starts') controller.abort();
    const running = run(`touch ${directory}/note; sleep 60`, { signal: controller.signal });
    const refused = expect(running).rejects.toMatchObject({
      message: 'deploy hook was stopped, since this run was asked to end',
      reason: 'stopped',
    });
    if (when === 'while it runs') {
      await vi.waitFor(note, waiting);
      controller.abort();
    }
    await refused;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('without a process is not ended by signals', async () => {
    Object.assign(fakeChild(), { pid: undefined });
    const options = { signal: AbortSignal.abort(), signalGroup: () => expect.unreachable() };
    await expect(run('x', options)).rejects.toThrow('was stopped');
  });

  test('that ends in time leaves no timer and no listener', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { signal } = new AbortController();
    await run('true', { timeoutSeconds: 600, signal });
    expect([vi.getTimerCount(), getEventListeners(signal, 'abort')]).toEqual([0, []]);
    const unlimited = run('true', { timeoutSeconds: 0 });
    expect(vi.getTimerCount()).toBe(0);
    await unlimited;
  });

  test('is given no variable that is longer than Linux passes on', () => {
    const fits = { FILES: 'x'.repeat(131_072 - 'FILES='.length - 1) };
    expect(() => requireFitting(fits)).not.toThrow();
    expect(() => requireFitting({ A: '', FILES: `${fits.FILES}x` })).toThrow(
      expect.objectContaining({
        code: 'ERR_OUTPUT',
        message: 'deploy hook: FILES would be longer than the 128 KiB that the system passes on; nothing was written',
        hint: 'convert fewer keystores at once',
      }),
    );
    // The system counts bytes.
    expect(() => requireFitting({ FILES: `${fits.FILES.slice(1)}é` })).toThrow('FILES would be longer');
  });
});

test('Windows counts the UTF-16 code units of a variable, not its bytes', () => {
  const fits = { FILES: 'é'.repeat(32_767 - 'FILES='.length - 1) };
  expect(() => requireFitting(fits, true)).not.toThrow();
  expect(() => requireFitting({ FILES: `${fits.FILES}x` }, true)).toThrow(
    'FILES would be longer than the 32,767 characters that the system passes on',
  );
});

describe('the process of a hook', () => {
  test('is a shell in a session of its own, whose output goes to standard error', async () => {
    const child = fakeChild();
    const running = run('reload -x', { environment: { PATH: '/bin', A: 'b' } });
    child.emit('exit', 0, null);
    await running;
    expect(child.spawned).toEqual([
      ['/bin/sh', ['-c', 'reload -x'], { env: { PATH: '/bin', A: 'b' }, detached: true, stdio: ['ignore', 2, 2] }],
    ]);
  });

  test.each<[string, Error, object]>([
    [
      'the permission model refuses it',
      Object.assign(new Error('Access to this API has been restricted'), { code: 'ERR_ACCESS_DENIED' }),
      {
        message: 'deploy hook could not be started: Access to this API has been restricted',
        hint: 'start Node with --allow-child-process',
      },
    ],
    [
      'the system refuses it',
      systemError('EAGAIN', 'spawn'),
      { message: 'deploy hook could not be started: made up', hint: undefined },
    ],
  ])('cannot be started if %s', async (_, error, expected) => {
    const failure = { code: 'ERR_HOOK_FAILED', reason: 'not started', cause: error, ...expected };
    const child = fakeChild();
    const running = run('x');
    child.emit('error', error);
    await expect(running).rejects.toMatchObject(failure);
    replaceSpawn(() => {
      throw error;
    });
    await expect(run('x')).rejects.toMatchObject(failure);
  });
});
