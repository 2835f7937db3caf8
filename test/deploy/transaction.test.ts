import {
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
import { Claim } from '../../src/deploy/lock.js';
import { Transaction } from '../../src/deploy/transaction.js';
import type { TransactionOptions } from '../../src/deploy/transaction-options.js';
import { HookFailedError } from '../../src/errors.js';
import { content, deployFile, makeMailAndWeb, user } from './transaction-runs.js';

let root: string;
let open: Transaction[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  open = [];
  makeMailAndWeb(root);
});
afterEach(() => {
  for (const transaction of open) transaction.close();
  rmSync(root, { recursive: true });
});

const start = (options: Partial<TransactionOptions> = {}) => {
  const transaction = new Transaction({ user, ...options });
  open.push(transaction);
  return transaction;
};
const end = (transaction: Transaction) => {
  transaction.close();
  open = open.filter((other) => other !== transaction);
};
const failing = () => Promise.reject(new HookFailedError('deploy hook failed with exit code 1'));
const succeeding = () => Promise.resolve();

/** Everything below the root, with the contents of files; the numbers of sets left out. */
function tree(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const full = join(root, path);
    if (statSync(full, { throwIfNoEntry: false })?.isFile())
      found[path.replace(/[0-9a-f]{24}/, 'N')] = readFileSync(full, 'utf8');
  }
  return found;
}
const put = (path: string, text: string) => writeFileSync(join(root, path), text, { mode: 0o600 });

