import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FileContent } from '../../src/deploy/file-content.js';
import { Claim } from '../../src/deploy/lock.js';
import { Transaction } from '../../src/deploy/transaction.js';
import type { TransactionOptions } from '../../src/deploy/transaction-options.js';
import { HookFailedError } from '../../src/errors.js';
import { watchWiping } from '../wiping.js';
import { SystemCalls, systemError } from './system-calls.js';
import { content, deployFile, deploySet, failingHook, makeMailAndWeb, user } from './transaction-runs.js';

/* What other programs, other runs and signals do in the middle of a run. */

const actual = { linkSync, renameSync, writeFileSync };
const calls = new SystemCalls();
beforeAll(() => calls.install());
afterAll(() => calls.uninstall());

let root: string;
const place = (name: string) => join(root, name);
const put = (name: string, text: string) => actual.writeFileSync(place(name), text, { mode: 0o600 });
const read = (name: string) => (existsSync(place(name)) ? readFileSync(place(name), 'utf8') : undefined);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  makeMailAndWeb(root);
  calls.reset(root);
});
afterEach(() => {
  vi.restoreAllMocks();
  calls.reset('/nonexistent');
  rmSync(root, { recursive: true });
});
const begin = (options: Partial<TransactionOptions> = {}) =>
  new Transaction({ user, isAllOrNothing: true, ...options });
const succeeding = async () => {};
/** Replaces a file as another program does. */
const replace = (name: string) => {
  put(`${name}.other`, 'from another program');
  actual.renameSync(place(`${name}.other`), place(name));
};

