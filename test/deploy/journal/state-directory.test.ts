import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
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
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DirectoryOpener } from '../../../src/deploy/directory/directory-opener.js';
import { pendingJournal, StateDirectory } from '../../../src/deploy/journal/state-directory.js';
import { Transaction } from '../../../src/deploy/transaction.js';
import { HookFailedError } from '../../../src/errors.js';
import { content, user } from '../transaction-runs.js';

let root: string;
const reasons: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jks2pem-state-'));
  for (const name of ['a', 'b', 'lib']) mkdirSync(join(root, name));
  reasons.length = 0;
});
afterEach(() => rmSync(root, { recursive: true }));

const place = (name: string) => join(root, name);
const read = (name: string) => readFileSync(place(name), 'utf8');
const state = (path = 'lib/jks2pem/mail') => ({
  path: place(path),
  mayMake: 2,
  onUnavailable: (message: string) => void reasons.push(message),
});

/** A transaction that puts one file into each of two directories, with a hook each. */
async function start(text: string, path?: string): Promise<Transaction> {
  const transaction = new Transaction({ user, isAllOrNothing: true, hasHook: true, state: state(path) });
  await transaction.put('a', place('a/key.pem'), content(text), 'hook a');
  await transaction.put('b', place('b/key.pem'), content(text), 'hook b');
  await transaction.commit();
  return transaction;
}

async function write(text: string, path?: string): Promise<void> {
  const transaction = await start(text, path);
  await transaction.settle(async () => {}, 'hook a');
  await transaction.settle(async () => {}, 'hook b');
  transaction.writeRecord(Buffer.from('record'));
  transaction.close();
}

test('it is made with mode 0700, and holds nothing but the record afterwards', async () => {
  await write('one');
  for (const name of ['lib/jks2pem', 'lib/jks2pem/mail']) expect(statSync(place(name)).mode & 0o777, name).toBe(0o700);
  expect(readdirSync(place('lib/jks2pem/mail'))).toEqual(['state.json']);
  expect(read('lib/jks2pem/mail/state.json')).toBe('record');
  expect(statSync(place('lib/jks2pem/mail/state.json')).mode & 0o777).toBe(0o600);
});

test('it is not entered if there is nothing to write', async () => {
  await write('one');
  const before = statSync(place('lib/jks2pem/mail')).mtimeMs;
  await write('one');
  expect(statSync(place('lib/jks2pem/mail')).mtimeMs).toBe(before);
});

test('it holds no journal if another program has written the same files meanwhile', async () => {
  const transaction = new Transaction({ user, hasHook: true, state: state() });
  await transaction.put('a', place('a/key.pem'), content('one'), 'hook a');
  writeFileSync(place('a/key.pem'), 'one', { mode: 0o600 });
  await transaction.commit();
  expect(existsSync(place(`lib/jks2pem/mail/${pendingJournal}`))).toBe(false);
  transaction.close();
  expect([transaction.changes, readdirSync(place('lib/jks2pem/mail'))]).toEqual([[], []]);
});

test('while hooks run, its journal decides for all directories', async () => {
  await write('one');
  const transaction = await start('two');
  const journal = JSON.parse(read('lib/jks2pem/mail/.jks2pem-work/journal'));
  expect(journal).toMatchObject({ isFirst: true, pending: ['hook a', 'hook b'], others: [place('a'), place('b')] });
  const other = JSON.parse(read('a/.jks2pem-work/journal'));
  expect(other).toMatchObject({ isFirst: false, others: [place('lib/jks2pem/mail')] });
  transaction.close();
  expect([read('a/key.pem'), read('b/key.pem')]).toEqual(['one', 'one']);
});

test('a hook that fails takes back only its own outputs', async () => {
  await write('one');
  const transaction = await start('two');
  const failing = async () => {
    throw new HookFailedError('deploy hook failed with exit code 1');
  };
  await expect(transaction.settle(failing, 'hook a')).rejects.toThrow('the previous files were restored');
  await transaction.settle(async () => {}, 'hook b');
  transaction.close();
  expect([read('a/key.pem'), read('b/key.pem')]).toEqual(['one', 'two']);
});

test('a hook that fails for a new file: the message says that it was removed', async () => {
  const transaction = new Transaction({ user, hasHook: true, state: state() });
  await transaction.put('a', place('a/key.pem'), content('one'));
  await transaction.commit();
  const failed = transaction.settle(() => Promise.reject(new HookFailedError('deploy hook failed')));
  await expect(failed).rejects.toThrow('the new files were removed');
  transaction.close();
});

