import { EventEmitter } from 'node:events';
import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SystemCalls, systemError } from './system-calls.js';
import { content } from './transaction-runs.js';

/* The decisions of the modules as they are loaded where paths have backslashes. Windows itself is tested in test/windows. */

async function load() {
  const [safety, directory, opener, existing, hook, set, lock, rights, windows] = await Promise.all([
    import('../../src/deploy/directory/directory-safety.js'),
    import('../../src/deploy/directory/directory.js'),
    import('../../src/deploy/directory/directory-opener.js'),
    import('../../src/deploy/existing-file.js'),
    import('../../src/deploy/hook.js'),
    import('../../src/deploy/linked-set-output.js'),
    import('../../src/deploy/lock.js'),
    import('../../src/deploy/rights.js'),
    import('../../src/deploy/windows.js'),
  ]);
  return { ...safety, ...directory, ...opener, ...existing, ...hook, ...set, ...lock, ...rights, ...windows };
}
let on: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  vi.resetModules();
  vi.doMock('node:path', async (original) => ({ ...(await original<object>()), sep: '\\' }));
  on = await load();
});
afterAll(() => {
  vi.doUnmock('node:path');
  vi.resetModules();
});

const { openSync, readlinkSync } = fs;
const actualStat = fs.statSync;
function replace(functions: object): void {
  Object.assign(fs, functions);
  syncBuiltinESMExports();
}
const calls = new SystemCalls();
let folder: string;
let opener: InstanceType<typeof on.DirectoryOpener>;
beforeEach(() => {
  calls.install();
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  calls.reset(folder);
  opener = new on.DirectoryOpener(undefined, () => {}, false);
});
afterEach(() => {
  replace({ readlinkSync, statSync: actualStat });
  opener.close();
  calls.uninstall();
  rmSync(folder, { recursive: true });
});

test('it is recognized by the separator of its paths', () =>
  expect([on.isWindows, on.exclusively]).toEqual([true, 0x1000_0000]));

describe('the rights of a file', () => {
  test('are the default ones, whatever the existing file has, and are not set', () => {
    const found = { stats: { mode: 0o100_666, uid: 5, gid: 6, size: 1 }, holdsKey: () => false };
    const choose = () =>
      on.chooseRights('a.pem', content('x', { mode: 0o644, owner: { uid: 7 } }), found as never, {
        isSafe: false,
        ownUid: 1,
      });
    expect(choose()).toEqual({ mode: 0o600, uid: undefined, gid: undefined, like: undefined });
    const path = join(folder, 'a.pem');
    const descriptor = fs.openSync(path, 'w', 0o600);
    on.setRights(descriptor, path, { mode: 0o444, uid: 1, gid: 1 }, path);
    fs.closeSync(descriptor);
    expect([statSync(path).mode & 0o777, calls.log]).toEqual([0o600, []]);
  });

  test('do not open a directory to others, which has an access control list', () =>
    expect(on.isClosedToOthers({ mode: 0o40_777 } as never)).toBe(true));
});

describe('a directory', () => {
  test('is neither synced nor given a mode', () => {
    chmodSync(folder, 0o700);
    const directory = opener.require(folder);
    directory.sync();
    directory.setRights(0o755, { uid: 1, gid: 1 });
    expect([calls.log, statSync(folder).mode & 0o777]).toEqual([[], 0o700]);
  });

  test('that is missing is made by mkdir of Windows, with quotes of Windows', () => {
    const path = join(folder, 'it is missing');
    expect(() => opener.require(path)).toThrow(
      expect.objectContaining({ message: `${path}: no such directory`, hint: `create it first: mkdir "${path}"` }),
    );
  });

  test('is recognized by its path, because two may have the same rounded number', () => {
    mkdirSync(join(folder, 'other'));
    replace({
      statSync: (...args: Parameters<typeof actualStat>) =>
        Object.assign(actualStat(...args) ?? {}, { ino: 1, dev: 1 }),
    });
    const [first, other] = [opener.require(folder), opener.require(join(folder, 'other'))];
    expect(other).not.toBe(first);
    expect(opener.require(join(folder, 'other/.'))).toBe(other);
  });

  test('has links only where the status says so: reading others fails with various codes', () => {
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('file', join(folder, 'link'));
    const directory = opener.require(folder);
    replace({
      readlinkSync: (path: string) => {
        if (path.endsWith('/link')) return readlinkSync(path);
        throw systemError('UNKNOWN', 'readlink');
      },
    });
    expect(['link', 'file', 'none'].map((name) => directory.linkText(name))).toEqual(['file', undefined, undefined]);
  });
});

