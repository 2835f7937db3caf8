import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Transaction } from '../../../src/deploy/transaction.js';
import { workName } from '../../../src/deploy/work-directory.js';
import { SystemCalls } from '../system-calls.js';
import { content, deployFile, makeMailAndWeb, user } from '../transaction-runs.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  makeMailAndWeb(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const place = (name: string) => join(root, name);
const read = (name: string) => (existsSync(place(name)) ? readFileSync(place(name), 'utf8') : undefined);

/** An entry of a journal for a new file that replaced an old one, or nothing. */
const entryOf = (name: string, replaces: boolean) => {
  const { size, mtimeMs } = statSync(place(name));
  return { entry: name.split('/')[1], hook: 'reload', replaces, mark: `file ${size} ${mtimeMs}` };
};

/** What a killed run has left in a directory: its journal, and the old files. */
function leave(directory: string, record: object, old: Readonly<Record<string, string>> = {}, name = workName): void {
  const work = join(root, directory, name);
  mkdirSync(join(work, 'old'), { recursive: true, mode: 0o700 });
  chmodSync(work, 0o700);
  writeFileSync(
    join(work, 'journal'),
    JSON.stringify({ id: 'one', pending: ['reload'], others: [], isFirst: true, ...record }),
  );
  for (const [name, text] of Object.entries(old)) writeFileSync(join(work, 'old', name), text);
}
const next = () => deployFile(place('mail/next.pem'), content('next'));
const put = (name: string, text: string) => writeFileSync(place(name), text);

test('a set that is not in use is no trace of a killed run if there is no work directory', async () => {
  mkdirSync(place('mail/.jks2pem-0123456789abcdef01234567'));
  await next();
  expect(readdirSync(place('mail'))).toEqual(['.jks2pem-0123456789abcdef01234567', 'next.pem']);
});

describe('what a killed run has put in place is taken back by the next one', () => {
  test('the old file comes back, and the new one is removed where there was none', async () => {
    put('mail/a.pem', 'new');
    put('mail/b.pem', 'new');
    leave('mail', { entries: [entryOf('mail/a.pem', true), entryOf('mail/b.pem', false)] }, { 'a.pem': 'old' });
    await next();
    expect([read('mail/a.pem'), read('mail/b.pem')]).toEqual(['old', undefined]);
    expect(readdirSync(place('mail')).sort()).toEqual(['a.pem', 'next.pem']);
  });

  test('unless another program has replaced it since', async () => {
    put('mail/a.pem', 'new');
    put('mail/b.pem', 'new');
    leave('mail', { entries: [entryOf('mail/a.pem', true), entryOf('mail/b.pem', false)] }, { 'a.pem': 'old' });
    put('mail/a.pem', 'from another program');
    put('mail/b.pem', 'from another program');
    await next();
    expect([read('mail/a.pem'), read('mail/b.pem')]).toEqual(Array(2).fill('from another program'));
  });

  test('the old file comes back, too, if the new one has been removed since', async () => {
    put('mail/a.pem', 'new');
    leave('mail', { entries: [entryOf('mail/a.pem', true)] }, { 'a.pem': 'old' });
    rmSync(place('mail/a.pem'));
    await next();
    expect(read('mail/a.pem')).toBe('old');
  });

  test.each(['old', undefined])(
    'only once, if the recovery itself was killed afterwards (in place: %s)',
    async (text) => {
      put('mail/a.pem', 'new');
      leave('mail', { entries: [entryOf('mail/a.pem', true)] });
      // The recovery has renamed the kept file, and has not removed the journal.
      rmSync(place('mail/a.pem'));
      if (text !== undefined) put('mail/a.pem', text);
      await next();
      expect([read('mail/a.pem'), read('mail/next.pem')]).toEqual([text, 'next']);
    },
  );

  test('unless its hook had succeeded', async () => {
    put('mail/a.pem', 'new');
    leave('mail', { entries: [entryOf('mail/a.pem', true)], pending: ['another'] }, { 'a.pem': 'old' });
    await next();
    expect(read('mail/a.pem')).toBe('new');
  });
});

