import fs, { chmodSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SystemCalls } from './system-calls.js';
import { content, user } from './transaction-runs.js';

/* The decisions of the modules as they are loaded where Node refuses fchmod(2), as with --permission. */

const refusal = Object.assign(new Error('Access to this API has been restricted'), { code: 'ERR_ACCESS_DENIED' });
const refuse = () => {
  throw refusal;
};
/** The descriptors of the calls of fchmod(2) while the modules are loaded. */
const asked: unknown[] = [];
const { chmodSync: actualChmod, chownSync, fchmodSync, fchownSync, fsync, fsyncSync, realpathSync } = fs;
function replace(functions: object): void {
  Object.assign(fs, functions);
  syncBuiltinESMExports();
}

async function load() {
  const [directory, opener, set, rights, transaction] = await Promise.all([
    import('../../src/deploy/directory/directory.js'),
    import('../../src/deploy/directory/directory-opener.js'),
    import('../../src/deploy/linked-set-output.js'),
    import('../../src/deploy/rights.js'),
    import('../../src/deploy/transaction.js'),
  ]);
  return { ...directory, ...opener, ...set, ...rights, ...transaction };
}
let under: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  vi.resetModules();
  replace({
    fchmodSync: (descriptor: unknown) => {
      asked.push(descriptor);
      throw refusal;
    },
  });
  under = await load();
  replace({ fchmodSync });
});
afterAll(() => vi.resetModules());

const calls = new SystemCalls();
let folder: string;
let opener: InstanceType<typeof under.DirectoryOpener>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  opener = new under.DirectoryOpener(user, () => {}, false);
  calls.install();
  calls.reset(folder);
  replace({ fchmodSync: refuse, fchownSync: refuse, fsync: refuse, fsyncSync: refuse });
});
afterEach(() => {
  opener.close();
  calls.uninstall();
  replace({ chmodSync: actualChmod, chownSync, fchmodSync, fchownSync, fsync, fsyncSync, realpathSync });
  rmSync(folder, { recursive: true });
});

test('it is recognized, and directories have no handles', () => {
  expect([under.isRestricted, under.hasHandles()]).toEqual([true, false]);
  // No file gets another mode by the check.
  expect(asked).toEqual([-1]);
});

test('files are written with O_SYNC instead of fsync, and get their mode by path', async () => {
  const path = join(folder, 'a.pem');
  const transaction = new under.Transaction({ user, isAllOrNothing: true, hasHook: true });
  await transaction.put('a', path, content('new', { mode: 0o640 }));
  await transaction.commit();
  await transaction.settle(async () => {});
  transaction.close();
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o640]);
  const synced = calls.created.filter(({ flags }) => (flags & constants.O_SYNC) === constants.O_SYNC);
  expect(synced.map(({ place }) => place)).toEqual(
    expect.arrayContaining([expect.stringMatching(/new\/a\.pem$/), expect.stringMatching(/journal-new$/)]),
  );
  expect(calls.log.filter((call) => /^(?:fsync|fchmod|fchown)/.test(call))).toEqual([]);
});

test('owner and mode are set by path, in this order', () => {
  const given: unknown[] = [];
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void given.push([name, ...args]);
  const path = join(folder, 'a.pem');
  const descriptor = fs.openSync(path, 'w', 0o600);
  replace({ chownSync: note('chown'), chmodSync: note('chmod') });
  under.setRights(descriptor, path, { mode: 0o640, uid: 54_321, gid: 12_345 }, path);
  fs.closeSync(descriptor);
  expect(given).toEqual([
    ['chown', path, 54_321, 12_345],
    ['chmod', path, 0o640],
  ]);
});

describe('refused is', () => {
  test('a directory that others can write to, for every user', () => {
    chmodSync(folder, 0o777);
    for (const each of [0, 1000])
      expect(() => new under.DirectoryOpener(each, () => {}, false).require(folder)).toThrow(
        expect.objectContaining({
          code: 'ERR_OUTPUT',
          message: `${folder}: other users can write into it or into a directory above it, which is unsafe under Node's permission model`,
          hint: 'start Node without --permission, or write into a directory that nobody else can write to',
        }),
      );
  });

  test('a set of files, with what to do instead', () => {
    expect(() => new under.LinkedSetOutput('out', new Map(), opener, false)).toThrow(
      expect.objectContaining({
        code: 'ERR_OUTPUT',
        message: "out: the certbot layout needs symbolic links, which Node's permission model forbids",
        hint: 'start Node without --permission, or use --layout bundle',
      }),
    );
  });

  test('a directory that Node may not look at, with the options that allow it', () => {
    mkdirSync(join(folder, 'out'));
    replace({ realpathSync: refuse });
    expect(() => opener.require(join(folder, 'out'))).toThrow(
      expect.objectContaining({
        code: 'ERR_OUTPUT',
        message: `${folder}/out: Node's permission model forbids looking at it and the directories above it`,
        hint: `start Node with --allow-fs-read=* --allow-fs-write=${folder}/out/*`,
        cause: refusal,
      }),
    );
  });
});
