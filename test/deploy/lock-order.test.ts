import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Transaction } from '../../src/deploy/transaction.js';
import type { TransactionOptions } from '../../src/deploy/transaction-options.js';
import { HookFailedError } from '../../src/errors.js';
import { content, user } from './transaction-runs.js';

/* Runs that must not wait for themselves, or for each other. Without the lock order, each of these tests would end by this time limit. */
const milliseconds = 5_000;

let root: string;
/** Two directories, in the order in which they are locked. */
let low: string;
let high: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  const made = ['mail', 'web'].map((name) => join(root, name));
  for (const path of made) mkdirSync(path, { mode: 0o755 });
  [low = '', high = ''] = made.sort((a, b) => statSync(a).ino - statSync(b).ino);
});
afterEach(() => rmSync(root, { recursive: true }));

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

function begin(options: Partial<TransactionOptions> = {}): Transaction {
  return new Transaction({ user, isAllOrNothing: true, signal: AbortSignal.timeout(milliseconds), ...options });
}

/** Writes new content to files, without a hook. */
async function run(paths: readonly string[], options: Partial<TransactionOptions> = {}): Promise<readonly string[]> {
  const transaction = begin(options);
  try {
    for (const path of paths) await transaction.put(path, path, content('new'));
    await transaction.commit();
    return transaction.changes;
  } finally {
    transaction.close();
  }
}

/** Leaves the directories as a run does that is killed while its hook runs. */
async function killedRun(paths: readonly string[], options: Partial<TransactionOptions> = {}): Promise<void> {
  const copy = `${root}-killed`;
  const transaction = begin({ hasHook: true, ...options });
  try {
    for (const path of paths) await transaction.put(path, path, content('new'));
    await transaction.commit();
    execFileSync('cp', ['-a', root, copy]);
    // The process that made these claims is killed.
    for (const name of readdirSync(copy, { recursive: true, encoding: 'utf8' }))
      if (basename(name).startsWith('claim-')) rmSync(join(copy, name));
    await transaction.settle(async () => {
      throw new HookFailedError('killed');
    });
  } catch (error) {
    expect(error).toBeInstanceOf(HookFailedError);
  } finally {
    transaction.close();
    // The directories stay, because their inode numbers determine the order.
    execFileSync('cp', ['-a', `${copy}/.`, root]);
    rmSync(copy, { recursive: true });
  }
}

describe('two paths to one directory, of which one leads through a link in a sticky directory', () => {
  beforeEach(() => {
    mkdirSync(join(root, 'sticky'));
    chmodSync(join(root, 'sticky'), 0o1777);
    symlinkSync(low, join(root, 'sticky/link'));
  });
  const own = () => join(low, 'a.pem');
  const linked = () => join(root, 'sticky/link/b.pem');

  test.each(['own path first', 'link first'])('%s: it is locked once', async (order) => {
    const paths = order === 'link first' ? [linked(), own()] : [own(), linked()];
    expect(await run(paths)).toEqual(paths);
    expect([read(low, 'a.pem'), read(low, 'b.pem')]).toEqual(['new', 'new']);
  });

  test('as the main directory: it is locked once', async () => {
    expect(await run([own(), linked()], { directory: { path: low, mode: 0o755 } })).toEqual([own(), linked()]);
  });

  test('the rights of an existing file are not kept by the path through the link', async () => {
    writeFileSync(join(low, 'b.pem'), 'old');
    chmodSync(join(low, 'b.pem'), 0o640);
    for (const paths of [[linked()], [own(), linked()], [linked(), own()]])
      await expect(run(paths)).rejects.toThrow('b.pem: has mode 0640, in a directory that other users can write to');
    expect(read(low, 'b.pem')).toBe('old');
  });

  test('the same file by both: refused', async () => {
    const both = [join(low, 'b.pem'), linked()];
    await expect(run(both)).rejects.toThrow(`${both[1]}: would be written to the same place as ${both[0]}`);
  });
});

describe('a killed run in two directories is undone by the next one', () => {
  beforeEach(() => {
    for (const path of [low, high]) writeFileSync(join(path, 'a.pem'), 'old', { mode: 0o600 });
  });

  test.each([
    ['low', 'low'],
    ['low', 'high'],
    ['high', 'low'],
    ['high', 'high'],
  ])('the killed run began with %s, the next one with %s', async (killed, next) => {
    const paths = (first: string) => (first === 'low' ? [low, high] : [high, low]);
    await killedRun(paths(killed).map((path) => join(path, 'a.pem')));
    expect([read(low, 'a.pem'), read(high, 'a.pem')]).toEqual(['new', 'new']);
    const others = paths(next).map((path) => join(path, 'b.pem'));
    expect(await run(others)).toEqual(others);
    expect([read(low, 'a.pem'), read(high, 'a.pem')]).toEqual(['old', 'old']);
  });

  test('which has the directory that the main journal does not name as its main directory', async () => {
    await killedRun([join(low, 'a.pem'), join(high, 'a.pem')]);
    const others = [join(high, 'b.pem'), join(low, 'b.pem')];
    expect(await run(others, { directory: { path: high, mode: 0o755 } })).toEqual(others);
    expect([read(low, 'a.pem'), read(high, 'a.pem')]).toEqual(['old', 'old']);
  });

  test('and each of its outputs is then compared again', async () => {
    writeFileSync(join(low, 'b.pem'), 'old', { mode: 0o600 });
    const paths = [join(low, 'a.pem'), join(low, 'b.pem')];
    await killedRun(paths);
    expect(await run(paths)).toEqual(paths);
    expect([read(low, 'a.pem'), read(low, 'b.pem')]).toEqual(['new', 'new']);
  });
});

test('an output in the state directory: it is locked once', async () => {
  const path = join(low, 'a.pem');
  writeFileSync(path, 'old', { mode: 0o600 });
  const state = { path: low, mayMake: 1, onUnavailable: (message: string) => expect(message).toBe('') };
  const transaction = begin({ hasHook: true, state });
  await transaction.put('a', path, content('new'));
  await transaction.commit();
  expect(read(path)).toBe('new');
  const failing = async () => {
    throw new HookFailedError('failed');
  };
  await expect(transaction.settle(failing)).rejects.toThrow('failed');
  transaction.close();
  expect(read(path)).toBe('old');
});

test('two runs with files in the main directory of the other do not wait for each other', async () => {
  symlinkSync(join(high, 'link.pem'), join(low, 'link.pem'));
  symlinkSync(join(low, 'link2.pem'), join(high, 'link2.pem'));
  const [a, b] = [low, high].map((path) => begin({ directory: { path, mode: 0o755 } })) as [Transaction, Transaction];
  try {
    await a.put('1', join(low, 'a.pem'), content('new'));
    await b.put('1', join(high, 'b.pem'), content('new'));
    await a.put('2', join(low, 'link.pem'), content('new'));
    await b.put('2', join(high, 'link2.pem'), content('new'));
  } finally {
    await Promise.all([a, b].map((each) => each.commit().finally(() => each.close())));
  }
  expect([read(low, 'a.pem'), read(high, 'b.pem')]).toEqual(['new', 'new']);
  expect([read(high, 'link.pem'), read(low, 'link2.pem')]).toEqual(['new', 'new']);
});