describe('on an NFS server that maps root to another user, a killed run is undone', () => {
  const mapped = 65_534;
  /** Acts as root whose files get another owner. A user other than root has such files anyway, if it is taken for root. */
  async function asMapped(action: () => Promise<unknown>): Promise<unknown> {
    if (user !== 0) return action();
    execFileSync('chown', ['-R', `${mapped}`, root]);
    process.seteuid?.(mapped);
    try {
      return await action();
    } finally {
      process.seteuid?.(0);
    }
  }
  beforeEach(() => {
    chmodSync(place('mail'), 0o777);
    put('mail/a.pem', 'new');
  });
  const killed = (name?: string) => leave('mail', { entries: [entryOf('mail/a.pem', true)] }, { 'a.pem': 'old' }, name);
  const again = () => deployFile(place('mail/a.pem'), content('new'), { user: 0 });

  test('although the file seems to be current', async () => {
    killed();
    chmodSync(place(`mail/${workName}/old/a.pem`), 0o600);
    expect(await asMapped(again)).toEqual([place('mail/a.pem')]);
    expect([read('mail/a.pem'), readdirSync(place('mail'))]).toEqual(['new', ['a.pem']]);
  });

  test('also in a spare directory', async () => {
    killed(`${workName}-0123456789abcdef01234567`);
    mkdirSync(place(`mail/${workName}`), { mode: 0o755 });
    expect(await asMapped(() => deployFile(place('mail/next.pem'), content('new'), { user: 0 }))).toHaveLength(1);
    expect([read('mail/a.pem'), readdirSync(place('mail'))]).toEqual(['old', [workName, 'a.pem', 'next.pem']]);
  });

  test('by a dry run, nothing', async () => {
    killed();
    expect(await asMapped(() => deployFile(place('mail/a.pem'), content('new'), { user: 0, dryRun: true }))).toEqual(
      [],
    );
    expect(read('mail/a.pem')).toBe('new');
  });

  test.runIf(user === 0)('if its main journal is in a directory where root is the owner', async () => {
    put('web/b.pem', 'new');
    leave('mail', { entries: [], others: [place('web')] });
    execFileSync('chown', ['-R', '1234', place('mail')]);
    const record = { entries: [entryOf('web/b.pem', true)], pending: [], others: [place('mail')], isFirst: false };
    leave('web', record, { 'b.pem': 'old' });
    // This process, which creates files as root, is taken for user 1234.
    await deployFile(place('web/next.pem'), content('new'), { user: 1234 });
    expect(read('web/b.pem')).toBe('old');
  });
});