describe('a file that another program replaces', () => {
  const changed = 'was changed by another program during this run, so it was not replaced';
  /** Replaces the file after it was examined, when a link to it is made. */
  const replaceWhenLinked = (name: string) => {
    calls.instead.linkSync = ((from: string, to: string) => {
      replace(name);
      actual.linkSync(from, to);
    }) as never;
  };

  test('while it is kept is an error; nothing is lost', async () => {
    put('mail/a.pem', 'old');
    replaceWhenLinked('mail/a.pem');
    await expect(deployFile(place('mail/a.pem'), content('new'), { runHook: succeeding })).rejects.toThrow(changed);
    expect([read('mail/a.pem'), readdirSync(place('mail'))]).toEqual(['from another program', ['a.pem']]);
  });

  test('while it is kept gets no second name by that, which another run would refuse', async () => {
    for (const name of ['a', 'b']) put(`mail/${name}.pem`, 'old');
    const transaction = begin({ hasHook: true, isAllOrNothing: false });
    for (const name of ['a', 'b']) await transaction.put(name, place(`mail/${name}.pem`), content('new'));
    replaceWhenLinked('mail/a.pem');
    await transaction.commit();
    expect(transaction.failureOf('a')).toMatchObject({ message: `${place('mail/a.pem')}: ${changed}` });
    expect([statSync(place('mail/a.pem')).nlink, read('mail/b.pem')]).toEqual([1, 'new']);
    transaction.close();
  });

  test('while it waits in the work directory is an error, too', async () => {
    put('mail/a.pem', 'old');
    const transaction = begin({ hasHook: true, directory: { path: place('mail'), mode: 0o700 } });
    await transaction.put('a', place('mail/a.pem'), content('new', { mode: 0o600 }));
    rmSync(place('mail/.jks2pem-work/new/a.pem'));
    await expect(transaction.commit()).rejects.toThrow(`${place('mail/a.pem')}: ${changed}`);
    transaction.close();
    expect(read('mail/a.pem')).toBe('old');
  });

  test('while it becomes part of a set is an error; nothing is lost', async () => {
    put('mail/a.pem', 'old');
    replaceWhenLinked('mail/a.pem');
    await expect(deploySet(place('mail'), new Map([['a.pem', content('new')]]))).rejects.toThrow(changed);
    expect(read('mail/a.pem')).toBe('from another program');
  });

  test('just before it would be removed, after a failed hook, stays', async () => {
    calls.before = (call) => {
      if (call === 'rename mail/a.pem mail/.jks2pem-work/new/a.pem') replace('mail/a.pem');
    };
    const { runHook } = failingHook(1, () => '');
    await expect(deployFile(place('mail/a.pem'), content('new'), { runHook })).rejects.toThrow(HookFailedError);
    expect([read('mail/a.pem'), readdirSync(place('mail'))]).toEqual(['from another program', ['a.pem']]);
  });

  test('while the hook runs stays, and the message names it; the others are restored', async () => {
    for (const name of ['a', 'b']) put(`mail/${name}.pem`, 'old');
    const transaction = begin({ hasHook: true });
    for (const name of ['a', 'b', 'c']) await transaction.put(name, place(`mail/${name}.pem`), content('new'));
    await transaction.commit();
    const settled = transaction.settle(async () => {
      if (read('mail/a.pem') === 'new') replace('mail/a.pem');
      throw new HookFailedError('deploy hook failed');
    });
    await expect(settled).rejects.toThrow(
      `deploy hook failed; the previous files were restored, except ${place('mail/a.pem')}, which another program has replaced, but the hook fails for them too`,
    );
    transaction.close();
    expect([read('mail/a.pem'), read('mail/b.pem'), read('mail/c.pem')]).toEqual([
      'from another program',
      'old',
      undefined,
    ]);
  });

  test.each(['old', undefined])(
    'while the hook runs stays, and nothing is said to be back (before: %s)',
    async (before) => {
      if (before !== undefined) put('mail/a.pem', before);
      const hooks: unknown[] = [];
      const runHook = async () => {
        hooks.push(read('mail/a.pem'));
        replace('mail/a.pem');
        throw new HookFailedError('deploy hook failed');
      };
      await expect(deployFile(place('mail/a.pem'), content('new'), { runHook })).rejects.toThrow(
        `deploy hook failed; nothing was restored, because another program has replaced ${place('mail/a.pem')}`,
      );
      // The hook does not run again, because servers would read the same file again.
      expect([hooks, read('mail/a.pem')]).toEqual([['new'], 'from another program']);
    },
  );

  test('while the hook runs stays; a new file in another directory is removed', async () => {
    const transaction = begin({ hasHook: true });
    for (const name of ['mail/a.pem', 'web/b.pem']) await transaction.put(name, place(name), content('new'));
    await transaction.commit();
    const settled = transaction.settle(async () => {
      replace('web/b.pem');
      throw new HookFailedError('deploy hook failed');
    });
    await expect(settled).rejects.toThrow(
      `the new files were removed, except ${place('web/b.pem')}, which another program has replaced`,
    );
    transaction.close();
    expect([read('mail/a.pem'), read('web/b.pem')]).toEqual([undefined, 'from another program']);
  });

  test('is not named if the run did not replace it', async () => {
    for (const name of ['a', 'b']) put(`mail/${name}.pem`, 'old');
    const transaction = begin({ hasHook: true, isAllOrNothing: false });
    for (const name of ['a', 'b']) await transaction.put(name, place(`mail/${name}.pem`), content('new'));
    calls.before = (call) => {
      if (call.startsWith('rename') && call.endsWith(' mail/a.pem')) throw systemError('EPERM', 'rename');
    };
    await transaction.commit();
    calls.before = () => {};
    await expect(transaction.settle(failingHook(1, () => '').runHook)).rejects.toThrow(
      'the previous files were restored, and the hook was run for them',
    );
    expect(transaction.failureOf('a')).toMatchObject({ code: 'ERR_OUTPUT' });
    transaction.close();
    expect([read('mail/a.pem'), read('mail/b.pem')]).toEqual(['old', 'old']);
  });

  test('a copy that was kept of it is wiped in memory', async () => {
    put('mail/a.pem', 'old key');
    calls.instead.linkSync = () => {
      throw systemError('EPERM', 'link');
    };
    const wiped = watchWiping();
    await deployFile(place('mail/a.pem'), content('new'), { runHook: succeeding });
    expect(wiped.filter((each) => each === 'old key')).toHaveLength(1);
  });
});

test('an error of the whole transaction names its main directory', async () => {
  const transaction = begin({ hasHook: true, directory: { path: place('mail'), mode: 0o700 } });
  await transaction.put('a', place('mail/a.pem'), content('new'));
  calls.before = (call) => {
    if (call === 'fsync mail/.jks2pem-work') throw systemError('EIO', 'fsync');
  };
  await expect(transaction.commit()).rejects.toThrow(expect.objectContaining({ message: `${place('mail')}: made up` }));
  calls.before = () => {};
  transaction.close();
});