describe('outputs in several directories', () => {
  const outputs = (transaction: Transaction, text: string) =>
    Promise.all([
      transaction.put('mail', join(root, 'mail/a.pem'), content(text), 'reload mail'),
      transaction.put('web', join(root, 'web/b.pem'), content(text), 'reload web'),
    ]);

  test('appear together', async () => {
    const transaction = start({ isAllOrNothing: true });
    await outputs(transaction, 'new');
    expect(tree()).toEqual({});
    await transaction.commit();
    end(transaction);
    expect(tree()).toEqual({ 'mail/a.pem': 'new', 'web/b.pem': 'new' });
  });

  test('do not appear if one of them cannot: nothing has changed then', async () => {
    put('mail/a.pem', 'old');
    const transaction = start({ isAllOrNothing: true });
    await outputs(transaction, 'new');
    // A directory takes the place of the file after it was examined: the rename fails.
    mkdirSync(join(root, 'web/b.pem'));
    await expect(transaction.commit()).rejects.toThrow(expect.objectContaining({ code: 'ERR_OUTPUT' }));
    end(transaction);
    expect([tree(), readdirSync(join(root, 'mail'))]).toEqual([{ 'mail/a.pem': 'old' }, ['a.pem']]);
  });

  test('do not appear if the step itself fails for the last of them', async () => {
    put('mail/a.pem', 'old');
    const transaction = start({ isAllOrNothing: true, hasHook: true });
    await outputs(transaction, 'new');
    await transaction.put('last', join(root, 'web/c.pem'), content('new'), 'reload web');
    const staged = transaction.commit();
    // While files are synced, so after they were examined.
    mkdirSync(join(root, 'web/c.pem'));
    await expect(staged).rejects.toThrow(expect.objectContaining({ code: 'ERR_OUTPUT' }));
    end(transaction);
    expect(tree()).toEqual({ 'mail/a.pem': 'old' });
  });

  test('a hook is refused unless the transaction keeps the previous files for hooks', async () => {
    put('mail/a.pem', 'old');
    const transaction = start({ isAllOrNothing: true });
    await outputs(transaction, 'new');
    await transaction.commit();
    await expect(transaction.settle(succeeding)).rejects.toThrow(TypeError);
    end(transaction);
    expect(tree()).toMatchObject({ 'mail/a.pem': 'new' });
  });

  test('a hook that fails takes back only the outputs that name it', async () => {
    put('mail/a.pem', 'old');
    put('web/b.pem', 'old');
    const transaction = start({ isAllOrNothing: true, hasHook: true });
    await outputs(transaction, 'new');
    await transaction.commit();
    await expect(transaction.settle(failing, 'reload mail')).rejects.toThrow(/the previous files were restored/);
    await transaction.settle(succeeding, 'reload web');
    end(transaction);
    expect(tree()).toEqual({ 'mail/a.pem': 'old', 'web/b.pem': 'new' });
    expect(readdirSync(join(root, 'mail'))).toEqual(['a.pem']);
  });

  test('are taken back if the run ends before their hooks have run', async () => {
    put('mail/a.pem', 'old');
    const transaction = start({ hasHook: true });
    await outputs(transaction, 'new');
    await transaction.commit();
    expect(tree()).toMatchObject({ 'mail/a.pem': 'new', 'web/b.pem': 'new' });
    end(transaction);
    expect(tree()).toEqual({ 'mail/a.pem': 'old' });
  });

  test.each(['mail/a.pem', 'web/b.pem'])('two outputs for %s are refused', async (path) => {
    symlinkSync(`../${path}`, join(root, 'mail/link.pem'));
    const transaction = start({ isAllOrNothing: true });
    await transaction.put('one', join(root, path), content('new'));
    await transaction.put('two', join(root, 'mail/link.pem'), content('new'));
    await expect(transaction.commit()).rejects.toThrow(/would be written to the same place as/);
    end(transaction);
    expect(tree()).toEqual({});
  });

  test('sets and files may be mixed', async () => {
    const transaction = start({ isAllOrNothing: true, hasHook: true });
    await transaction.putSet('set', join(root, 'mail/live'), new Map([['privkey.pem', content('key')]]));
    await transaction.put('file', join(root, 'web/b.pem'), content('new'));
    await transaction.commit();
    await expect(transaction.settle(failing)).rejects.toThrow(/the new files were removed/);
    end(transaction);
    expect(tree()).toEqual({});
    expect(readdirSync(join(root, 'mail/live'))).toEqual([]);
  });

  test('content is wiped at the end, whatever became of it', async () => {
    put('web/b.pem', 'same');
    const contents = ['new', 'same', 'other'].map((text) => content(text));
    const [fresh, same, unusable] = contents as [(typeof contents)[0], (typeof contents)[0], (typeof contents)[0]];
    const transaction = start();
    await transaction.put('a', join(root, 'mail/a.pem'), fresh);
    await transaction.put('b', join(root, 'web/b.pem'), same);
    await transaction.put('c', join(root, 'web'), unusable).catch(() => {});
    await transaction.commit();
    end(transaction);
    expect(contents.map((each) => each.content.every((byte) => byte === 0))).toEqual([true, true, true]);
  });
});

test('a transaction without outputs changes nothing, and knows of none', async () => {
  const transaction = start({ hasHook: true });
  await transaction.commit();
  transaction.writeRecord(Buffer.from('record'));
  await transaction.settle(() => Promise.reject(new Error('no hook is due')));
  expect([transaction.changes, transaction.changesOf('a'), transaction.failureOf('a')]).toEqual([[], [], undefined]);
  end(transaction);
  expect(tree()).toEqual({});
});

