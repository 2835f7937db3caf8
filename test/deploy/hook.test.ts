import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HookOptions, requireFitting, runHook } from '../../src/deploy/hook.js';
import { runOrUndo } from '../../src/deploy/hook-outcome.js';
import { HookFailedError } from '../../src/errors.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

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

  test('that takes too long is ended with its children', async () => {
    const command = `sleep 60 & echo $! > ${directory}/note; wait`;
    const begin = performance.now();
    await expect(run(command, { timeoutSeconds: 1 })).rejects.toMatchObject({
      message: 'deploy hook took longer than 1 s (--hook-timeout) and was stopped',
      reason: 'stopped',
    });
    expect(performance.now() - begin).toBeLessThan(9_000);
    expect(isAlive(Number(note()))).toBe(false);
  });

  test('whose children ignore SIGTERM is ended by SIGKILL after a while', async () => {
    const command = `sh -c 'trap "" TERM; echo $$ > ${directory}/note; while :; do sleep 0.2; done' & wait`;
    const begin = performance.now();
    await expect(run(command, { timeoutSeconds: 1, graceMilliseconds: 1_000 })).rejects.toMatchObject({
      reason: 'stopped',
    });
    expect(performance.now() - begin).toBeGreaterThan(2_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isAlive(Number(note()))).toBe(false);
  }, 30_000);

  test.each(['before it starts', 'while it runs'])('is ended when the run is asked to end %s', async (when) => {
    const controller = new AbortController();
    if (when === 'before it starts') controller.abort();
    else setTimeout(() => controller.abort(), 300);
    await expect(run('sleep 60', { signal: controller.signal })).rejects.toMatchObject({
      message: 'deploy hook was stopped, since this run was asked to end',
      reason: 'stopped',
    });
  });

  test('is given no variable that is longer than Linux passes on', () => {
    const fits = { FILES: 'x'.repeat(131_072 - 'FILES='.length - 1) };
    expect(() => requireFitting(fits)).not.toThrow();
    expect(() => requireFitting({ FILES: `${fits.FILES}x` })).toThrow(/FILES would be longer than the 128 KiB/);
  });
});

describe('what follows a hook', () => {
  const fails = (reason: HookFailedError['reason']) =>
    new HookFailedError('deploy hook failed', { reason, hint: 'do' });

  /** Plays a hook that fails the first times; tells what was called, and with what the run ended. */
  async function play(failures: readonly (HookFailedError | Error)[], isAnythingBack: boolean) {
    const calls: string[] = [];
    const hook = async () => {
      calls.push('hook');
      const failure = failures[calls.filter((call) => call === 'hook').length - 1];
      if (failure) throw failure;
    };
    const undo = () => {
      calls.push('undo');
      return isAnythingBack;
    };
    const error = await runOrUndo(hook, undo).catch((failure: unknown) => failure);
    return { calls: calls.join(' '), error };
  }

  test.each<[string, readonly HookFailedError['reason'][], boolean, string, string]>([
    ['fails once', ['failed'], true, 'hook undo hook', 'the old files are back, and the hook was run for them'],
    ['fails', ['failed', 'failed'], true, 'hook undo hook', 'the old files are back, but the hook fails for them too'],
    ['fails for first files', ['failed'], false, 'hook undo', 'the new files were removed'],
    [
      'was stopped',
      ['stopped'],
      true,
      'hook undo',
      'the old files are back; servers may still hold the new certificate until they are reloaded',
    ],
    [
      'was stopped for first files',
      ['stopped'],
      false,
      'hook undo',
      'the new files were removed; servers may still hold the new certificate until they are reloaded',
    ],
    ['could not be started', ['not started'], true, 'hook undo', 'the old files are back'],
  ])('that %s', async (_, reasons, isAnythingBack, calls, consequence) => {
    const result = await play(reasons.map(fails), isAnythingBack);
    expect(result.calls).toBe(calls);
    expect(result.error).toMatchObject({
      code: 'ERR_HOOK_FAILED',
      message: `deploy hook failed; ${consequence}`,
      hint: 'do',
      reason: reasons[0],
    });
  });

  test('that succeeds: nothing', async () => {
    expect(await play([], true)).toEqual({ calls: 'hook', error: undefined });
  });

  test('that has a fault of ours: the fault, and nothing is taken back here', async () => {
    const fault = new Error('fault');
    expect(await play([fault], true)).toEqual({ calls: 'hook', error: fault });
  });
});