describe('a killed run in several directories', () => {
  const leaveTwo = (second: object = {}, names: { readonly mail?: string; readonly web?: string } = {}) => {
    put('mail/a.pem', 'new');
    put('web/b.pem', 'new');
    leave('mail', { entries: [entryOf('mail/a.pem', true)], others: [place('web')] }, { 'a.pem': 'old' }, names.mail);
    const entries = [entryOf('web/b.pem', true)];
    const record = { entries, pending: [], others: [place('mail')], isFirst: false, ...second };
    leave('web', record, { 'b.pem': 'old' }, names.web);
  };
  const both = () => [read('mail/a.pem'), read('web/b.pem')];

  test.each(['mail', 'web'])('is taken back in all of them, whichever is entered first: %s', async (first) => {
    leaveTwo();
    await deployFile(place(`${first}/next.pem`), content('next'));
    if (first === 'mail') expect(both()).toEqual(['old', 'old']);
    else expect(read('web/b.pem')).toBe('old');
    await next();
    expect(both()).toEqual(['old', 'old']);
    for (const name of ['mail', 'web']) expect(readdirSync(place(name)).join()).not.toContain('work');
  });

  const spare = `${workName}-0123456789abcdef01234567`;
  test.each([{ mail: spare }, { web: spare }, { mail: spare, web: spare }])(
    'is taken back in all of them, whichever is entered first, if it has used spare names: %j',
    async (names) => {
      for (const first of ['mail', 'web']) {
        leaveTwo({}, names);
        await deployFile(place(`${first}/next.pem`), content(`next ${names.mail} ${names.web}`));
        expect(first === 'mail' ? both() : [both()[1]]).toEqual(first === 'mail' ? ['old', 'old'] : ['old']);
        await deployFile(place('mail/next.pem'), content('another'));
        expect(both()).toEqual(['old', 'old']);
        for (const name of ['mail', 'web']) expect(readdirSync(place(name)).join()).not.toContain('work');
      }
    },
  );

  describe('the order of the recovery', () => {
    const calls = new SystemCalls();
    beforeEach(() => calls.install());
    afterEach(() => calls.uninstall());
    /** The calls of the recovery, without those of the lock. */
    const recovery = async () => {
      calls.reset(root);
      await next();
      const essential = calls.log
        .filter((call) => !/claim/.test(call))
        .map((call) => call.replaceAll(workName, 'WORK'));
      return essential.slice(
        0,
        essential.findIndex((call) => call.startsWith('create mail/WORK/new')),
      );
    };

    test('the main journal is removed last; each journal after its files are back, and before these are forgotten', async () => {
      leaveTwo();
      expect(await recovery()).toEqual([
        'mkdir mail/WORK',
        'mkdir web/WORK',
        'rename web/WORK/old/b.pem web/b.pem',
        'fsync web',
        'unlink web/WORK/journal',
        'fsync web/WORK',
        'rmdir web/WORK/old',
        'rmdir web/WORK',
        'rename mail/WORK/old/a.pem mail/a.pem',
        'fsync mail',
        'unlink mail/WORK/journal',
        'fsync mail/WORK',
        'rmdir mail/WORK/old',
        'mkdir mail/WORK/new',
      ]);
    });

    test('a directory in which nothing is left is not entered', async () => {
      leaveTwo();
      rmSync(place(`web/${workName}`), { recursive: true });
      expect((await recovery()).filter((call) => call.includes('web'))).toEqual([]);
      expect(both()).toEqual(['old', 'new']);
    });
  });

  test('is taken back with a set in the second, whose new files are removed', async () => {
    const [fresh, previous] = ['.jks2pem-0123456789abcdef01234567', '.jks2pem-fedcba9876543210fedcba98'];
    put('mail/a.pem', 'new');
    for (const set of [fresh, previous]) {
      mkdirSync(place(`web/${set}`));
      put(`web/${set}/b.pem`, set === fresh ? 'new' : 'old');
    }
    symlinkSync('.jks2pem/b.pem', place('web/b.pem'));
    symlinkSync(fresh, place('web/.jks2pem'));
    leave('mail', { entries: [entryOf('mail/a.pem', true)], others: [place('web')] }, { 'a.pem': 'old' });
    const entries = [{ entry: '.jks2pem', hook: 'reload', replaces: true, mark: `link ${fresh}` }];
    leave('web', { entries, pending: [], others: [place('mail')], isFirst: false });
    symlinkSync(previous, place(`web/${workName}/old/.jks2pem`));
    await next();
    expect(both()).toEqual(['old', 'old']);
    expect(readdirSync(place('web')).sort()).toEqual(['.jks2pem', previous, 'b.pem'].sort());
  });

  test.runIf(user === 0)(
    'stays in the second if the journal of the first is that of another user (needs root)',
    async () => {
      leaveTwo();
      chownSync(place(`mail/${workName}`), 12_345, 12_345);
      await deployFile(place('web/next.pem'), content('next'));
      expect(read('web/b.pem')).toBe('new');
    },
  );

  test('stays in the second if the journal of the first is gone: the hook had succeeded', async () => {
    leaveTwo();
    rmSync(place(`mail/${workName}`), { recursive: true });
    await deployFile(place('web/next.pem'), content('next'));
    expect(read('web/b.pem')).toBe('new');
  });

  test('stays in the second if the journal of the first is that of another run, or can be changed by others', async () => {
    leaveTwo({ id: 'another' });
    const openFiles = () => readdirSync('/proc/self/fd').length;
    const before = openFiles();
    await deployFile(place('web/next.pem'), content('next'));
    expect([read('web/b.pem'), openFiles()]).toEqual(['new', before]);
    rmSync(place('web'), { recursive: true });
    mkdirSync(place('web'));
    leaveTwo();
    chmodSync(place(`mail/${workName}`), 0o770);
    await deployFile(place('web/next.pem'), content('next'));
    expect(read('web/b.pem')).toBe('new');
  });

  test('leaves alone what another run has left in the second', async () => {
    leaveTwo({ id: 'another' });
    await next();
    expect(both()).toEqual(['old', 'new']);
    expect(existsSync(place(`web/${workName}/journal`))).toBe(true);
  });

  describe.each<[string, (path: string) => void]>([
    ['is gone', () => {}],
    ['is a file now', (path) => writeFileSync(path, '')],
    ['is a link to itself now', (path) => symlinkSync(path, path)],
  ])('of which one %s', (_, replace) => {
    test('is taken back in the first', async () => {
      leaveTwo();
      rmSync(place('web'), { recursive: true });
      replace(place('web'));
      await next();
      expect([read('mail/a.pem'), readdirSync(place('mail'))]).toEqual(['old', ['a.pem', 'next.pem']]);
    });

    test('stays in the second: without the main journal, the hook counts as succeeded', async () => {
      leaveTwo();
      rmSync(place('mail'), { recursive: true });
      replace(place('mail'));
      await deployFile(place('web/next.pem'), content('next'));
      expect([read('web/b.pem'), readdirSync(place('web'))]).toEqual(['new', ['b.pem', 'next.pem']]);
    });
  });

  test('stops the next run if the system refuses to open one of them', async () => {
    leaveTwo();
    leave('mail', { entries: [], others: [place('x'.repeat(300))] });
    await expect(next()).rejects.toThrow('name too long');
  });
});