test('a file is the same on a volume whose number another call returns with other bits', () => {
  const stats = (ino: number, dev: number) => ({ ino, dev, isFile: () => true }) as never;
  expect([on.isSameFile(stats(1, 2), stats(1, 3)), on.isSameFile(stats(1, 2), stats(2, 2))]).toEqual([true, false]);
});

test.each([
  ['open in another program', 'EBUSY', true],
  ['closed, because its process has ended', undefined, false],
])('a claim belongs to a running process as long as it is held open, and not by its age: %s', (_, code, isAlive) => {
  const name = 'claim-0123456789abcdef.1-77-1-00';
  writeFileSync(join(folder, name), '');
  // Held open, it counts although it is old; closed, it does not although it is new.
  const then = Date.now() / 1000 - (isAlive ? 3600 : 0);
  utimesSync(join(folder, name), then, then);
  const claim = on.Claim.create(opener.require(folder));
  expect(calls.created.map(({ flags }) => (flags & on.exclusively) !== 0)).toEqual([true]);
  if (code !== undefined)
    replace({
      openSync: (...args: Parameters<typeof openSync>) => {
        if (String(args[0]).endsWith(name)) throw systemError(code, 'open');
        return openSync(...args);
      },
    });
  expect(claim?.liveRival()?.who).toEqual(isAlive ? expect.stringContaining('process 77') : undefined);
  expect(existsSync(join(folder, name))).toBe(isAlive);
  claim?.remove();
});

describe('a hook', () => {
  const childProcess = process.getBuiltinModule('node:child_process');
  const { spawn } = childProcess;
  afterEach(() => {
    Object.assign(childProcess, { spawn });
    syncBuiltinESMExports();
  });

  /** Takes note of what is started. taskkill ends at once as given; the hook does not end. */
  function record(taskkill: readonly [string, unknown]): unknown[] {
    const started: unknown[] = [];
    const fake = (...args: unknown[]) => {
      started.push(args);
      const child = Object.assign(new EventEmitter(), { pid: 4_321_000 });
      if (args[0] === 'taskkill') setImmediate(() => child.emit(...taskkill));
      return child;
    };
    Object.assign(childProcess, { spawn: fake });
    syncBuiltinESMExports();
    return started;
  }

  test.each<[string, unknown]>([
    ['exit', 0],
    ['error', new Error('no taskkill')],
  ])('runs in cmd.exe without a window, and is ended with its descendants by taskkill (%s)', async (...taskkill) => {
    const started = record(taskkill);
    const signal = AbortSignal.abort();
    const options = { environment: { A: 'b' }, timeoutSeconds: 0, signal, signalGroup: () => expect.unreachable() };
    await expect(on.runHook('reload -x', options)).rejects.toThrow('was stopped');
    expect(started).toEqual([
      ['reload -x', { shell: true, env: { A: 'b' }, windowsHide: true, stdio: ['ignore', 2, 2] }],
      ['taskkill', ['/pid', '4321000', '/t', '/f'], { stdio: 'ignore', windowsHide: true }],
    ]);
  });
});

test('a set of files is refused, and the hint says what to do without symbolic links', () => {
  expect(() => new on.LinkedSetOutput('out', new Map(), opener, false)).toThrow(
    expect.objectContaining({
      code: 'ERR_OUTPUT',
      message: 'out: the certbot layout needs symbolic links, which Windows does not let everyone make',
      hint: 'use --layout bundle, or write two files with --only key and --only chain',
    }),
  );
});
