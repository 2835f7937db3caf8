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
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Transaction } from '../../src/deploy/transaction.js';
import { HookFailedError } from '../../src/errors.js';
import { SystemCalls, systemError } from './system-calls.js';
import { content, deployFile, deploySet, makeMailAndWeb, user } from './transaction-runs.js';

const actualWrite = writeSync;
const calls = new SystemCalls();
beforeAll(() => calls.install());
afterAll(() => calls.uninstall());

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  makeMailAndWeb(root);
  calls.reset(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (path: string, text: string, mode = 0o600) => {
  writeFileSync(join(root, path), text, { mode });
  chmodSync(join(root, path), mode);
};
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const succeeding = async () => void calls.log.push('the hook');
const failing = async () => {
  calls.log.push('the hook');
  throw new HookFailedError('deploy hook failed');
};

/** What is called from the first call that contains a text, without the calls of the lock, which need not be durable. */
function callsFrom(first: string): string[] {
  const essential = calls.log.filter((call) => !/claim|^(?:mkdir|rmdir) /.test(call));
  const short = essential.map((call) => call.replaceAll('.jks2pem-work', 'WORK'));
  return short.slice(short.findIndex((call) => call.startsWith(first)));
}

describe('several directories', () => {
  async function run(hook: () => Promise<void>): Promise<void> {
    put('web/b.pem', 'old');
    const transaction = new Transaction({ user, isAllOrNothing: true, hasHook: true });
    await transaction.put('mail', join(root, 'mail/a.pem'), content('new'));
    await transaction.put('web', join(root, 'web/b.pem'), content('new'));
    try {
      await transaction.commit();
      await transaction.settle(hook);
    } finally {
      transaction.close();
    }
  }
  const journal = (directory: string) => [
    `create ${directory}/WORK/journal-new`,
    `write ${directory}/WORK/journal-new`,
    `fsync ${directory}/WORK/journal-new`,
    `rename ${directory}/WORK/journal-new ${directory}/WORK/journal`,
    `fsync ${directory}/WORK`,
  ];

  test('the journal of the first is written last and removed first; every file is placed after it', async () => {
    await run(succeeding);
    expect(callsFrom('link')).toEqual([
      'link web/b.pem web/WORK/old/b.pem',
      'fsync web/WORK/old',
      ...journal('web'),
      ...journal('mail'),
      'rename mail/WORK/new/a.pem mail/a.pem',
      'rename web/WORK/new/b.pem web/b.pem',
      'fsync mail',
      'fsync web',
      'the hook',
      'unlink mail/WORK/journal',
      'fsync mail/WORK',
      'unlink web/WORK/journal',
      'fsync web/WORK',
      'unlink web/WORK/old/b.pem',
    ]);
  });

  test('a failed hook: everything is restored and synced before the first journal is removed', async () => {
    await expect(run(failing)).rejects.toThrow('the previous files were restored');
    expect(callsFrom('the hook')).toEqual([
      'the hook',
      'rename mail/a.pem mail/WORK/new/a.pem',
      'unlink mail/WORK/new/a.pem',
      'fsync mail',
      'rename web/WORK/old/b.pem web/b.pem',
      'fsync web',
      'unlink mail/WORK/journal',
      'fsync mail/WORK',
      'unlink web/WORK/journal',
      'fsync web/WORK',
      'the hook',
    ]);
  });

  test('are locked in one order, whatever the order of the outputs, so that two runs cannot deadlock', async () => {
    const orders = [];
    for (const paths of [
      ['mail/a.pem', 'web/b.pem'],
      ['web/b.pem', 'mail/a.pem'],
    ]) {
      calls.log.length = 0;
      const transaction = new Transaction({ user, isAllOrNothing: true });
      for (const path of paths) await transaction.put(path, join(root, path), content(`new in ${paths[0]}`));
      await transaction.commit();
      transaction.close();
      orders.push(calls.log.filter((call) => call.startsWith('mkdir') && call.endsWith('-work')));
    }
    expect(orders[0]).toHaveLength(2);
    expect(orders[1]).toEqual(orders[0]);
  });
});

test('a set over loose files: links to their content first, then the new files, then one rename', async () => {
  for (const name of ['cert.pem', 'privkey.pem']) put(`web/${name}`, 'old');
  const files = new Map(['cert.pem', 'privkey.pem'].map((name) => [name, content('new')]));
  await deploySet(join(root, 'web'), files, { runHook: succeeding });
  const set = 'web/WORK/.jks2pem-N';
  const adopted = ['cert.pem', 'privkey.pem'];
  expect(callsFrom('link')).toEqual([
    ...adopted.map((file) => `link web/${file} ${set}/${file}`),
    `fchmod ${set}`,
    `fsync ${set}`,
    `rename ${set} web/.jks2pem-N`,
    ...['.jks2pem', ...adopted].flatMap((entry) => ['symlink web/WORK/link-N', `rename web/WORK/link-N web/${entry}`]),
    'fsync web',
    ...adopted.flatMap((file) => ['create', 'fchmod', 'write', 'fsync'].map((call) => `${call} ${set}/${file}`)),
    `fchmod ${set}`,
    `fsync ${set}`,
    `rename ${set} web/.jks2pem-N`,
    'symlink web/WORK/new/.jks2pem',
    'fsync web',
    'symlink web/WORK/old/.jks2pem',
    'fsync web/WORK/old',
    'create web/WORK/journal-new',
    'write web/WORK/journal-new',
    'fsync web/WORK/journal-new',
    'rename web/WORK/journal-new web/WORK/journal',
    'fsync web/WORK',
    'rename web/WORK/new/.jks2pem web/.jks2pem',
    'fsync web',
    'the hook',
    'unlink web/WORK/journal',
    'fsync web/WORK',
    'unlink web/.jks2pem-N/cert.pem',
    'unlink web/.jks2pem-N/privkey.pem',
    'unlink web/WORK/old/.jks2pem',
  ]);
});

describe('at every moment, the files of a set', () => {
  const names = ['cert.pem', 'privkey.pem'];
  /** What is read under each name, at the time of each call. */
  function watch(): string[] {
    const seen: string[] = [];
    const look = () => names.map((each) => (existsSync(join(root, 'web', each)) ? read(`web/${each}`) : '-')).join(' ');
    calls.before = () => void seen.push(look());
    return seen;
  }
  const set = () => new Map(names.map((each) => [each, content('new')]));

  test.each([['cert.pem'], ['privkey.pem'], names])(
    'are the old ones or the new ones, if there is %s',
    async (...old) => {
      for (const each of old) put(`web/${each}`, 'old');
      const seen = watch();
      await deploySet(join(root, 'web'), set());
      const before = names.map((each) => (old.includes(each) ? 'old' : '-')).join(' ');
      expect([...new Set(seen)]).toEqual([before, 'new new']);
    },
  );

  test('are missing or new, if there is a link to a set that no file uses', async () => {
    mkdirSync(join(root, 'web/.jks2pem-0123456789abcdef01234567'));
    for (const each of names) put(`web/.jks2pem-0123456789abcdef01234567/${each}`, 'forgotten');
    symlinkSync('.jks2pem-0123456789abcdef01234567', join(root, 'web/.jks2pem'));
    const seen = watch();
    await deploySet(join(root, 'web'), set());
    expect([...new Set(seen)]).toEqual(['- -', 'new new']);
    expect(readdirSync(join(root, 'web')).filter((each) => each.startsWith('.'))).toHaveLength(2);
  });
});

describe('a file system without hard links', () => {
  const withoutLinks = () => {
    calls.instead.linkSync = () => {
      throw systemError('EPERM', 'link');
    };
  };

  test('the old file is copied, with its mode, and synced before the journal is written', async () => {
    put('mail/a.pem', 'old', 0o640);
    withoutLinks();
    await deployFile(join(root, 'mail/a.pem'), content('new'), { runHook: succeeding });
    expect(callsFrom('link').slice(0, 7)).toEqual([
      'link mail/a.pem mail/WORK/old/a.pem',
      'create mail/WORK/old/a.pem',
      'fchmod mail/WORK/old/a.pem',
      'write mail/WORK/old/a.pem',
      'fsync mail/WORK/old/a.pem',
      'fsync mail/WORK/old',
      'create mail/WORK/journal-new',
    ]);
  });

  test('a failed hook restores the copy: content, mode and owner', async () => {
    put('mail/a.pem', 'old', 0o2640);
    withoutLinks();
    const { uid, gid } = statSync(join(root, 'mail/a.pem'));
    const deployed = deployFile(join(root, 'mail/a.pem'), content('new'), { runHook: failing });
    await expect(deployed).rejects.toThrow('the previous files were restored');
    const after = statSync(join(root, 'mail/a.pem'));
    expect([read('mail/a.pem'), after.mode & 0o7777, after.uid, after.gid]).toEqual(['old', 0o2640, uid, gid]);
  });
});

test('the record is written beside, synced, renamed, and its directory synced', async () => {
  const state = { path: join(root, 'state'), mayMake: 1, onUnavailable: (message: string) => expect.fail(message) };
  const transaction = new Transaction({ user, hasHook: true, isAllOrNothing: true, state });
  await transaction.put('a', join(root, 'mail/a.pem'), content('new'));
  await transaction.commit();
  await transaction.settle();
  transaction.writeRecord(Buffer.from('record'));
  transaction.close();
  expect(callsFrom('create state/WORK/new/state.json')).toEqual([
    'create state/WORK/new/state.json',
    'write state/WORK/new/state.json',
    'fsync state/WORK/new/state.json',
    'rename state/WORK/new/state.json state/state.json',
    'fsync state',
  ]);
  expect(calls.log).toContain('mkdir state');
  // The new directory itself survives a power cut.
  expect(calls.log.indexOf('fsync .')).toBe(calls.log.indexOf('mkdir state') + 1);
});

test('no file is open to others before its rights are set, whatever the umask', async () => {
  put('mail/a.pem', 'old', 0o640);
  await deployFile(join(root, 'mail/a.pem'), content('new'), { runHook: succeeding });
  await deployFile(join(root, 'mail/c.pem'), content('new', { defaultMode: 0o644, holdsKey: false }));
  await deploySet(join(root, 'web'), new Map([['cert.pem', content('new', { defaultMode: 0o644 })]]));
  expect(calls.created.map(({ place, mode }) => `${place.replace(/^.*work\//, '')} ${mode.toString(8)}`)).toEqual([
    'claim 600',
    'new/a.pem 600',
    'journal-new 600',
    'claim 600',
    'new/c.pem 644',
    'claim 600',
    '.jks2pem-N/cert.pem 600',
  ]);
  const directories: number[] = [];
  calls.before = (call) => {
    if (call.startsWith('create')) directories.push(statSync(join(root, 'mail/.jks2pem-work')).mode & 0o7777);
  };
  await deployFile(join(root, 'mail/a.pem'), content('newer'), { runHook: succeeding });
  expect(new Set(directories)).toEqual(new Set([0o700]));
});

test('content is complete, however few bytes the system writes at a time', async () => {
  calls.instead.writeSync = ((descriptor: number, bytes: Uint8Array, at: number) =>
    typeof bytes === 'string' ? actualWrite(descriptor, bytes) : actualWrite(descriptor, bytes, at, 1)) as never;
  const text = 'a text of some bytes';
  await deployFile(join(root, 'mail/a.pem'), content(text), { runHook: succeeding });
  await deploySet(join(root, 'web'), new Map([['privkey.pem', content(text)]]));
  expect([read('mail/a.pem'), read('web/privkey.pem')]).toEqual([text, text]);
});
