import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Lock } from '../../src/deploy/lock.js';
import { isRunning, ownIdentity } from '../../src/deploy/process-identity.js';

let folder: string;
let work: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  work = join(folder, 'work');
});
afterEach(() => rmSync(folder, { recursive: true }));

const soon = () => AbortSignal.timeout(200);

test('is held by one at a time, and leaves nothing', async () => {
  let inside = 0;
  let most = 0;
  const turn = async () => {
    const lock = await Lock.acquire(work);
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inside--;
    lock.release();
  };
  await Promise.all(Array.from({ length: 10 }, turn));
  expect([most, existsSync(work)]).toEqual([1, false]);
});

test('is waited for until told to stop', async () => {
  const lock = await Lock.acquire(work);
  await expect(Lock.acquire(work, soon())).rejects.toThrow();
  expect(readdirSync(work)).toHaveLength(1);
  lock.release();
  expect(existsSync(work)).toBe(false);
});

/** A claim from where processes cannot be seen from here. */
function foreignClaim(secondsAgo: number): void {
  mkdirSync(work, { mode: 0o700 });
  chmodSync(work, 0o700);
  const claim = join(work, 'claim-0123456789abcdef.4026531836-1-1-00');
  writeFileSync(claim, '');
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(claim, then, then);
}

test('of another machine counts as long as it gives signs of life', async () => {
  foreignClaim(50);
  await expect(Lock.acquire(work, soon())).rejects.toThrow();
  rmSync(work, { recursive: true });
  foreignClaim(70);
  (await Lock.acquire(work, soon())).release();
  expect(existsSync(work)).toBe(false);
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