test('a journal that cannot be read stops the run, and says what to do', async () => {
  leave('mail', {});
  writeFileSync(place(`mail/${workName}/journal`), '{');
  await expect(next()).rejects.toMatchObject({
    code: 'ERR_OUTPUT',
    message: `${place('mail')}/${workName}/journal: cannot be read`,
    hint: `a disk error? Remove ${place('mail')}/${workName} and run this again`,
  });
  expect(read('mail/next.pem')).toBeUndefined();
  // No claim is left: the next run need not wait.
  expect(readdirSync(place(`mail/${workName}`)).sort()).toEqual(['journal', 'old']);
});

test('a journal that is a link is not followed', async () => {
  leave('mail', { entries: [] });
  const journal = place(`mail/${workName}/journal`);
  renameSync(journal, place('elsewhere'));
  symlinkSync(place('elsewhere'), journal);
  await expect(next()).rejects.toMatchObject({ code: 'ERR_OUTPUT' });
  expect([read('mail/next.pem'), existsSync(place('elsewhere'))]).toEqual([undefined, true]);
});

test('an output for a directory that is missing, below one that is missing too, is refused at once', async () => {
  const transaction = new Transaction({ user });
  const directory = { path: place('none/new'), mode: 0o755 };
  const refused = transaction.put('a', place('none/new/a.pem'), content('x'), '', directory);
  await expect(refused).rejects.toThrow(`${place('none')}: no such directory`);
  await transaction.put('b', place('new/a.pem'), content('x'), '', { path: place('new'), mode: 0o750 });
  await transaction.commit();
  transaction.close();
  expect([read('new/a.pem'), statSync(place('new')).mode & 0o777]).toEqual(['x', 0o750 & ~process.umask()]);
});
