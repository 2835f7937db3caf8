import { getEventListeners } from 'node:events';
import {
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DirectoryOpener } from '../../src/deploy/directory/directory-opener.js';
import { Claim } from '../../src/deploy/lock.js';
import { ownIdentity } from '../../src/deploy/process-identity.js';
import { type WaitOptions, WorkDirectory, workName } from '../../src/deploy/work-directory.js';
import { SystemCalls, systemError } from './system-calls.js';
import { user } from './transaction-runs.js';

const calls = new SystemCalls();
beforeAll(() => calls.install());
afterAll(() => calls.uninstall());

let directory: string;
let work: string;
let opener: DirectoryOpener;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  work = join(directory, workName);
  opener = new DirectoryOpener(user);
  calls.reset(directory);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  opener.close();
  calls.reset('/nonexistent');
  rmSync(directory, { recursive: true });
});

const enter = (options: WaitOptions = {}) => WorkDirectory.enter(opener.require(directory), user, options);
const claims = () => readdirSync(work).filter((name) => name.startsWith('claim-'));

/** The times that the run sees: at its begin, and after each attempt. The last one is repeated. */
function clock(...times: readonly number[]): void {
  let i = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => times[Math.min(i++, times.length - 1)] ?? 0);
  // No pause between the attempts.
  vi.spyOn(Math, 'random').mockReturnValue(-0.5);
}

describe('a run that waits for another one', () => {
  test('says so after a second, and then every minute', async () => {
    const lock = await enter();
    const said: number[] = [];
    const times = [0, 999, 1_000, 60_999, 61_000, 61_001, 121_000, 1_260_000];
    clock(...times);
    const attempts = vi.spyOn(Claim, 'create');
    const onWait = () => void said.push(times[attempts.mock.calls.length] ?? 0);
    await expect(enter({ onWait })).rejects.toThrow();
    expect(said).toEqual([1_000, 61_000, 121_000]);
    lock.clearAndUnlock();
  });

  test('gives up after 21 minutes, says for whom it waited, and leaves the other run alone', async () => {
    const lock = await enter();
    clock(500, 500 + 1_259_999, 500 + 1_260_000);
    const said: string[] = [];
    await expect(enter({ onWait: (message) => said.push(message) })).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_OUTPUT',
        message: expect.stringMatching(
          new RegExp(`^${directory}: gave up waiting for process ${process.pid}, which has been writing for \\d+ s$`),
        ),
        hint: 'if that process hangs, end it and run this again',
      }),
    );
    expect([said.length, claims().length]).toEqual([1, 1]);
    lock.clearAndUnlock();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('tries as often as necessary, and may have nobody to tell', async () => {
    const lock = await enter();
    clock(0, ...Array<number>(150).fill(2_000), 1_260_000);
    await expect(enter()).rejects.toThrow('gave up waiting');
    lock.clearAndUnlock();
  });

  test('says for how many seconds the other one has been writing', async () => {
    const lock = await enter();
    clock(0, 2_000);
    vi.spyOn(Claim.prototype, 'liveRival').mockReturnValue({ who: 'process 77', milliseconds: 89_600 });
    const stop = new AbortController();
    const waiting = enter({ signal: stop.signal, onWait: (text) => stop.abort(text) });
    expect(await waiting.catch((reason) => reason)).toBe('waiting for process 77, which has been writing for 90 s');
    lock.clearAndUnlock();
  });

  test('waits for 12.5 to 37.5 ms between two attempts', async () => {
    const lock = await enter();
    const stop = new AbortController();
    const random = vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.5).mockReturnValueOnce(1);
    const pauses: unknown[] = [];
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((end: () => void, milliseconds: number) => {
      pauses.push(milliseconds);
      if (random.mock.calls.length === 3) stop.abort(new Error('enough'));
      queueMicrotask(end);
    }) as never);
    await expect(enter({ signal: stop.signal })).rejects.toThrow('enough');
    expect(pauses).toEqual([12.5, 25, 37.5]);
    lock.clearAndUnlock();
  });

  test('leaves no listener on its signal', async () => {
    const lock = await enter();
    const stop = new AbortController();
    clock(0);
    const attempts = vi.spyOn(Claim, 'create');
    const waiting = enter({ signal: stop.signal });
    await vi.waitFor(() => expect(attempts.mock.calls.length).toBeGreaterThan(2), { timeout: 20_000 });
    lock.clearAndUnlock();
    (await waiting).clearAndUnlock();
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  test('stops at once when asked, with the reason of the signal', async () => {
    const lock = await enter();
    const stop = new AbortController();
    vi.spyOn(Math, 'random').mockReturnValue(100_000);
    const waiting = enter({ signal: stop.signal });
    setImmediate(() => stop.abort(new Error('asked to end')));
    await expect(waiting).rejects.toThrow('asked to end');
    await expect(enter({ signal: AbortSignal.abort(new Error('ended before')) })).rejects.toThrow('ended before');
    lock.clearAndUnlock();
  });
});

