import fs, {
  chmodSync,
  existsSync,
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
import { isRunning, ownIdentity } from '../../src/deploy/process-identity.js';
import { WorkDirectory, workName } from '../../src/deploy/work-directory.js';
import { SystemCalls } from './system-calls.js';
import { user } from './transaction-runs.js';

const actual = { rmSync: fs.rmSync, writeFileSync: fs.writeFileSync };
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
  // No pause between two attempts: the number of attempts decides, and not how fast this machine is.
  vi.spyOn(Math, 'random').mockReturnValue(-0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  opener.close();
  calls.reset('/nonexistent');
  rmSync(directory, { recursive: true });
});

const enter = (options: Parameters<typeof WorkDirectory.enter>[2] = {}) =>
  WorkDirectory.enter(opener.require(directory), user, options);

/** Enters; gives up after some attempts have failed. */
async function attempt(): Promise<WorkDirectory> {
  const stop = new AbortController();
  const { create } = Claim;
  let attempts = 0;
  const claims = vi.spyOn(Claim, 'create').mockImplementation((place) => {
    if (++attempts > 8) stop.abort(new Error('in use'));
    return create.call(Claim, place);
  });
  try {
    return await enter({ signal: stop.signal });
  } finally {
    claims.mockRestore();
  }
}

/** Counts how many runs have the lock at the same time. */
class Holders {
  most = 0;
  #now = 0;
  #waiting = 0;
  readonly #attempts = vi.spyOn(Claim, 'create').mock.calls;

  /** Has the lock until waiting runs have tried to get it, too. */
  async hold(): Promise<void> {
    this.#waiting++;
    const lock = await enter();
    this.#waiting--;
    this.most = Math.max(this.most, ++this.#now);
    const enough = this.#attempts.length + 2;
    while (this.#waiting > 0 && this.#attempts.length < enough) await new Promise((resolve) => setImmediate(resolve));
    this.#now--;
    lock.clearAndUnlock();
  }
}

describe('the lock of a directory', () => {
  test('is held by one run at a time, and leaves nothing behind', async () => {
    const holders = new Holders();
    await Promise.all(Array.from({ length: 4 }, () => holders.hold()));
    expect([holders.most, existsSync(work)]).toEqual([1, false]);
  });

  test('is waited for until the signal is aborted', async () => {
    const lock = await enter();
    await expect(attempt()).rejects.toThrow('in use');
    expect(readdirSync(work)).toHaveLength(1);
    lock.clearAndUnlock();
    expect(existsSync(work)).toBe(false);
  });

  test('is held by the process that the message names, with the time for which it has been writing', async () => {
    const lock = await enter();
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 1_000));
    const told = new AbortController();
    const message = await enter({ signal: told.signal, onWait: (text) => told.abort(text) }).catch((reason) => reason);
    lock.clearAndUnlock();
    expect(message).toMatch(new RegExp(`^waiting for process ${process.pid}, which has been writing for \\d+ s$`));
  });

  /** A claim of a process that cannot be seen from here. */
  function foreignClaim(secondsAgo: number): void {
    mkdirSync(work, { mode: 0o700 });
    chmodSync(work, 0o700);
    const claim = join(work, 'claim-0123456789abcdef.4026531836-1-1-00');
    writeFileSync(claim, '');
    const then = Date.now() / 1000 - secondsAgo;
    utimesSync(claim, then, then);
  }

  test('of another machine is respected as long as its claim is renewed', async () => {
    foreignClaim(30);
    await expect(attempt()).rejects.toThrow('in use');
    rmSync(work, { recursive: true });
    foreignClaim(61);
    (await attempt()).clearAndUnlock();
    expect(existsSync(work)).toBe(false);
  });
});

test('a claim that disappears while claims are examined hides no other one', async () => {
  mkdirSync(work, { mode: 0o700 });
  for (const name of ['1', '2']) writeFileSync(join(work, `claim-0123456789abcdef.4026531836-${name}-1-00`), '');
  // Whichever is examined first disappears at that moment.
  calls.before = (call) => {
    if (!/^write .*claim$/.test(call)) return;
    const [first = ''] = readdirSync(work).filter((name) => name.startsWith('claim-0123'));
    if (readdirSync(work).length > 2) actual.rmSync(join(work, first));
  };
  await expect(attempt()).rejects.toThrow('in use');
  expect(readdirSync(work)).toHaveLength(1);
});

