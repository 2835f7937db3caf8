import fs, {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DirectoryOpener } from '../../../src/deploy/directory/directory-opener.js';
import { SystemCalls, systemError } from '../system-calls.js';
import { content, deployFile, user } from '../transaction-runs.js';

let directory: string;
let openers: DirectoryOpener[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  mkdirSync(join(directory, 'outer/inner'), { recursive: true });
  openers = [];
});
afterEach(() => {
  for (const opener of openers) opener.close();
  rmSync(directory, { recursive: true });
});
function open(usesHandles?: boolean): DirectoryOpener {
  const opener = new DirectoryOpener(user, () => {}, usesHandles);
  openers.push(opener);
  return opener;
}
const path = (name: string) => join(directory, name);

describe.each([
  ['with handles', true],
  // Another user than root is not refused there.
  ['without handles', false],
])('a directory is safe only if nobody else can change it or replace it, %s', (_, usesHandles) => {
  test.each([
    [0o755, 0o755, true],
    [0o755, 0o700, true],
    [0o1777, 0o755, true],
    [0o755, 0o775, false],
    [0o755, 0o757, false],
    [0o755, 0o1777, false],
    [0o775, 0o755, false],
    [0o777, 0o700, false],
  ])('mode %o, and mode %o in it: %s', (outer, inner, isSafe) => {
    chmodSync(path('outer'), outer);
    chmodSync(path('outer/inner'), inner);
    const look = () => open(usesHandles).require(path('outer/inner')).isSafe;
    if (!isSafe && !usesHandles && user === 0) expect(look).toThrow('root does not write there');
    else expect(look()).toBe(isSafe);
  });
});

describe('links in a directory that others can write to', () => {
  beforeEach(() => {
    chmodSync(path('outer'), 0o777);
    writeFileSync(path('secret'), 'text');
  });

  test.each([
    ['a file outside', 'outer/a.pem', '../secret'],
    ['an absolute path', 'outer/a.pem', '/etc/jks2pem.pem'],
    ['a directory outside', 'outer/link', '..'],
  ])('are not followed to %s, and the message names the link', async (_, link, text) => {
    symlinkSync(text, path(link));
    const target = link.endsWith('.pem') ? link : `${link}/a.pem`;
    await expect(deployFile(path(target), content('new'))).rejects.toMatchObject({
      code: 'ERR_OUTPUT',
      message: `${path(link)}: a symbolic link in a directory that other users can write to is not followed; nothing was written`,
      hint: `write to the file itself: ${text}`,
    });
    expect(readdirSync(directory).sort()).toEqual(['outer', 'secret']);
  });

  test('are followed within it, and lead to no safe directory', async () => {
    symlinkSync('inner/a.pem', path('outer/a.pem'));
    await deployFile(path('outer/a.pem'), content('new'));
    expect(readdirSync(path('outer/inner'))).toEqual(['a.pem']);
    symlinkSync('inner', path('outer/link'));
    const opener = open();
    expect(opener.require(path('outer/link')).isSafe).toBe(false);
    expect(opener.require(path('outer/inner')).isSafe).toBe(false);
  });
});

test('a directory behind a link in a sticky directory is not safe, and from then on not by its own path either', () => {
  chmodSync(path('outer'), 0o1777);
  mkdirSync(path('safe'), { mode: 0o755 });
  symlinkSync('../safe', path('outer/link'));
  const opener = open();
  const own = opener.require(path('safe'));
  expect(own.isSafe).toBe(true);
  // Both are one directory, which is locked once.
  expect(opener.require(path('outer/link'))).toBe(own);
  expect(own.isSafe).toBe(false);
  const linkFirst = open();
  expect(linkFirst.require(path('outer/link')).isSafe).toBe(false);
  expect(linkFirst.require(path('safe')).isSafe).toBe(false);
});

test('a directory behind a link in a sticky directory and another one in a safe directory is not safe', () => {
  chmodSync(path('outer'), 0o1777);
  mkdirSync(path('safe/deep'), { recursive: true, mode: 0o755 });
  symlinkSync('../safe', path('outer/link'));
  symlinkSync('deep', path('safe/again'));
  expect(open().require(path('outer/link/again')).isSafe).toBe(false);
});

test.each([true, false])(
  'a name in one directory is not taken for that name elsewhere (with handles: %s)',
  (usesHandles) => {
    const opener = open(usesHandles);
    expect(opener.find('inner', opener.require(path('outer')))?.name).toBe('inner');
    expect([opener.find('inner'), opener.find('inner', opener.require(directory))]).toEqual([undefined, undefined]);
  },
);