test('a work directory that disappears a hundred times is an error', async () => {
  clock(0);
  let attempts = 0;
  calls.before = (call) => {
    if (!call.endsWith('claim') || !call.startsWith('create')) return;
    attempts++;
    throw systemError('ENOENT', 'open');
  };
  await expect(enter()).rejects.toThrow(`${directory}: its work directory ${workName} disappears again and again`);
  expect(attempts).toBe(100);
});

test('a work directory that disappears once is created again, with the usual name', async () => {
  calls.before = (call) => {
    if (call !== `mkdir ${workName}`) return;
    calls.before = () => {};
    throw systemError('EEXIST', 'mkdir');
  };
  const lock = await enter();
  expect(lock.directory.name).toBe(work);
  lock.clearAndUnlock();
});

test.each(['EACCES', 'ENOENT'])('a spare directory that cannot be used (%s) is not entered', async (code) => {
  clock(0);
  calls.before = (call) => {
    if (call === `create ${workName}-N/claim`) throw systemError(code, 'open');
  };
  mkdirSync(`${work}-0123456789abcdef01234567`, { mode: 0o700 });
  const lock = await enter();
  expect([lock.directory.name, lock.spares]).toEqual([work, []]);
  lock.clearAndUnlock();
  // If the usual name is taken, no other directory can be used.
  writeFileSync(work, '');
  await expect(enter()).rejects.toThrow('disappears again and again');
});

test.each(['EACCES', 'ENOSPC', 'EROFS'])(
  'a work directory that cannot be created is an error at once: %s',
  async (code) => {
    let attempts = 0;
    calls.before = (call) => {
      if (call !== `mkdir ${workName}`) return;
      attempts++;
      throw systemError(code, 'mkdir');
    };
    await expect(enter()).rejects.toMatchObject({ code, syscall: 'mkdir' });
    expect([attempts, readdirSync(directory)]).toEqual([1, []]);
  },
);

describe('a claim that cannot be created', () => {
  const opened = () => readdirSync('/proc/self/fd').length;
  const failing = (code: string) => {
    calls.before = (call) => {
      if (call === `create ${workName}/claim`) throw systemError(code, 'open');
    };
  };

  test.each(['ENOSPC', 'EDQUOT'])('because of the disk (%s) is an error, and nothing is left', async (code) => {
    opener.require(directory);
    const before = opened();
    failing(code);
    await expect(enter()).rejects.toMatchObject({ code });
    expect([readdirSync(directory), opened()]).toEqual([[], before]);
  });

  test('because the work directory is that of another user leaves that one, and another name is used', async () => {
    mkdirSync(work, { mode: 0o755 });
    opener.require(directory);
    const before = opened();
    failing('EACCES');
    const lock = await enter();
    expect(lock.directory.name).toMatch(/\/\.jks2pem-work-[0-9a-f]{24}$/);
    lock.clearAndUnlock();
    expect([readdirSync(directory), opened()]).toEqual([[workName], before]);
  });
});

