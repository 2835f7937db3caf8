import { describe, expect, test } from 'vitest';
import type { Undone } from '../../src/deploy/journal/journal.js';
import { runHookOrUndo } from '../../src/deploy/run-hook-or-undo.js';
import {
  describeSystemError,
  describing,
  directoryInPlaceOfFile,
  isForbidden,
  isSystemError,
  toOutputError,
} from '../../src/deploy/system-error.js';
import { HookFailedError } from '../../src/errors.js';
import { systemError } from './system-calls.js';

const denied = Object.assign(new Error("EACCES: permission denied, open '/etc/x'"), {
  code: 'EACCES',
  syscall: 'open',
});
const forbidden = Object.assign(new Error('Access to this API has been restricted'), { code: 'ERR_ACCESS_DENIED' });

test.each<[unknown, string]>([
  [denied, 'permission denied'],
  [new Error('E2BIG: argument list too long, spawn'), 'argument list too long'],
  [new Error('see EACCES: permission denied'), 'see EACCES: permission denied'],
  ['text', 'text'],
])('%s in words: %s', (error, words) => expect(describeSystemError(error)).toBe(words));

test('an error of a system call has a name for the call and a code', () => {
  expect([isSystemError(denied), isSystemError(denied, 'EACCES'), isSystemError(denied, 'EPERM')]).toEqual([
    true,
    true,
    false,
  ]);
  for (const other of [new Error('x'), forbidden, { code: 'EACCES', syscall: 'open' }, undefined])
    expect(isSystemError(other)).toBe(false);
  expect([isForbidden(forbidden), isForbidden(denied), isForbidden({ code: 'ERR_ACCESS_DENIED' })]).toEqual([
    true,
    false,
    false,
  ]);
});

describe('a failed write', () => {
  test.each<[Error, string, string | undefined]>([
    [denied, '/x/a.pem: permission denied', 'run this as a user who may read and write there, e.g. with sudo'],
    [systemError('EBUSY', 'rename'), '/x/a.pem: made up (a mount point? mount its directory instead)', undefined],
    [
      forbidden,
      "/x/a.pem: Node's permission model forbids this",
      'start Node with --allow-fs-read=* --allow-fs-write=/x/*',
    ],
  ])('%s', (cause, message, hint) => {
    expect(toOutputError(cause, '/x/a.pem')).toMatchObject({ code: 'ERR_OUTPUT', message, hint, cause });
  });

  test('of a file in place of which there is a directory names what to write instead', () => {
    expect(directoryInPlaceOfFile('out')).toMatchObject({
      code: 'ERR_OUTPUT',
      message: 'out: is a directory',
      hint: 'name a file in it, e.g. out/example.pem; --layout certbot writes four files into a directory',
    });
  });

  test('keeps an error that is not of the system', async () => {
    const mistake = new TypeError('mistake');
    expect(toOutputError(mistake, 'a')).toBe(mistake);
    await expect(describing('a', () => Promise.reject(mistake))).rejects.toBe(mistake);
    await expect(describing('a', () => Promise.reject(denied))).rejects.toMatchObject({
      code: 'ERR_OUTPUT',
      message: 'a: permission denied',
    });
    expect(await describing('a', async () => 5)).toBe(5);
  });
});

describe('what a hook that fails leaves', () => {
  /** A hook that fails the given number of times. @returns the error, and the calls in order */
  async function outcome(times: number, undone: Undone, reason?: 'stopped' | 'not started') {
    const calls: string[] = [];
    const hook = async () => {
      calls.push('hook');
      if (calls.filter((call) => call === 'hook').length <= times)
        throw new HookFailedError('deploy hook failed', { hint: 'a hint', ...(reason && { reason }) });
    };
    const undo = () => {
      calls.push('undo');
      return undone;
    };
    const error = await runHookOrUndo(hook, undo).then(
      () => undefined,
      (thrown: HookFailedError) => thrown,
    );
    return { calls: calls.join(' '), message: error?.message, hint: error?.hint, reason: error?.reason };
  }

  const restored: Undone = { isRestored: true, isRemoved: false, skipped: [] };
  const removed: Undone = { isRestored: false, isRemoved: true, skipped: [] };
  test.each<[number, Undone, 'stopped' | 'not started' | undefined, string, string]>([
    [1, restored, undefined, 'hook undo hook', 'the previous files were restored, and the hook was run for them'],
    [2, restored, undefined, 'hook undo hook', 'the previous files were restored, but the hook fails for them too'],
    [1, removed, undefined, 'hook undo', 'the new files were removed'],
    [1, { ...removed, isRemoved: false }, undefined, 'hook undo', 'the new files were removed'],
    [1, restored, 'not started', 'hook undo', 'the previous files were restored'],
    [1, removed, 'not started', 'hook undo', 'the new files were removed'],
    [
      1,
      { ...restored, skipped: ['/a.pem', '/b.pem'] },
      undefined,
      'hook undo hook',
      'the previous files were restored, except /a.pem, /b.pem, which another program has replaced, and the hook was run for them',
    ],
    [
      1,
      { ...removed, skipped: ['/a.pem'] },
      undefined,
      'hook undo',
      'the new files were removed, except /a.pem, which another program has replaced',
    ],
    [
      1,
      { isRestored: false, isRemoved: false, skipped: ['/a.pem'] },
      undefined,
      'hook undo',
      'nothing was restored, because another program has replaced /a.pem',
    ],
    [
      1,
      restored,
      'stopped',
      'hook undo',
      'the previous files were restored; servers may still hold the new certificate until they are reloaded',
    ],
    [
      1,
      removed,
      'stopped',
      'hook undo',
      'the new files were removed; servers may still hold the new certificate until they are reloaded',
    ],
  ])('%i failures, %j, %s', async (times, undone, reason, calls, state) => {
    expect(await outcome(times, undone, reason)).toEqual({
      calls,
      message: `deploy hook failed; ${state}`,
      hint: 'a hint',
      reason: reason ?? new HookFailedError('x').reason,
    });
  });

  test('a hook that succeeds keeps everything', async () =>
    expect(await outcome(0, restored)).toMatchObject({ calls: 'hook', message: undefined }));

  test('another error than a failed hook takes nothing back: the next run does', async () => {
    const mistake = new TypeError('mistake');
    const undone: string[] = [];
    await expect(
      runHookOrUndo(
        () => Promise.reject(mistake),
        () => {
          undone.push('undo');
          return restored;
        },
      ),
    ).rejects.toBe(mistake);
    expect(undone).toEqual([]);
  });
});