test('a subdirectory that cannot be opened is an error; one that is missing or a file is none', () => {
  const outer = open().require(path('outer'));
  writeFileSync(path('outer/file'), '');
  expect([outer.subdirectory('none'), outer.subdirectory('file')]).toEqual([undefined, undefined]);
  expect(() => outer.subdirectory('x'.repeat(300))).toThrow('ENAMETOOLONG');
  const inner = outer.subdirectory('inner');
  expect(inner?.name).toBe(path('outer/inner'));
  inner?.close();
});

test('a directory that a link of another user could have chosen is not safe, though it is by its own path', () => {
  chmodSync(path('outer'), 0o777);
  mkdirSync(path('outer/own'), { mode: 0o755 });
  symlinkSync('own', path('outer/link'));
  const opener = open();
  expect(opener.require(path('outer/link')).isSafe).toBe(false);
  expect(opener.require(directory).isSafe).toBe(true);
});

describe('a directory that is made', () => {
  const calls = new SystemCalls();
  beforeEach(() => {
    calls.install();
    calls.reset(directory);
  });
  afterEach(() => calls.uninstall());

  test('has the mode that is asked for, and is synced into its parent', () => {
    const { made, directory: fresh } = open().make(path('new'), 0o700);
    expect([made?.entry, made?.directory.name, fresh.name]).toEqual(['new', directory, path('new')]);
    expect(statSync(path('new')).mode & 0o777).toBe(0o700);
    expect(calls.log).toEqual(['mkdir new', 'fsync .']);
  });

  test.each(['before', 'while'])('is the one that another run has made %s this run looked for it', (when) => {
    const make = () => mkdirSync(path('new'), { mode: 0o755 });
    const opener = open();
    expect(opener.find(path('new'))).toBeUndefined();
    if (when === 'before') make();
    else
      calls.before = (call) => {
        calls.before = () => {};
        if (call === 'mkdir new') make();
      };
    const { made, directory: found } = opener.make(path('new'), 0o700);
    expect([made, found.name]).toEqual([undefined, path('new')]);
    expect(statSync(path('new')).mode & 0o777).toBe(0o755 & ~process.umask());
  });

  test.each(['ENOSPC', 'EROFS'])('and cannot be made (%s) is an error with this reason', (code) => {
    calls.before = () => {
      throw systemError(code, 'mkdir');
    };
    expect(() => open().make(path('new'), 0o700)).toThrow(expect.objectContaining({ code, syscall: 'mkdir' }));
  });

  test('is not made where something else has its name', () => {
    calls.before = (call) => {
      calls.before = () => {};
      if (call === 'mkdir new') writeFileSync(path('new'), '');
    };
    expect(() => open().make(path('new'), 0o700)).toThrow(`${path('new')}: not a directory`);
  });
});

describe('the symbolic links of a path', () => {
  /** Links to each other, of which the last leads to a file, or to a directory. */
  function links(count: number, end: string): void {
    for (let i = 1; i <= count; i++) symlinkSync(i === count ? end : `link${i + 1}`, path(`link${i}`));
  }

  test('are followed forty times, as by Linux, and not once more: to a file', () => {
    links(41, 'outer/a.pem');
    const opener = open();
    expect(opener.locate(path('link2')).entry).toBe('a.pem');
    expect(() => opener.locate(path('link1'))).toThrow(`${path('link1')}: too many symbolic links`);
  });

  test('are followed forty times, as by Linux, and not once more: to a directory', () => {
    links(41, 'outer');
    const opener = open(true);
    expect(opener.require(path('link2/inner')).name).toBe(path('link2/inner'));
    expect(() => opener.require(path('link1/inner'))).toThrow(`${path('link1/inner')}: too many symbolic links`);
  });

  describe('are examined again if another program replaces one of them before it is read', () => {
    const { readlinkSync } = fs;
    const install = (functions: object) => {
      Object.assign(fs, functions);
      syncBuiltinESMExports();
    };
    afterEach(() => install({ readlinkSync }));
    /** Calls an action before `link` is read. */
    const beforeReading = (action: () => void) =>
      install({
        readlinkSync: (name: string) => {
          if (name.endsWith('/link')) action();
          return readlinkSync(name);
        },
      });
    // Not rmSync: Node 24.9 leaves a link without a target.
    const remove = () => unlinkSync(path('link'));
    beforeEach(() => symlinkSync('outer', path('link')));

    test('by a file, which is found', () => {
      beforeReading(() => {
        remove();
        writeFileSync(path('link'), '');
      });
      expect(open().locate(path('link')).entry).toBe('link');
    });

    test('by a file, where a directory is needed', () => {
      beforeReading(() => {
        remove();
        writeFileSync(path('link'), '');
      });
      expect(() => open(true).require(path('link/inner'))).toThrow(`${path('link/inner')}: not a directory`);
    });

    test('by a directory, which is opened', () => {
      beforeReading(() => {
        remove();
        mkdirSync(path('link/inner'), { recursive: true });
      });
      const found = open(true).require(path('link/inner'));
      expect(found.hasIdentity(statSync(path('link/inner')))).toBe(true);
    });

    test('by a directory and back, forty times: then the path is refused', () => {
      let count = 0;
      beforeReading(() => {
        count++;
        remove();
        mkdirSync(path('link'));
      });
      const { openSync } = fs;
      // The check whether it is a directory is the last look at it; then the link comes back.
      install({
        openSync: (name: string, flags: number) => {
          const descriptor = openSync(name, flags);
          if (name.endsWith('/link/.')) {
            rmdirSync(path('link'));
            symlinkSync('outer', path('link'));
          }
          return descriptor;
        },
      });
      try {
        expect(() => open(true).require(path('link/inner'))).toThrow(`${path('link/inner')}: too many symbolic links`);
      } finally {
        install({ openSync });
      }
      expect(count).toBe(40);
    });
  });

  test('may be absolute, relative, and lead upwards', () => {
    symlinkSync(path('outer'), path('absolute'));
    symlinkSync('../outer/./inner', path('outer/upwards'));
    symlinkSync('../absolute/upwards/../inner/a.pem', path('outer/file'));
    const opener = open();
    const inner = opener.require(path('outer/inner'));
    expect(opener.require(path('absolute/upwards'))).toBe(inner);
    expect(opener.locate(path('absolute/file'))).toEqual({ directory: inner, entry: 'a.pem' });
  });
});