describe('a signal', () => {
  test('before the first rename stops the run; the old files stay', async () => {
    put('mail/a.pem', 'old');
    const stop = new AbortController();
    calls.before = (call) => {
      if (call.startsWith('fsync') && call.endsWith('new/a.pem')) stop.abort(new Error('asked to end'));
    };
    await expect(deployFile(place('mail/a.pem'), content('new'), { signal: stop.signal })).rejects.toThrow(
      'asked to end',
    );
    expect([read('mail/a.pem'), readdirSync(place('mail'))]).toEqual(['old', ['a.pem']]);
  });

  test('while the state directory is locked stops the run, which does not go on without it', async () => {
    const unavailable: string[] = [];
    const state = {
      path: place('state'),
      mayMake: 1,
      onUnavailable: (message: string) => void unavailable.push(message),
    };
    const first = begin({ state, hasHook: true });
    await first.put('a', place('mail/a.pem'), content('first'));
    await first.commit();
    const stop = new AbortController();
    const attempts = vi.spyOn(Claim, 'create');
    const second = begin({ state, hasHook: true, signal: stop.signal });
    await second.put('b', place('web/b.pem'), content('second'));
    const committed = expect(second.commit()).rejects.toThrow('asked to end');
    await vi.waitFor(() => expect(attempts.mock.calls.length).toBeGreaterThan(1), { timeout: 20_000 });
    stop.abort(new Error('asked to end'));
    await committed;
    second.close();
    expect([unavailable, read('web/b.pem')]).toEqual([[], undefined]);
    await first.settle(succeeding);
    first.close();
  });

  test('while the main directory is locked leaves the transaction without it', async () => {
    const directory = { path: place('mail'), mode: 0o700 };
    const first = begin({ hasHook: true });
    await first.put('a', place('mail/a.pem'), content('first'));
    await first.commit();
    const stop = new AbortController();
    const second = begin({ directory, signal: stop.signal, onWait: () => {} });
    expect(second.isUsable).toBe(true);
    const putting = expect(second.put('b', place('mail/b.pem'), content('second'))).rejects.toThrow('asked to end');
    stop.abort(new Error('asked to end'));
    await putting;
    expect(second.isUsable).toBe(false);
    second.close();
    first.close();
  });
});

describe('another run', () => {
  test('that has written the same meanwhile leaves nothing to do', async () => {
    const first = begin({ hasHook: true });
    await first.put('a', place('mail/a.pem'), content('same'));
    await first.commit();
    const attempts = vi.spyOn(Claim, 'create');
    let hooks = 0;
    const second = deployFile(place('mail/a.pem'), content('same'), { runHook: async () => void hooks++ });
    await vi.waitFor(() => expect(attempts.mock.calls.length).toBeGreaterThan(1), { timeout: 20_000 });
    await first.settle(succeeding);
    first.close();
    expect([await second, hooks]).toEqual([[], 0]);
  });

  test('that was killed before its hook succeeded is made good, also if its file is the wanted one', async () => {
    put('mail/a.pem', 'new');
    const { size, mtimeMs } = statSync(place('mail/a.pem'));
    const work = place('mail/.jks2pem-work');
    mkdirSync(join(work, 'old'), { recursive: true, mode: 0o700 });
    put('mail/.jks2pem-work/old/a.pem', 'old');
    const entries = [{ entry: 'a.pem', hook: '', replaces: true, mark: `file ${size} ${mtimeMs}` }];
    put('mail/.jks2pem-work/journal', JSON.stringify({ id: 'x', entries, pending: [''], others: [], isFirst: true }));
    let hooks = 0;
    const changes = await deployFile(place('mail/a.pem'), content('new'), { runHook: async () => void hooks++ });
    expect([changes, hooks, read('mail/a.pem')]).toEqual([[place('mail/a.pem')], 1, 'new']);
  });

  test('that keeps a second link to the file does not let a dry run fail', async () => {
    put('mail/a.pem', 'old');
    const lock = begin({ hasHook: true });
    await lock.put('b', place('mail/b.pem'), content('new'));
    await lock.commit();
    actual.linkSync(place('mail/a.pem'), place('mail/.jks2pem-work/new/a.pem'));
    const dry = begin({ dryRun: true });
    await dry.put('a', place('mail/a.pem'), content('new'));
    expect(dry.changes).toEqual([place('mail/a.pem')]);
    dry.close();
    lock.close();
  });
});

