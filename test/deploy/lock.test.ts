import {
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
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DirectoryOpener } from '../../src/deploy/directory/directory-opener.js';
import { isRunning, ownIdentity } from '../../src/deploy/process-identity.js';
import { WorkDirectory, workName } from '../../src/deploy/work-directory.js';
import { user } from './transaction-runs.js';

let directory: string;
let work: string;
let opener: DirectoryOpener;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  work = join(directory, workName);
  opener = new DirectoryOpener(user);
});
afterEach(() => {
  opener.close();
  rmSync(directory, { recursive: true });
});

const soon = () => AbortSignal.timeout(200);
const enter = (options: Parameters<typeof WorkDirectory.enter>[2] = {}) =>
  WorkDirectory.enter(opener.require(directory), user, options);

describe('the lock of a directory', () => {
  test('is held by one at a time, and leaves nothing', async () => {
    let inside = 0;
    let most = 0;
    const turn = async () => {
      const lock = await enter();
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
      lock.leave();
    };
    await Promise.all(Array.from({ length: 10 }, turn));
    expect([most, existsSync(work)]).toEqual([1, false]);
  });

  test('is waited for until told to stop', async () => {
    const lock = await enter();
    await expect(enter({ signal: soon() })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(readdirSync(work)).toHaveLength(1);
    lock.leave();
    expect(existsSync(work)).toBe(false);
  });

  test('says whom it waits for, and how long that one has been writing', async () => {
    const lock = await enter();
    const told = new AbortController();
    const message = await enter({ signal: told.signal, onWait: (text) => told.abort(text) }).catch((reason) => reason);
    lock.leave();
    expect(message).toMatch(new RegExp(`^waiting for process ${process.pid}, which has been writing for [1-9]\\d* s$`));
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

  test('of another machine counts as long as its claim is renewed', async () => {
    foreignClaim(50);
    await expect(enter({ signal: soon() })).rejects.toMatchObject({ name: 'TimeoutError' });
    rmSync(work, { recursive: true });
    foreignClaim(70);
    (await enter({ signal: soon() })).leave();
    expect(existsSync(work)).toBe(false);
  });
});

describe('a name that is taken', () => {
  const forged = `claim-${ownIdentity()?.world}-1-${1}-00`;

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
  ])('%s delays nothing, and stays', async (_, take) => {
    take();
    const before = readdirSync(directory, { recursive: true });
    const lock = await enter({ signal: soon() });
    expect(readdirSync(directory).filter((name) => name !== workName)).toEqual([
      expect.stringMatching(/^\.jks2pem-work-[0-9a-f]{24}$/),
    ]);
    // Another run of ours finds the same spare name.
    await expect(enter({ signal: soon() })).rejects.toMatchObject({ name: 'TimeoutError' });
    lock.leave();
    expect(readdirSync(directory, { recursive: true })).toEqual(before);
  });
});

describe('a spare name', () => {
  test('still counts when the usual one is free again', async () => {
    writeFileSync(work, '');
    const lock = await enter({ signal: soon() });
    rmSync(work);
    await expect(enter({ signal: soon() })).rejects.toThrow();
    lock.leave();
    expect(readdirSync(directory)).toEqual([]);
    (await enter({ signal: soon() })).leave();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('and the usual one are never held at the same time, while another user takes and frees that', async () => {
    let inside = 0;
    let most = 0;
    let turns = 20;
    const turn = async () => {
      while (turns-- > 0) {
        const lock = await enter();
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 2));
        inside--;
        lock.leave();
      }
    };
    // The name is free for a moment whenever a run has left it.
    const taking = setInterval(() => {
      if (!existsSync(work)) writeFileSync(work, '');
      else if (statSync(work).isFile()) rmSync(work);
    }, 3);
    await Promise.all([turn(), turn(), turn()]);
    clearInterval(taking);
    rmSync(work, { force: true });
    expect([most, readdirSync(directory)]).toEqual([1, []]);
  });
});

test('a process is known by its number and its start', () => {
  const own = ownIdentity();
  if (own === undefined) throw new Error('no /proc here');
  expect(own.pid).toBe(String(process.pid));
  expect([isRunning(own), isRunning({ ...own, start: '1' }), isRunning({ ...own, pid: '99999999' })]).toEqual([
    true,
    false,
    false,
  ]);
});