describe('a path', () => {
  test('leads to the directory that it led to first, even if that was renamed', () => {
    const opener = open();
    const inner = opener.require(path('outer/inner'));
    renameSync(path('outer/inner'), path('outer/renamed'));
    mkdirSync(path('outer/inner'));
    expect(opener.require(path('outer/inner'))).toBe(inner);
  });

  test('that is relative begins in the working directory or in the given one', () => {
    const opener = open(true);
    const from = opener.require(path('outer'));
    mkdirSync(path('outer/src'));
    expect(opener.require('src').hasIdentity(statSync('src'))).toBe(true);
    expect(opener.require('src', from).hasIdentity(statSync(path('outer/src')))).toBe(true);
    expect(opener.find('inner', from)?.name).toBe('inner');
    expect(opener.find('inner')).toBeUndefined();
  });

  test('through a link in a safe directory leads to a safe directory', () => {
    symlinkSync('outer', path('link'));
    expect(open(true).require(path('link/inner')).isSafe).toBe(true);
  });

  test.each([true, false])('of a file is refused (with handles: %s)', (usesHandles) => {
    writeFileSync(path('file'), '');
    expect(() => open(usesHandles).require(path('file'))).toThrow(
      expect.objectContaining({ code: 'ERR_OUTPUT', message: `${path('file')}: not a directory` }),
    );
  });

  describe('that the system cannot open', () => {
    const { openSync, readlinkSync } = fs;
    const install = (functions: object) => {
      Object.assign(fs, functions);
      syncBuiltinESMExports();
    };
    afterEach(() => install({ openSync, readlinkSync }));
    beforeEach(() => symlinkSync('outer', path('link')));

    test('contains a link, also if the error code is that of other systems', () => {
      install({
        openSync: (name: string, flags: number) => {
          if (name.endsWith('/link')) throw systemError('ELOOP', 'open');
          return openSync(name, flags);
        },
      });
      expect(
        open(true)
          .require(path('link'))
          .hasIdentity(statSync(path('outer'))),
      ).toBe(true);
    });

    test('is an error if the link cannot be read', () => {
      install({
        readlinkSync: (name: string) => {
          if (name.endsWith('/link')) throw systemError('EIO', 'readlink');
          return readlinkSync(name);
        },
      });
      expect(() => open(true).require(path('link'))).toThrow(expect.objectContaining({ code: 'EIO' }));
    });
  });
});

test('every directory that was opened is closed', () => {
  const count = () => readdirSync('/proc/self/fd').length;
  const before = count();
  const opener = new DirectoryOpener(user);
  opener.require(path('outer/inner'));
  opener.require(directory);
  expect(() => opener.require(path('outer/none'))).toThrow('none: no such directory');
  writeFileSync(path('file'), '');
  expect(() => opener.require(path('file'))).toThrow('file: not a directory');
  symlinkSync('circle', path('circle'));
  expect(() => opener.require(path('circle'))).toThrow('too many symbolic links');
  expect(count()).toBe(before + 2);
  opener.close();
  expect(count()).toBe(before);
});