test('the previous set is kept for the next run if it cannot be restored', async () => {
  await deploySet(place('mail'), new Map([['a.pem', content('old')]]));
  const previous = place(`mail/${readlinkSync(place('mail/.jks2pem'))}`);
  calls.before = (call) => {
    if (call.startsWith('rename') && call.includes('/old/')) throw systemError('EIO', 'rename');
  };
  const { runHook } = failingHook(9, () => '');
  await expect(deploySet(place('mail'), new Map([['a.pem', content('new')]]), { runHook })).rejects.toThrow('made up');
  expect([read('mail/a.pem'), readFileSync(join(previous, 'a.pem'), 'utf8')]).toEqual(['new', 'old']);
  calls.before = () => {};
  await deployFile(place('mail/b.pem'), content('other'));
  expect([read('mail/a.pem'), read('mail/b.pem')]).toEqual(['old', 'other']);
});

describe('an output that is added', () => {
  const isWiped = ({ content: bytes }: FileContent) => bytes.every((byte) => byte === 0);

  test('is wiped at once if there is nothing to write', async () => {
    put('mail/a.pem', 'same');
    for (const dryRun of [true, false]) {
      const transaction = begin({ dryRun });
      const [same, other] = [content('same'), content('other')];
      await transaction.put('a', place('mail/a.pem'), same);
      await transaction.put('b', place('web/b.pem'), other);
      expect([isWiped(same), isWiped(other)]).toEqual([true, dryRun]);
      transaction.close();
    }
  });

  test('is wiped if the transaction ends without it', async () => {
    put('web/c.pem', 'same');
    const contents = ['file', 'set', 'same'].map((text) => content(text));
    const [file, set, same] = contents as [FileContent, FileContent, FileContent];
    const transaction = begin();
    await transaction.put('file', place('mail/a.pem'), file);
    await transaction.putSet('set', place('mail'), new Map([['b.pem', set]]));
    await transaction.putSet('same', place('web'), new Map([['c.pem', same]]));
    expect(contents.map(isWiped)).toEqual([false, false, true]);
    transaction.close();
    expect(contents.map(isWiped)).toEqual([true, true, true]);
  });

  test('is written into a directory that is created for it', async () => {
    const transaction = begin();
    await transaction.put('a', place('new/a.pem'), content('new'), '', { path: place('new'), mode: 0o700 });
    expect(existsSync(place('new'))).toBe(false);
    await transaction.commit();
    transaction.close();
    expect([read('new/a.pem'), statSync(place('new')).mode & 0o7777]).toEqual(['new', 0o700]);
  });

  test('is no part of the transaction if it is refused', async () => {
    put('mail/a.pem', 'old');
    actual.linkSync(place('mail/a.pem'), place('mail/second-name.pem'));
    const transaction = begin({ isAllOrNothing: false, directory: { path: place('mail'), mode: 0o700 } });
    const refused = content('new');
    await expect(transaction.put('a', place('mail/a.pem'), refused)).rejects.toThrow('2 hard links');
    expect(isWiped(refused)).toBe(true);
    await transaction.put('b', place('mail/b.pem'), content('new'));
    await transaction.commit();
    expect([transaction.failureOf('a'), transaction.changes]).toEqual([undefined, [place('mail/b.pem')]]);
    transaction.close();
  });
});

describe('two outputs without a hook', () => {
  const journals = () => calls.log.filter((call) => call.startsWith('rename') && call.endsWith('/journal'));
  test.each([
    [1, true, 0],
    [2, true, 1],
    [2, false, 0],
  ])('have a journal only if all or none must change: %i outputs, %s', async (count, isAllOrNothing, expected) => {
    const transaction = begin({ isAllOrNothing });
    for (let i = 0; i < count; i++) await transaction.put(`${i}`, place(`mail/${i}.pem`), content('new'));
    await transaction.commit();
    transaction.close();
    expect(journals()).toHaveLength(expected);
  });

  test('a fault of the program stops all of them; a failed call only its own', async () => {
    for (const [error, expected] of [
      [new TypeError('fault'), undefined],
      [systemError('EIO', 'open'), 'new'],
    ] as const) {
      rmSync(place('web/b.pem'), { force: true });
      calls.before = (call) => {
        if (call === 'create mail/.jks2pem-work/new/a.pem') throw error;
      };
      const transaction = begin({ isAllOrNothing: false });
      await transaction.put('a', place('mail/a.pem'), content('new'));
      await transaction.put('b', place('web/b.pem'), content('new'));
      if (expected === undefined) await expect(transaction.commit()).rejects.toBe(error);
      else await transaction.commit();
      transaction.close();
      expect(read('web/b.pem')).toBe(expected);
    }
  });
});