describe('a directory of many outputs', () => {
  const many = (options: Partial<TransactionOptions> = {}) =>
    start({ directory: { path: join(root, 'out'), mode: 0o700 }, ...options });

  test('is made for its user alone, and removed if nothing comes into it', async () => {
    const transaction = many();
    await transaction.put('a', join(root, 'out/a.pem'), content('new'));
    expect([statSync(join(root, 'out')).mode & 0o7777, transaction.isUsable]).toEqual([0o700, true]);
    end(transaction);
    expect(existsSync(join(root, 'out'))).toBe(false);
  });

  test('may have a path that ends with a dot', async () => {
    const transaction = many({ directory: { path: `${root}/mail/.`, mode: 0o700 } });
    await transaction.put('a', join(root, 'mail/a.pem'), content('new'));
    await transaction.commit();
    end(transaction);
    expect(tree()).toEqual({ 'mail/a.pem': 'new' });
  });

  test('is not made where a directory above it is missing', () => {
    expect(() => start({ directory: { path: join(root, 'none/out'), mode: 0o700 } })).toThrow(
      expect.objectContaining({ code: 'ERR_OUTPUT', hint: `create it first: mkdir -p ${root}/none` }),
    );
  });

  test('that the system refuses to look at is an error of the output', () => {
    const path = join(root, 'x'.repeat(300));
    expect(() => start({ directory: { path, mode: 0o700 } })).toThrow(
      expect.objectContaining({ code: 'ERR_OUTPUT', message: `${path}: name too long` }),
    );
  });

  test('gets what can be written, and says what cannot', async () => {
    mkdirSync(join(root, 'out'));
    mkdirSync(join(root, 'out/b.pem'));
    const transaction = many();
    await transaction.put('a', join(root, 'out/a.pem'), content('new'));
    await expect(transaction.put('b', join(root, 'out/b.pem'), content('new'))).rejects.toThrow(/is a directory/);
    await transaction.put('c', join(root, 'out/c.pem'), content('new'));
    mkdirSync(join(root, 'out/c.pem'));
    await transaction.commit();
    expect([transaction.changesOf('a'), transaction.changesOf('c')]).toEqual([[join(root, 'out/a.pem')], []]);
    expect(transaction.failureOf('c')).toMatchObject({ code: 'ERR_OUTPUT' });
    end(transaction);
    expect(tree()).toEqual({ 'out/a.pem': 'new' });
  });

  test('keeps the mode of files that it replaces', async () => {
    mkdirSync(join(root, 'out'));
    writeFileSync(join(root, 'out/a.pem'), 'old', { mode: 0o400 });
    const transaction = many();
    await transaction.put('a', join(root, 'out/a.pem'), content('new'));
    await transaction.commit();
    end(transaction);
    expect([tree(), statSync(join(root, 'out/a.pem')).mode & 0o7777]).toEqual([{ 'out/a.pem': 'new' }, 0o400]);
  });

  test.each([true, false])(
    'is compared before it is locked, because that may not be needed, and again under the lock (current: %s)',
    async (isCurrent) => {
      mkdirSync(join(root, 'out'));
      for (const name of ['a', 'b']) put(`out/${name}.pem`, 'old');
      const compared: string[] = [];
      const compare = (name: string, result: boolean) => ({
        isCurrent: () => {
          compared.push(name);
          return result;
        },
      });
      const transaction = many();
      await transaction.put('a', join(root, 'out/a.pem'), content('new', compare('a', false)));
      await transaction.put('b', join(root, 'out/b.pem'), content('new', compare('b', isCurrent)));
      expect(compared).toEqual(['a', 'a', 'b']);
    },
  );

  test('another run that writes one of its files waits until the hook has ended', async () => {
    const transaction = many({ hasHook: true });
    await transaction.put('a', join(root, 'out/a.pem'), content('batch'));
    await transaction.commit();
    const attempts = vi.spyOn(Claim, 'create');
    const other = deployFile(join(root, 'out/a.pem'), content('single'));
    await vi.waitFor(() => expect(attempts.mock.calls.length).toBeGreaterThan(2), { timeout: 20_000 });
    attempts.mockRestore();
    expect(tree()).toMatchObject({ 'out/a.pem': 'batch' });
    await transaction.settle(succeeding);
    end(transaction);
    await other;
    expect(tree()).toEqual({ 'out/a.pem': 'single' });
  });

  test('a dry run makes nothing, and knows what would change', async () => {
    const transaction = many({ dryRun: true });
    await transaction.put('a', join(root, 'out/a.pem'), content('new'));
    await transaction.putSet('b', join(root, 'out/b'), new Map([['privkey.pem', content('new')]]));
    await transaction.commit();
    expect(transaction.changes).toEqual([join(root, 'out/a.pem'), join(root, 'out/b/privkey.pem')]);
    end(transaction);
    expect(existsSync(join(root, 'out'))).toBe(false);
  });
});