describe('a claim', () => {
  const identity = ownIdentity();
  const put = (name: string, secondsAgo = 0) => {
    mkdirSync(work, { recursive: true });
    chmodSync(work, 0o700);
    writeFileSync(join(work, name), '');
    const then = Date.now() / 1000 - secondsAgo;
    utimesSync(join(work, name), then, then);
    return name;
  };

  test('is an empty file with the number of the process in its name, which only its user can read', async () => {
    const lock = await enter();
    const [name = ''] = claims();
    expect(name).toMatch(new RegExp(`^claim-${identity?.pidScope}-${process.pid}-${identity?.start}-[0-9a-f]{24}$`));
    expect(calls.created[0]).toEqual({
      place: `${workName}/claim`,
      flags: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
      mode: 0o600,
    });
    expect([statSync(join(work, name)).size <= 1, statSync(work).mode & 0o7777]).toEqual([true, 0o700]);
    lock.clearAndUnlock();
  });

  test('of a dead process is removed; a file with another name is no claim', async () => {
    put(`claim-${identity?.pidScope}-99999999-1-00`);
    put(`claim-${identity?.pidScope}-${process.pid}-1-00`);
    const others = [
      'a-file',
      'claim-without-numbers',
      `claim-${identity?.pidScope}-99999999-1-00.bak`,
      `claim-${identity?.pidScope}-99999999-1-`,
      `claim-${identity?.pidScope}-x-1-00`,
      `claim-${identity?.pidScope}-99999999-x-00`,
      `xclaim-${identity?.pidScope}-99999999-1-00`,
    ].sort();
    for (const name of others) put(name);
    const lock = await enter({ signal: AbortSignal.timeout(5_000) });
    expect(
      readdirSync(work)
        .filter((name) => !name.includes(`-${identity?.start}-`))
        .sort(),
    ).toEqual(others);
    lock.clearAndUnlock();
    expect(readdirSync(work).sort()).toEqual(others);
  });

  test('of another machine names that machine in the message', async () => {
    put('claim-0123456789abcdef.4026531836-77-1-00', -3_600);
    clock(0, 2_000);
    const told = new AbortController();
    const waiting = enter({ signal: told.signal, onWait: (text) => told.abort(text) });
    expect(await waiting.catch((reason) => reason)).toMatch(
      /^waiting for process 77 of another machine or container, which has been writing for 0 s$/,
    );
  });

  test('is renewed every ten seconds, also when the disk is full, and no longer after the run', async () => {
    const lock = await enter();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const held = Claim.create(opener.require(work));
    held?.startHeartbeat();
    const writes = () => calls.log.filter((call) => call === `write ${workName}/claim`).length;
    const before = writes();
    vi.advanceTimersByTime(9_999);
    expect(writes()).toBe(before);
    vi.advanceTimersByTime(1);
    expect(writes()).toBe(before + 1);
    calls.before = (call) => {
      if (call.startsWith('write')) throw systemError('ENOSPC', 'write');
    };
    vi.advanceTimersByTime(20_000);
    calls.before = () => {};
    vi.advanceTimersByTime(10_000);
    expect(writes()).toBe(before + 2);
    held?.remove();
    vi.advanceTimersByTime(60_000);
    expect([writes(), claims().length]).toEqual([before + 2, 1]);
    lock.clearAndUnlock();
  });

  test('does not keep the process alive', async () => {
    const timers = vi.spyOn(globalThis, 'setInterval');
    const lock = await enter();
    expect(timers.mock.results.map(({ value }) => value.hasRef())).toEqual([false]);
    lock.clearAndUnlock();
  });

  test.each<[string, number, (milliseconds: number) => boolean]>([
    ['the time since its creation', -90_000, (age) => age >= 90_000 && age < 600_000],
    ['zero, if the file system has no creation time', 3_600_000, (age) => age === 0],
  ])('has an age: %s', (_, created, isExpected) => {
    put('claim-0123456789abcdef.4026531836-77-1-00');
    const place = opener.require(work);
    const claim = Claim.create(place);
    const { stat } = place;
    vi.spyOn(place, 'stat').mockImplementation((name) => {
      const stats = stat.call(place, name);
      return stats && Object.assign(stats, { birthtimeMs: stats.mtimeMs + created });
    });
    expect(isExpected(claim?.liveRival()?.milliseconds ?? Number.NaN)).toBe(true);
    claim?.remove();
  });

  test.each([
    [59_999, true],
    [60_000, false],
  ])('of another machine counts for a minute after its last heartbeat: after %i ms, it does: %s', (age, isAlive) => {
    const name = put('claim-0123456789abcdef.4026531836-77-1-00');
    const place = opener.require(work);
    const claim = Claim.create(place);
    const [own = ''] = claims().filter((each) => each !== name);
    const { stat } = place;
    // The claim of this run was just written, which tells the time.
    vi.spyOn(place, 'stat').mockImplementation((entry) => {
      const stats = stat.call(place, entry);
      return stats && Object.assign(stats, { mtimeMs: statSync(join(work, own)).mtimeMs - age });
    });
    expect(claim?.liveRival() !== undefined).toBe(isAlive);
    claim?.remove();
  });

  test.runIf(user === 0)('in a closed directory of another user does not protect (needs root)', async () => {
    mkdirSync(work, { mode: 0o700 });
    chownSync(work, 12_345, 12_345);
    const claim = Claim.create(opener.require(work));
    expect([claim?.isProtected, claim?.ownUid]).toEqual([false, user]);
    claim?.remove();
    const lock = await enter();
    expect(lock.directory.name).toMatch(/\/\.jks2pem-work-[0-9a-f]{24}$/);
    lock.clearAndUnlock();
    expect(readdirSync(directory)).toEqual([workName]);
  });

  test.each([0o770, 0o701, 0o740])('in a directory of mode %o does not protect', (mode) => {
    mkdirSync(work);
    chmodSync(work, mode);
    const claim = Claim.create(opener.require(work));
    expect([claim?.isProtected, claim?.ownUid]).toEqual([false, user]);
    claim?.remove();
    expect(readdirSync(work)).toEqual([]);
  });
});