test('a dry run knows what is current in a directory that could have been created', async () => {
  put('mail/a.pem', 'same');
  const transaction = begin({ dryRun: true });
  await transaction.put('a', place('mail/a.pem'), content('same'), '', { path: place('mail'), mode: 0o755 });
  expect(transaction.changes).toEqual([]);
  transaction.close();
});

describe('the record', () => {
  test.each([
    ['because the disk is full', /^write .*state\.json$/],
    ['and whose unfinished file cannot be removed', /^(?:write|unlink) .*state\.json$/],
  ])('that cannot be written, %s, is a message, and can be written again', async (_, failing) => {
    const messages: string[] = [];
    const state = { path: place('state'), mayMake: 1, onUnavailable: (message: string) => void messages.push(message) };
    const transaction = begin({ state, hasHook: true });
    await transaction.put('a', place('mail/a.pem'), content('new'));
    await transaction.commit();
    await transaction.settle(succeeding);
    calls.before = (call) => {
      if (failing.test(call)) throw systemError('ENOSPC', 'write');
    };
    transaction.writeRecord(Buffer.from('record'));
    calls.before = () => {};
    expect(messages).toEqual([`${place('state')}: made up`]);
    rmSync(place('state/.jks2pem-work/new/state.json'), { force: true });
    transaction.writeRecord(Buffer.from('record'));
    transaction.close();
    expect([read('state/state.json'), messages.length]).toEqual(['record', 1]);
  });

  test('is not written because of a fault of the program: that is an error', async () => {
    const state = { path: place('state'), mayMake: 1, onUnavailable: (message: string) => expect.fail(message) };
    const transaction = begin({ state });
    await transaction.put('a', place('mail/a.pem'), content('new'));
    await transaction.commit();
    const fault = new TypeError('fault');
    calls.before = (call) => {
      if (/^write .*state\.json$/.test(call)) throw fault;
    };
    expect(() => transaction.writeRecord(Buffer.from('record'))).toThrow(fault);
    calls.before = () => {};
    transaction.close();
  });
});

describe('a shared link of a set that leads elsewhere', () => {
  test.each(['../web', '/etc', 'directory'])(
    'to %s is replaced, and nothing there is read or changed',
    async (text) => {
      mkdirSync(place('mail/directory'));
      put('web/a.pem', 'new');
      put('mail/directory/a.pem', 'new');
      symlinkSync(text, place('mail/.jks2pem'));
      symlinkSync('.jks2pem/a.pem', place('mail/a.pem'));
      const transaction = begin();
      await transaction.putSet('a', place('mail'), new Map([['a.pem', content('new')]]));
      // What the link leads to does not count as current.
      await transaction.commit();
      expect(transaction.changes).toEqual([place('mail/a.pem')]);
      transaction.close();
      expect(readlinkSync(place('mail/.jks2pem'))).toMatch(/^\.jks2pem-[0-9a-f]{24}$/);
      expect([read('web/a.pem'), read('mail/directory/a.pem'), read('mail/a.pem')]).toEqual(['new', 'new', 'new']);
    },
  );
});

describe('in a directory of another user (needs root)', () => {
  test.runIf(user === 0)('a set gets its owner, set before its mode', async () => {
    chownSync(place('mail'), 12_345, 54_321);
    await deploySet(place('mail'), new Map([['a.pem', content('new')]]));
    const { uid, gid } = lstatSync(place(`mail/${readlinkSync(place('mail/.jks2pem'))}`));
    // The directory is not safe for root, who does not give files away there.
    expect([uid, gid]).toEqual([0, process.getgid?.()]);
    calls.log.length = 0;
    chownSync(place('web'), 0, 54_321);
    await deploySet(place('web'), new Map([['a.pem', content('new')]]));
    const set = calls.log.filter((call) => /^fch\S+ \S+\.jks2pem-N$/.test(call)).map((call) => call.split(' ')[0]);
    expect(set).toEqual(['fchown', 'fchmod']);
    expect(lstatSync(place(`web/${readlinkSync(place('web/.jks2pem'))}`)).gid).toBe(54_321);
  });

  test.runIf(user === 0)('a set of that user stays', async () => {
    chownSync(place('mail'), 12_345, 12_345);
    const theirs = place('mail/.jks2pem-0123456789abcdef01234567');
    mkdirSync(theirs);
    actual.writeFileSync(join(theirs, 'file'), '');
    chownSync(theirs, 12_345, 12_345);
    await deploySet(place('mail'), new Map([['a.pem', content('new')]]));
    expect(readdirSync(theirs)).toEqual(['file']);
  });
});
