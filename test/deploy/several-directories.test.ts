import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Transaction } from '../../src/deploy/transaction.js';
import type { TransactionOptions } from '../../src/deploy/transaction-options.js';
import { SystemCalls, systemError } from './system-calls.js';
import { content, makeMailAndWeb, user } from './transaction-runs.js';

/* What a transaction over several directories does when one of them fails. */

const calls = new SystemCalls();
beforeAll(() => calls.install());
afterAll(() => calls.uninstall());

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  makeMailAndWeb(root);
  calls.reset(root);
});
afterEach(() => {
  calls.reset('/nonexistent');
  rmSync(root, { recursive: true });
});

const place = (name: string) => join(root, name);
const read = (name: string) => (existsSync(place(name)) ? readFileSync(place(name), 'utf8') : undefined);
const put = (name: string, text: string) => writeFileSync(place(name), text, { mode: 0o600 });
const outputs = ['mail/a.pem', 'web/b.pem'];

async function begin(options: Partial<TransactionOptions> = {}): Promise<Transaction> {
  const transaction = new Transaction({ user, ...options });
  for (const path of outputs) await transaction.put(path, place(path), content('new'));
  return transaction;
}
/** Lets calls fail. */
const fail = (pattern: RegExp, code = 'EIO') => {
  calls.before = (call) => {
    if (pattern.test(call)) throw systemError(code, 'call');
  };
};
/** The files below the root that this process has open. */
const open = () =>
  readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(root);
    } catch {
      return false;
    }
  });

describe('a directory that cannot be closed', () => {
  test.each(['mail', 'web'])('%s: the other one is closed all the same, and the error is reported', async (name) => {
    const transaction = await begin();
    await transaction.commit();
    fail(new RegExp(`^unlink ${name}/\\S*claim$`));
    expect(() => transaction.close()).toThrow(
      expect.objectContaining({ code: 'ERR_OUTPUT', message: expect.stringContaining('made up') }),
    );
    calls.before = () => {};
    const other = name === 'mail' ? 'web' : 'mail';
    expect(readdirSync(place(other))).toEqual([other === 'mail' ? 'a.pem' : 'b.pem']);
    expect(open()).toEqual([]);
  });

  test('both: the first error is reported', async () => {
    const transaction = await begin();
    await transaction.commit();
    const failed: string[] = [];
    calls.before = (call) => {
      if (!/^unlink \S*claim$/.test(call)) return;
      failed.push(call);
      throw systemError(failed.length === 1 ? 'EIO' : 'ENOSPC', `call ${failed.length}`);
    };
    expect(() => transaction.close()).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'EIO' }) }),
    );
    expect(failed).toHaveLength(2);
  });
});

describe('an output whose previous file cannot be kept', () => {
  const unkept = () => {
    for (const path of outputs) put(path, 'old');
    calls.instead.linkSync = () => {
      throw systemError('EPERM', 'link');
    };
    fail(/^create mail\/\S*old\/a\.pem$/);
  };

  test('stays as it is, and the others are written, if they need not change together', async () => {
    unkept();
    const transaction = await begin({ hasHook: true });
    await transaction.commit();
    await transaction.settle(async () => {});
    expect([read('mail/a.pem'), read('web/b.pem')]).toEqual(['old', 'new']);
    expect(transaction.failureOf('mail/a.pem')).toMatchObject({
      code: 'ERR_OUTPUT',
      message: `${place('mail/a.pem')}: made up`,
    });
    expect(transaction.changes).toEqual([place('web/b.pem')]);
    transaction.close();
    expect([readdirSync(place('mail')), readdirSync(place('web'))]).toEqual([['a.pem'], ['b.pem']]);
  });

  test('makes the whole transaction fail, if they must change together', async () => {
    unkept();
    const transaction = await begin({ hasHook: true, isAllOrNothing: true });
    await expect(transaction.commit()).rejects.toThrow(`${place('mail/a.pem')}: made up`);
    transaction.close();
    expect([read('mail/a.pem'), read('web/b.pem')]).toEqual(['old', 'old']);
  });
});

