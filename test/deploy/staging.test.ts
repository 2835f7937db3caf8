import fs, { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Staging } from '../../src/deploy/staging.js';
import { workName } from '../../src/deploy/work-directory.js';
import { EnteredDirectory } from './entered-directory.js';
import { content, user } from './transaction-runs.js';

const entered = new EnteredDirectory();
afterEach(() => {
  vi.restoreAllMocks();
});

/** Replaces spawnSync by a program that succeeds and does nothing. */
function spyOnSpawnSync() {
  return vi.spyOn(process.getBuiltinModule('node:child_process'), 'spawnSync').mockReturnValue({ status: 0 } as never);
}

/** Files that this process has open in the place where new files are made. */
function openFiles(): number {
  const paths = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(join('/proc/self/fd', fd));
    } catch {
      // The descriptor that listed the directory is closed already.
      return '';
    }
  });
  return paths.filter((path) => path.startsWith(join(entered.path, workName, 'new/'))).length;
}

async function stage(count: number): Promise<Staging> {
  const staging = new Staging(entered.work);
  for (let i = 0; i < count; i++) await staging.add(`${i}.pem`, content(`key ${i}`), `${i}.pem`);
  return staging;
}

test.each([1, 31, 32, 100])('%i files are complete and closed once they are synced, with their mode', async (count) => {
  const staging = await stage(count);
  await staging.synced();
  expect(staging.failures.size).toBe(0);
  for (let i = 0; i < count; i++) {
    const path = join(entered.path, workName, 'new', `${i}.pem`);
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o7777]).toEqual([`key ${i}`, 0o600]);
  }
  expect(openFiles()).toBe(0);
});

test('content is overwritten as soon as it is written; a file that cannot be created is a failure', async () => {
  const staging = new Staging(entered.work);
  const contents = [content('key'), content('another key')] as const;
  await staging.add('a.pem', contents[0], 'a.pem');
  await staging.add('a.pem', contents[1], 'a.pem');
  expect(contents.map((each) => each.content.every((byte) => byte === 0))).toEqual([true, false]);
  expect([...staging.failures.keys()]).toEqual(['a.pem']);
  await staging.synced();
});

test('each file gets its own rights, whatever those of the files before', async () => {
  // With most umasks, the first and the third need more than the mode with which they are created.
  const modes = [0o666, 0o600, 0o666, 0o644, 0o600, 0o400, 0o2640, 0o640, 0o666];
  const staging = new Staging(entered.work);
  for (const [i, mode] of modes.entries()) await staging.add(`${i}.pem`, content('key', { mode }), `${i}.pem`);
  await staging.synced();
  const found = modes.map((_, i) => statSync(join(entered.path, workName, 'new', `${i}.pem`)).mode & 0o7777);
  expect(found).toEqual(modes);
});

test('rights that new files have already are set once for each kind of file', async () => {
  const { fchmodSync } = fs;
  let count = 0;
  const counting = (...args: Parameters<typeof fchmodSync>) => {
    count++;
    fchmodSync(...args);
  };
  Object.assign(fs, { fchmodSync: counting });
  syncBuiltinESMExports();
  try {
    await (await stage(3)).synced();
    expect(count).toBe(1);
  } finally {
    Object.assign(fs, { fchmodSync });
    syncBuiltinESMExports();
  }
});

test.runIf(user === 0)('each file gets its own owner (needs root)', async () => {
  const kinds = [{}, { uid: 1234 }, { gid: 5678 }, { uid: 1234, gid: 5678 }];
  // Each kind twice: rights that the first file did not get by itself must be set for the second one, too.
  const owners = [...kinds, ...kinds];
  const staging = new Staging(entered.work);
  for (const [i, owner] of owners.entries()) await staging.add(`${i}.pem`, content('key', { owner }), `${i}.pem`);
  await staging.synced();
  const own = { uid: process.getuid?.(), gid: process.getgid?.() };
  for (const [i, owner] of owners.entries())
    expect(statSync(join(entered.path, workName, 'new', `${i}.pem`))).toMatchObject({ ...own, ...owner });
});

test('of many files, a few hundred are open at a time', async () => {
  // Nothing here is lost with the power.
  const { fsync } = fs;
  Object.assign(fs, { fsync: (_: number, done: () => void) => setImmediate(done) });
  syncBuiltinESMExports();
  const staging = new Staging(entered.work);
  let most = 0;
  for (let i = 0; i < 600; i++) {
    await staging.add(`${i}.pem`, content('key'), `${i}.pem`);
    if (i % 50 === 49) most = Math.max(most, openFiles());
  }
  await staging.synced();
  Object.assign(fs, { fsync });
  syncBuiltinESMExports();
  // 256 that are being synced, and up to 32 whose sync was not requested yet.
  expect(most).toBeLessThanOrEqual(256 + 32);
  expect([most > 0, openFiles(), readdirSync(join(entered.path, workName, 'new')).length]).toEqual([true, 0, 600]);
});

test('of 256 files whose sync has not ended, one must end before the next file is written', async () => {
  const { fsync } = fs;
  const ends: ((error: null) => void)[] = [];
  Object.assign(fs, { fsync: (_: number, done: (error: null) => void) => void ends.push(done) });
  syncBuiltinESMExports();
  try {
    const staging = await stage(255);
    expect(ends.length).toBe(224);
    let isAdded = false;
    const added = staging.add('last.pem', content('key'), 'last.pem').then(() => {
      isAdded = true;
    });
    await new Promise(setImmediate);
    expect([ends.length, isAdded]).toEqual([256, false]);
    ends.pop()?.(null);
    await added;
    const synced = staging.synced();
    for (const end of ends) end(null);
    await synced;
    expect([staging.failures.size, openFiles()]).toEqual([0, 0]);
  } finally {
    Object.assign(fs, { fsync });
    syncBuiltinESMExports();
  }
});

test('access control lists of 256 files are copied by one process', async () => {
  const spawned = spyOnSpawnSync();
  for (let i = 0; i < 257; i++) writeFileSync(join(entered.path, `${i}.pem`), 'old', { mode: 0o600 });
  const staging = await stage(257);
  expect(spawned).toHaveBeenCalledTimes(1);
  await staging.synced();
  expect(spawned.mock.calls.map(([, args]) => args?.slice(args.indexOf('--') + 1).length)).toEqual([256, 1]);
  expect([staging.failures.size, openFiles()]).toEqual([0, 0]);
  expect(readFileSync(join(entered.path, workName, 'new/256.pem'), 'utf8')).toBe('key 256');
});

test('no access control list is copied to a file that cannot be created', async () => {
  const spawned = spyOnSpawnSync();
  for (let i = 0; i < 2; i++) writeFileSync(join(entered.path, `${i}.pem`), 'old', { mode: 0o600 });
  writeFileSync(join(entered.work.new.realPath(), '0.pem'), 'in the way');
  const staging = await stage(2);
  await staging.synced();
  expect(spawned.mock.calls.map(([, args]) => args?.slice(args.indexOf('--') + 1))).toEqual([
    ['/proc/self/fd/3/1.pem'],
  ]);
  expect([...staging.failures]).toEqual([['0.pem', expect.objectContaining({ code: 'EEXIST' })]]);
});

test('what is given up is closed', async () => {
  const staging = await stage(3);
  staging.close();
  expect(openFiles()).toBe(0);
  await staging.synced();
});
