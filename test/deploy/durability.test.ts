import { chmodSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SystemCalls, systemError } from './system-calls.js';
import { content, deployFile, deploySet, type RunOptions } from './transaction-runs.js';

const calls = new SystemCalls();
beforeAll(() => calls.install());
afterAll(() => calls.uninstall());

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  path = join(directory, 'a.pem');
  calls.reset(directory);
});
afterEach(() => rmSync(directory, { recursive: true }));

const succeeding = () => Promise.resolve();
const put = (text: string, mode = 0o600) => {
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  calls.log.length = 0;
};
const deploy = (options: RunOptions = {}) => deployFile(path, content('new'), options);

/** The calls without those of the lock, which need not be durable: a claim means nothing after a restart. */
const essential = () => calls.log.filter((call) => !/claim|^(?:mkdir|rmdir) /.test(call));

describe('calls, and their order', () => {
  test('of a new file', async () => {
    await deploy();
    expect(calls.log).toEqual([
      'mkdir .jks2pem-work',
      'create .jks2pem-work/claim',
      'mkdir .jks2pem-work/new',
      'create .jks2pem-work/new/a.pem',
      'fchmod .jks2pem-work/new/a.pem',
      'write .jks2pem-work/new/a.pem',
      'fsync .jks2pem-work/new/a.pem',
      'rename .jks2pem-work/new/a.pem a.pem',
      'fsync .',
      'rmdir .jks2pem-work/new',
      'unlink .jks2pem-work/claim',
      'rmdir .jks2pem-work',
    ]);
  });

  test('of a file that is replaced, with a hook: the old one is kept on disk before, and until the hook is settled on disk', async () => {
    put('old');
    await deploy({ runHook: async () => void calls.log.push('the hook') });
    expect(essential()).toEqual([
      'create .jks2pem-work/new/a.pem',
      'fchmod .jks2pem-work/new/a.pem',
      'write .jks2pem-work/new/a.pem',
      'fsync .jks2pem-work/new/a.pem',
      'link a.pem .jks2pem-work/old/a.pem',
      'fsync .jks2pem-work/old',
      'create .jks2pem-work/journal-new',
      'write .jks2pem-work/journal-new',
      'fsync .jks2pem-work/journal-new',
      'rename .jks2pem-work/journal-new .jks2pem-work/journal',
      'fsync .jks2pem-work',
      'rename .jks2pem-work/new/a.pem a.pem',
      'fsync .',
      'the hook',
      'unlink .jks2pem-work/journal',
      'fsync .jks2pem-work',
      'unlink .jks2pem-work/old/a.pem',
    ]);
  });

  test('of a set: its files and its directory are on disk before the link leads to it', async () => {
    const files = new Map([
      ['cert.pem', content('cert', { defaultMode: 0o644, holdsKey: false })],
      ['privkey.pem', content('key')],
    ]);
    await deploySet(directory, files);
    const set = '.jks2pem-work/.jks2pem-N';
    expect(essential()).toEqual([
      ...['cert.pem', 'privkey.pem'].flatMap((file) => [
        'symlink .jks2pem-work/link-N',
        `rename .jks2pem-work/link-N ${file}`,
      ]),
      'fsync .',
      ...['cert.pem', 'privkey.pem'].flatMap((file) => [
        `create ${set}/${file}`,
        `fchmod ${set}/${file}`,
        `write ${set}/${file}`,
        `fsync ${set}/${file}`,
      ]),
      `fchmod ${set}`,
      `fsync ${set}`,
      `rename ${set} .jks2pem-N`,
      'symlink .jks2pem-work/new/.jks2pem',
      'fsync .',
      'rename .jks2pem-work/new/.jks2pem .jks2pem',
      'fsync .',
    ]);
  });

  test('files are made with O_EXCL and O_NOFOLLOW: nobody else can have made them', async () => {
    put('old');
    await deploy({ runHook: succeeding });
    const exclusive = constants.O_EXCL | constants.O_CREAT;
    expect(calls.created).toHaveLength(3);
    for (const { flags } of calls.created) expect(flags & exclusive).toBe(exclusive);
    expect(calls.created.filter(({ flags }) => flags & constants.O_NOFOLLOW)).toHaveLength(2);
  });
});