describe('after a kill while hooks ran', () => {
  /** Leaves everything as a run that was killed after its first hook had succeeded. */
  async function leaveKilled(): Promise<void> {
    await write('one');
    const transaction = await start('two');
    await transaction.settle(async () => {}, 'hook a');
    mkdirSync(place('kept'));
    execFileSync('cp', ['-a', place('a'), place('b'), place('lib'), place('kept')]);
    transaction.close();
    for (const name of ['a', 'b', 'lib']) {
      rmSync(place(name), { recursive: true });
      execFileSync('cp', ['-a', place(`kept/${name}`), root]);
      // The claims are of this process, which lives.
      for (const path of readdirSync(place(name), { recursive: true, encoding: 'utf8' }))
        if (path.includes('/claim-') || path.startsWith('claim-')) rmSync(join(place(name), path));
    }
    expect([read('a/key.pem'), read('b/key.pem')]).toEqual(['two', 'two']);
  }

  test('a run for the same outputs takes back what its hook has not accepted, and writes it anew', async () => {
    await leaveKilled();
    const ran: string[] = [];
    const transaction = await start('two');
    for (const hook of ['hook a', 'hook b']) await transaction.settle(async () => void ran.push(hook), hook);
    transaction.close();
    expect(ran).toEqual(['hook b']);
    expect([read('a/key.pem'), read('b/key.pem')]).toEqual(['two', 'two']);
    expect(readdirSync(place('b'))).toEqual(['key.pem']);
  });

  test('a run for other outputs with the same state takes it back, too', async () => {
    await leaveKilled();
    mkdirSync(place('c'));
    const transaction = new Transaction({ user, isAllOrNothing: true, hasHook: true, state: state() });
    await transaction.put('c', place('c/key.pem'), content('three'), 'hook c');
    await transaction.commit();
    await transaction.settle(async () => {}, 'hook c');
    transaction.close();
    expect([read('a/key.pem'), read('b/key.pem')]).toEqual(['two', 'one']);
    expect(readdirSync(place('lib/jks2pem/mail'))).toEqual(['state.json']);
  });

  test('a run that has nothing to write takes it back, too', async () => {
    await leaveKilled();
    mkdirSync(place('c'));
    writeFileSync(place('c/key.pem'), 'current', { mode: 0o600 });
    const transaction = new Transaction({ user, isAllOrNothing: true, hasHook: true, state: state() });
    await transaction.put('c', place('c/key.pem'), content('current'), 'hook c');
    await transaction.commit();
    transaction.close();
    expect([read('a/key.pem'), read('b/key.pem')]).toEqual(['two', 'one']);
  });

  test('a dry run takes nothing back', async () => {
    await leaveKilled();
    const transaction = new Transaction({ user, dryRun: true, hasHook: true, state: state() });
    await transaction.put('a', place('a/key.pem'), content('three'), 'hook a');
    await transaction.commit();
    transaction.close();
    expect([read('a/key.pem'), read('b/key.pem')]).toEqual(['two', 'two']);
    expect(existsSync(place(`lib/jks2pem/mail/${pendingJournal}`))).toBe(true);
  });

  test('a run in one of the directories, without the state, asks the journal there', async () => {
    await leaveKilled();
    for (const [name, expected] of [
      ['a', 'two'],
      ['b', 'one'],
    ]) {
      const transaction = new Transaction({ user });
      await transaction.put('x', place(`${name}/other.pem`), content('x'));
      await transaction.commit();
      transaction.close();
      expect(read(`${name}/key.pem`), name).toBe(expected);
    }
  });
});

describe('a state directory that cannot be used', () => {
  test('is not in use', () => {
    const opener = new DirectoryOpener(user);
    writeFileSync(place('file'), '');
    for (const path of ['none', 'file', 'x'.repeat(300)])
      expect(StateDirectory.isInUse(state(path), opener, user), path.slice(0, 9)).toBe(false);
    opener.close();
  });

  test('because of a fault of the program is an error', () => {
    const opener = new DirectoryOpener(user);
    vi.spyOn(opener, 'find').mockImplementation(() => {
      throw new TypeError('fault');
    });
    expect(() => StateDirectory.isInUse(state(), opener, user)).toThrow('fault');
    opener.close();
  });

  test('is of no interest to a run that has nothing to write', async () => {
    writeFileSync(place('lib/jks2pem'), '');
    writeFileSync(place('a/key.pem'), 'current', { mode: 0o600 });
    const transaction = new Transaction({ user, isAllOrNothing: true, hasHook: true, state: state() });
    await transaction.put('a', place('a/key.pem'), content('current'));
    await transaction.commit();
    transaction.close();
    expect([transaction.changes, reasons]).toEqual([[], []]);
  });

  test.each([
    ['a file in its place', () => writeFileSync(place('lib/jks2pem'), ''), 'not a directory'],
    ['no directory above it', () => rmSync(place('lib'), { recursive: true }), 'no such directory'],
    [
      'another user can change it',
      () => {
        mkdirSync(place('lib/jks2pem/mail'), { recursive: true });
        chmodSync(place('lib/jks2pem'), 0o777);
      },
      'other users can change it',
    ],
    [
      'a directory above it that another user can change',
      () => chmodSync(place('lib'), 0o777),
      'other users can change it',
    ],
    ['a link that leads nowhere', () => symlinkSync(place('nowhere/x'), place('lib/jks2pem')), ''],
  ])('%s: everything is written as usual, with a message', async (_, prepare, reason) => {
    prepare();
    await write('one');
    expect([read('a/key.pem'), read('b/key.pem')]).toEqual(['one', 'one']);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain(reason);
    expect(existsSync(place('lib/jks2pem/mail/state.json'))).toBe(false);
    for (const name of ['a', 'b']) expect(readdirSync(place(name))).toEqual(['key.pem']);
  });
});
