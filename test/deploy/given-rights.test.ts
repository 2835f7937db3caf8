import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { copyAccessList, copyAccessLists } from '../../src/deploy/access-list.js';
import { DirectoryOpener } from '../../src/deploy/directory/directory-opener.js';
import { ExistingFile } from '../../src/deploy/existing-file.js';
import type { FileContent } from '../../src/deploy/file-content.js';
import { removeInheritedList, setRights } from '../../src/deploy/rights.js';
import { Transaction } from '../../src/deploy/transaction.js';
import { SystemCalls, systemError } from './system-calls.js';
import { content, deployFile, deploySet, user } from './transaction-runs.js';

const childProcess = process.getBuiltinModule('node:child_process');
const actualChmod = chmodSync;
const calls = new SystemCalls();
beforeAll(() => calls.install());
afterAll(() => calls.uninstall());

let directory: string;
let path: string;
let opener: DirectoryOpener;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  path = join(directory, 'a.pem');
  writeFileSync(path, 'old', { mode: 0o600 });
  opener = new DirectoryOpener(user);
  calls.reset(directory);
});
afterEach(() => {
  vi.restoreAllMocks();
  opener.close();
  calls.reset('/nonexistent');
  rmSync(directory, { recursive: true });
});

describe('setRights', () => {
  function set(mode: number, uid?: number, gid?: number): void {
    const descriptor = openSync(path, 'r');
    try {
      setRights(descriptor, path, { mode, uid, gid }, 'out/a.pem');
    } finally {
      closeSync(descriptor);
    }
  }
  const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

  test.each<[string, number | undefined, number | undefined, boolean]>([
    ['nothing is asked for', undefined, undefined, false],
    ['it has user and group already', uid, gid, false],
    ['another user is asked for', uid + 1, undefined, true],
    ['another group is asked for', undefined, gid + 1, true],
  ])('gives the file away only if needed, and before its mode is set: %s', (_, wantedUid, wantedGid, isGiven) => {
    const given: unknown[] = [];
    calls.instead.fchownSync = (_descriptor: never, ...owner: never[]) => given.push(owner);
    set(0o2640, wantedUid, wantedGid);
    expect(calls.log).toEqual([...(isGiven ? ['fchown a.pem'] : []), 'fchmod a.pem']);
    expect(given).toEqual(isGiven ? [[wantedUid ?? uid, wantedGid ?? gid]] : []);
    expect(statSync(path).mode & 0o7777).toBe(0o2640);
  });

  test.each<[number | undefined, number | undefined, string]>([
    [3_000_000_000, 8, '3000000000:mail'],
    [1, undefined, 'daemon:'],
  ])('says to whom the file cannot be given: %s, %s', (wantedUid, wantedGid, who) => {
    calls.instead.fchownSync = () => {
      throw Object.assign(new Error('EPERM: operation not permitted, fchown'), { code: 'EPERM', syscall: 'fchown' });
    };
    expect(() => set(0o600, wantedUid, wantedGid)).toThrow(
      expect.objectContaining({
        code: 'ERR_OUTPUT',
        message: expect.stringMatching(new RegExp(`^out/a.pem: cannot be given to ${who}.*: operation not permitted$`)),
        cause: expect.objectContaining({ code: 'EPERM' }),
      }),
    );
    expect(calls.log).toEqual(['fchown a.pem']);
  });

  test.each([
    [0o640, 0o600, '0640', '0600'],
    [0o604, 0o640, '0604', '0640'],
  ])('refuses mode %o from the file system for %o', (given, wanted, found, asked) => {
    calls.instead.fchmodSync = () => actualChmod(path, given);
    expect(() => set(wanted)).toThrow(`out/a.pem: the file system set mode ${found} instead of ${asked}`);
  });

  test('accepts a file system that gives less', () => {
    calls.instead.fchmodSync = () => actualChmod(path, 0o400);
    expect(() => set(0o640)).not.toThrow();
  });
});