describe('a disk error when syncing', () => {
  const failing = (call: string, code: string) => {
    calls.before = (text) => {
      if (text === call) throw systemError(code, 'fsync');
    };
  };

  const work = '.jks2pem-work';
  test.each([`${work}/new/a.pem`, `${work}/old`, `${work}/journal-new`, work, '.'])(
    '%s leaves the old file',
    async (place) => {
      put('old');
      failing(`fsync ${place}`, 'EIO');
      await expect(deploy({ runHook: succeeding })).rejects.toThrow(
        // Nothing is said about new files in place.
        expect.objectContaining({ code: 'ERR_OUTPUT', message: expect.stringMatching(/^[^:]+: made up$/) }),
      );
      expect(readFileSync(path, 'utf8')).toBe('old');
      calls.before = () => {};
      await deploy();
      expect([readFileSync(path, 'utf8'), readdirSync(directory)]).toEqual(['new', ['a.pem']]);
    },
  );

  test('of the directory, without a hook: the message says that the new file is in place', async () => {
    put('old');
    failing('fsync .', 'EIO');
    await expect(deploy()).rejects.toThrow(
      expect.objectContaining({
        message: `${directory}: the new files are in place, but a power cut may restore the previous ones: made up`,
        hint: 'check the disk; if it is sound, run sync(1)',
        cause: expect.objectContaining({ code: 'EIO' }),
      }),
    );
    expect([readFileSync(path, 'utf8'), readdirSync(directory)]).toEqual(['new', ['a.pem']]);
  });

  test('is not blamed for a fault of the program', async () => {
    const fault = new TypeError('fault');
    calls.before = (text) => {
      if (text === 'fsync .') throw fault;
    };
    await expect(deploy()).rejects.toBe(fault);
  });

  test.each(['EINVAL', 'ENOTSUP', 'EPERM'])(
    'a file system that cannot sync directories (%s) is used as it is',
    async (code) => {
      failing('fsync .', code);
      await deploy();
      expect(readFileSync(path, 'utf8')).toBe('new');
    },
  );

  test.each(['EINVAL', 'EIO'])('a file that cannot be synced (%s) is not put in place', async (code) => {
    failing('fsync .jks2pem-work/new/a.pem', code);
    await expect(deploy()).rejects.toThrow(expect.objectContaining({ code: 'ERR_OUTPUT' }));
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('rights', () => {
  test('the set-group-ID bit of a file stays', async () => {
    put('old', 0o2640);
    await deploy();
    expect(statSync(path).mode & 0o7777).toBe(0o2640);
  });

  test('a file system that gives more than was asked for is refused', async () => {
    calls.instead = { fchmodSync: (() => chmodSync(join(directory, '.jks2pem-work/new/a.pem'), 0o644)) as never };
    await expect(deploy()).rejects.toThrow(/the file system set mode 0644 instead of 0600/);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('a set is closed to others while it is written', async () => {
    const modes: number[] = [];
    calls.before = (call) => {
      if (!call.startsWith('write')) return;
      const set = readdirSync(join(directory, '.jks2pem-work')).find((name) => name.startsWith('.jks2pem-'));
      if (set) modes.push(statSync(join(directory, '.jks2pem-work', set)).mode & 0o7777);
    };
    chmodSync(directory, 0o755);
    await deploySet(directory, new Map([['privkey.pem', content('key')]]));
    expect(modes).toEqual([0o700]);
    expect(statSync(join(directory, '.jks2pem')).mode & 0o7777).toBe(0o755);
  });
});