describe('the usual name, taken', () => {
  const forged = `claim-${ownIdentity()?.pidScope}-1-${1}-00`;

  test.each<[string, () => void]>([
    [
      'by a directory that others can write to, with a claim in it',
      () => {
        mkdirSync(work);
        chmodSync(work, 0o777);
        writeFileSync(join(work, forged), '');
      },
    ],
    ['by a file', () => writeFileSync(work, '')],
  ])('%s, delays nothing, and stays', async (_, take) => {
    take();
    const before = readdirSync(directory, { recursive: true });
    const lock = await attempt();
    expect(readdirSync(directory).filter((name) => name !== workName)).toEqual([
      expect.stringMatching(/^\.jks2pem-work-[0-9a-f]{24}$/),
    ]);
    // Another run of this user finds the same spare name.
    await expect(attempt()).rejects.toThrow('in use');
    lock.clearAndUnlock();
    expect(readdirSync(directory, { recursive: true })).toEqual(before);
  });
});

describe('a spare name', () => {
  test('is respected after the usual name has become free again', async () => {
    writeFileSync(work, '');
    const lock = await attempt();
    rmSync(work);
    await expect(attempt()).rejects.toThrow('in use');
    lock.clearAndUnlock();
    expect(readdirSync(directory)).toEqual([]);
    (await attempt()).clearAndUnlock();
    expect(readdirSync(directory)).toEqual([]);
  });

  /** Lets another run begin at a call of this one, where another user also does something. */
  function startAnotherAt(call: string, doMore: () => void = () => {}): { run?: Promise<WorkDirectory> } {
    const other: { run?: Promise<WorkDirectory> } = {};
    calls.before = (text) => {
      if (text !== call) return;
      calls.before = () => {};
      doMore();
      other.run = enter();
    };
    return other;
  }

  test('is given up if another run has taken the usual name, which has become free meanwhile', async () => {
    writeFileSync(work, '');
    const other = startAnotherAt('mkdir .jks2pem-work-N', () => actual.rmSync(work));
    await expect(attempt()).rejects.toThrow('in use');
    (await other.run)?.clearAndUnlock();
    expect(readdirSync(directory)).toEqual([]);
  });

  // Which of the two random names comes first differs.
  test.each([1, 2, 3, 4, 5, 6])('is given up if another run has taken another one meanwhile (%i)', async () => {
    writeFileSync(work, '');
    const other = startAnotherAt('mkdir .jks2pem-work-N');
    await expect(attempt()).rejects.toThrow('in use');
    (await other.run)?.clearAndUnlock();
    (await attempt()).clearAndUnlock();
    expect(readdirSync(directory)).toEqual([workName]);
  });

  test.each([1, 2])(
    'and the usual name are never held at the same time, while another user takes and frees the usual one (%i)',
    async (seed) => {
      let random = seed;
      calls.before = () => {
        // The generator of ANSI C: the same sequence in every run.
        random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
        if (random > 2 ** 31 / 5) return;
        // The name is free for a moment whenever a run has left it.
        if (!existsSync(work)) actual.writeFileSync(work, '');
        else if (statSync(work).isFile()) actual.rmSync(work);
      };
      const holders = new Holders();
      const several = async () => {
        for (let turn = 0; turn < 3; turn++) await holders.hold();
      };
      await Promise.all([several(), several(), several()]);
      calls.before = () => {};
      rmSync(work, { force: true });
      expect([holders.most, readdirSync(directory)]).toEqual([1, []]);
    },
  );
});

test('a process is recognized by its number and its start time', () => {
  const own = ownIdentity();
  if (own === undefined) throw new Error('no /proc here');
  expect(own.pid).toBe(String(process.pid));
  expect([isRunning(own), isRunning({ ...own, start: '1' }), isRunning({ ...own, pid: '99999999' })]).toEqual([
    true,
    false,
    false,
  ]);
});