test('each directory is synced once, after all renames in it', async () => {
  const transaction = await begin();
  await transaction.put('c', place('mail/c.pem'), content('new'));
  await transaction.commit();
  transaction.close();
  expect(calls.log.filter((call) => /^rename|^fsync (?:mail|web)$/.test(call))).toEqual([
    'rename mail/.jks2pem-work/new/a.pem mail/a.pem',
    'rename web/.jks2pem-work/new/b.pem web/b.pem',
    'rename mail/.jks2pem-work/new/c.pem mail/c.pem',
    'fsync mail',
    'fsync web',
  ]);
});

test('the previous files are synced before the journal, also beside a file that replaces nothing', async () => {
  put('mail/a.pem', 'old');
  const transaction = new Transaction({ user, hasHook: true });
  for (const name of ['mail/a.pem', 'mail/b.pem']) await transaction.put(name, place(name), content('new'));
  await transaction.commit();
  const work = 'mail/.jks2pem-work';
  const synced = calls.log.indexOf(`fsync ${work}/old`);
  expect([synced > 0, synced < calls.log.indexOf(`create ${work}/journal-new`)]).toEqual([true, true]);
  transaction.close();
  expect([read('mail/a.pem'), read('mail/b.pem')]).toEqual(['old', undefined]);
});

test('a directory in which another program has written the same file meanwhile gets no journal', async () => {
  const transaction = await begin({ hasHook: true });
  put('web/b.pem', 'new');
  await transaction.commit();
  const hasJournal = (name: string) => existsSync(place(`${name}/.jks2pem-work/journal`));
  expect([hasJournal('mail'), hasJournal('web')]).toEqual([true, false]);
  transaction.close();
});

test('a signal before the transaction stops it before anything is locked', async () => {
  const transaction = await begin({ signal: AbortSignal.abort(new Error('asked to end')) });
  await expect(transaction.commit()).rejects.toThrow('asked to end');
  transaction.close();
  expect(calls.log).toEqual([]);
});

test('a state directory that cannot be used is not mentioned if there is nothing to write', async () => {
  for (const path of outputs) put(path, 'new');
  put('state', 'a file in its place');
  const messages: string[] = [];
  const state = { path: place('state'), mayMake: 1, onUnavailable: (message: string) => void messages.push(message) };
  const transaction = await begin({ state, isAllOrNothing: true });
  await transaction.commit();
  transaction.close();
  expect([transaction.changes, messages]).toEqual([[], []]);
});

test('the directories are unlocked in reverse order, the state directory last', async () => {
  const state = { path: place('state'), mayMake: 1, onUnavailable: (message: string) => expect.fail(message) };
  const transaction = await begin({ state });
  await transaction.commit();
  transaction.close();
  expect(calls.log.filter((call) => call.startsWith('rmdir ') && call.endsWith('-work'))).toEqual(
    ['web', 'mail', 'state'].map((name) => `rmdir ${name}/.jks2pem-work`),
  );
});

test('a state directory is made only as deep as allowed', async () => {
  const messages: string[] = [];
  const state = { path: place('x/y/z'), mayMake: 2, onUnavailable: (message: string) => void messages.push(message) };
  const transaction = await begin({ state });
  await transaction.commit();
  transaction.close();
  expect([existsSync(place('x')), messages]).toEqual([false, [`${place('x')}: no such directory`]]);
});

test('a set that a killed run has placed is removed with its key when it is restored, also by a run for another output', async () => {
  chmodSync(place('mail'), 0o755);
  const first = new Transaction({ user, hasHook: true, isAllOrNothing: true });
  await first.putSet('set', place('mail'), new Map([['privkey.pem', content('key')]]));
  await first.commit();
  const [work] = readdirSync(place('mail')).filter((name) => name.endsWith('-work'));
  const journal = read(`mail/${work}/journal`) ?? '';
  await first.settle(async () => {});
  first.close();
  // As if the run had been killed while its hook ran.
  mkdirSync(place(`mail/${work}`), { mode: 0o700 });
  put(`mail/${work}/journal`, journal);
  const next = new Transaction({ user });
  await next.put('other', place('mail/other.pem'), content('new'));
  await next.commit();
  next.close();
  expect(readdirSync(place('mail'))).toEqual(['other.pem']);
});