describe('access control lists', () => {
  const run = () => vi.spyOn(childProcess, 'spawnSync');
  const find = (entry: string) => {
    const found = ExistingFile.find(opener.require(directory), entry, entry);
    if (found === undefined) throw new Error('it was made');
    return found;
  };

  test('are copied by cp, which gets the directories as descriptors and no environment', () => {
    writeFileSync(join(directory, '-b.pem'), 'old');
    mkdirSync(join(directory, 'new'));
    for (const name of ['a.pem', '-b.pem']) writeFileSync(join(directory, 'new', name), '');
    const target = opener.require(join(directory, 'new'));
    const spawned = run();
    copyAccessLists([find('a.pem'), find('-b.pem')], target);
    const handles = [opener.require(directory).handle, target.handle];
    const options = { env: {}, stdio: ['ignore', 'ignore', 'ignore', ...handles] };
    const names = ['/proc/self/fd/3/a.pem', '/proc/self/fd/3/-b.pem'];
    expect(spawned.mock.calls).toEqual([
      [
        '/bin/cp',
        ['--attributes-only', '--preserve=all', '--target-directory', '/proc/self/fd/4', '--', ...names],
        options,
      ],
    ]);
    copyAccessList(find('a.pem'), target, 'c.pem');
    expect(spawned.mock.calls[1]).toEqual([
      '/bin/cp',
      ['--attributes-only', '--preserve=all', '--', '/proc/self/fd/3/a.pem', '/proc/self/fd/4/c.pem'],
      options,
    ]);
    expect(spawned.mock.results.map(({ value }) => value.status)).toEqual([0, 0]);
    expect(statSync(join(directory, 'new/c.pem')).mode & 0o7777).toBe(0o600);
    copyAccessLists([], target);
    expect(spawned).toHaveBeenCalledTimes(2);
  });

  test('are copied by path where directories have no handles', () => {
    mkdirSync(join(directory, 'new'));
    const byPath = new DirectoryOpener(user, () => {}, false);
    const found = ExistingFile.find(byPath.require(directory), 'a.pem', 'a.pem');
    const spawned = run();
    copyAccessLists(found ? [found] : [], byPath.require(join(directory, 'new')));
    const [, args, options] = spawned.mock.calls[0] ?? [];
    expect(args?.slice(2)).toEqual(['--target-directory', join(directory, 'new'), '--', path]);
    expect(options).toEqual({ env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ignore', 'ignore'] });
  });

  describe('that a file inherits from a directory of another user', () => {
    const stranger = 54_321;
    /** Whom the directory belongs to, and who runs: root can give it away, other users cannot. */
    const remove = (mode: number, { holdsKey = true, ownUid = stranger } = {}) => {
      if (user === 0) chownSync(directory, 12_345, 12_345);
      chmodSync(directory, 0o777);
      const target = opener.require(directory);
      return removeInheritedList(
        { target, ownUid },
        target,
        'a.pem',
        { mode, uid: undefined, gid: undefined },
        content('', { holdsKey }),
      );
    };
    const answer = (status: number) => run().mockReturnValue({ status } as never);

    test.each([0o640, 0o604, 0o610])('is removed from a key whose mode is %o', (mode) => {
      const spawned = answer(0);
      expect(remove(mode)).toBe(true);
      expect(spawned.mock.calls).toEqual([
        [
          '/usr/bin/setfacl',
          ['--remove-all', '--', '/proc/self/fd/3/a.pem'],
          { env: {}, stdio: ['ignore', 'ignore', 'ignore', expect.any(Number)] },
        ],
      ]);
    });

    test('stops the run if it cannot be removed', () => {
      answer(1);
      expect(() => remove(0o640)).toThrow(
        expect.objectContaining({
          message: `${directory}: this directory or one above it belongs to another user, whose default access control list could let others read the private key`,
          hint: 'install setfacl (package acl), or write with --mode 0600',
        }),
      );
    });

    test('does no harm where the mode is closed, nothing is secret, or the directories are those of the user', () => {
      const spawned = answer(1);
      const owner = user === 0 ? 12_345 : user;
      expect([remove(0o600), remove(0o644, { holdsKey: false }), remove(0o640, { ownUid: owner ?? 0 })]).toEqual([
        false,
        false,
        false,
      ]);
      expect(spawned).not.toHaveBeenCalled();
    });

    test.each([
      ['a safe directory', true, 0o700],
      ['a directory without a handle', false, 0o777],
    ])('does no harm in %s, even if new files do not belong to its owner', (_, usesHandles, directoryMode) => {
      const spawned = answer(1);
      const owner = user === 0 ? 12_345 : user;
      if (user === 0) chownSync(directory, 12_345, 12_345);
      chmodSync(directory, directoryMode);
      const ownersOpener = new DirectoryOpener(owner, () => {}, usesHandles);
      const target = ownersOpener.require(directory);
      const rights = { mode: 0o640, uid: undefined, gid: undefined };
      expect(removeInheritedList({ target, ownUid: stranger }, target, 'a.pem', rights, content(''))).toBe(false);
      expect(spawned).not.toHaveBeenCalled();
      ownersOpener.close();
    });
  });

  test.runIf(user === 0)(
    'are removed from a key, also after certificates with the same rights (needs root)',
    async () => {
      chownSync(directory, 12_345, 12_345);
      const spawned = run().mockReturnValue({ status: 0 } as never);
      const transaction = new Transaction({ user, directory: { path: directory, mode: 0o700 } });
      for (const [name, holdsKey] of [
        ['cert', false],
        ['key', true],
        ['chain', false],
      ] as const)
        await transaction.put(name, join(directory, `${name}.pem`), content('new', { mode: 0o644, holdsKey }));
      await transaction.commit();
      transaction.close();
      expect(spawned.mock.calls.map(([program, args]) => [program, args?.at(-1)])).toEqual([
        ['/usr/bin/setfacl', '/proc/self/fd/3/key.pem'],
      ]);
    },
  );

  describe.each([
    ['file', (rights: Partial<FileContent>, options = {}) => deployFile(path, content('new', rights), options)],
    [
      'set',
      (rights: Partial<FileContent>, options = {}) =>
        deploySet(directory, new Map([['a.pem', content('new', rights)]]), options),
    ],
  ] as const)('of a %s', (_, deploy) => {
    test('are copied when it is replaced in a safe directory, before its mode is set', async () => {
      const spawned = run().mockImplementation(((program: string) => {
        calls.log.push(program);
        return { status: 0 };
      }) as never);
      await deploy({});
      expect(spawned.mock.calls.map(([, args]) => args?.slice(0, 2))).toEqual([
        ['--attributes-only', '--preserve=all'],
      ]);
      const [copied, given] = [
        calls.log.indexOf('/bin/cp'),
        calls.log.findIndex((call) => /^fchmod.*a\.pem/.test(call)),
      ];
      expect(copied).toBeGreaterThan(0);
      expect(given).toBeGreaterThan(copied);
    });

    test('are not copied if a mode is asked for', async () => {
      const spawned = run();
      await deploy({ mode: 0o600 });
      expect(spawned).not.toHaveBeenCalled();
    });

    test.runIf(user === 0)('are removed where another user may have set them (needs root)', async () => {
      chownSync(directory, 12_345, 12_345);
      const spawned = run().mockReturnValue({ status: 1 } as never);
      await expect(deploy({ mode: 0o640 })).rejects.toThrow('could let others read the private key');
      expect(spawned.mock.calls.map(([program]) => program)).toEqual(['/usr/bin/setfacl']);
      spawned.mockReturnValue({ status: 0 } as never);
      await deploy({ mode: 0o640 });
      expect(statSync(path).mode & 0o7777).toBe(0o640);
    });
  });

  test.each([
    ['safe', 0o755, [['/proc/self/fd/3/a.pem', '/proc/self/fd/4/a.pem']]],
    ['that others can write to', 0o777, []],
  ])('of a file that is kept by a copy are kept in a directory %s', async (_, mode, copied) => {
    chmodSync(directory, mode);
    calls.instead.linkSync = () => {
      throw systemError('EPERM', 'link');
    };
    const spawned = run();
    await deployFile(path, content('new', { mode: 0o600 }), { runHook: async () => {} });
    expect(spawned.mock.calls.map(([, args]) => args?.slice(-2))).toEqual(copied);
  });
});
