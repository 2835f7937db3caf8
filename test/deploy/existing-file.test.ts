import { execFileSync } from 'node:child_process';
import fs, {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DirectoryOpener } from '../../src/deploy/directory/directory-opener.js';
import { ExistingFile, isSameFile, leadToSameFile, realPlace } from '../../src/deploy/existing-file.js';
import type { FileContent } from '../../src/deploy/file-content.js';
import { watchWiping } from '../wiping.js';
import { systemError } from './system-calls.js';
import { content, user } from './transaction-runs.js';

let directory: string;
let path: string;
let opener: DirectoryOpener;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  path = join(directory, 'a.pem');
  opener = new DirectoryOpener(user);
});
afterEach(() => {
  vi.restoreAllMocks();
  opener.close();
  rmSync(directory, { recursive: true });
});

function find(): ExistingFile {
  const found = ExistingFile.find(opener.require(directory), 'a.pem', 'out/a.pem');
  if (found === undefined) throw new Error('it was made');
  return found;
}
const put = (text: string) => writeFileSync(path, text, { mode: 0o600 });

describe('what has the name of an output', () => {
  test('may be nothing', () => {
    expect(ExistingFile.find(opener.require(directory), 'a.pem', 'out/a.pem')).toBeUndefined();
  });

  test.each<[string, () => unknown, string]>([
    ['a directory', () => mkdirSync(path), 'out/a.pem: is a directory'],
    ['a link', () => symlinkSync('b', path), 'out/a.pem: is a symbolic link; nothing was written'],
    ['a pipe', () => execFileSync('mkfifo', [path]), 'out/a.pem: not a regular file; nothing was written'],
  ])('must be a regular file, not %s', (_, make, message) => {
    make();
    expect(find).toThrow(expect.objectContaining({ code: 'ERR_OUTPUT', message }));
  });

  test('must not have another name', () => {
    put('old');
    expect(() => find().requireOneName()).not.toThrow();
    linkSync(path, join(directory, 'b.pem'));
    linkSync(path, join(directory, 'c.pem'));
    expect(() => find().requireOneName()).toThrow(
      'out/a.pem: has 3 hard links, of which only one would get the new content',
    );
  });
});

describe('a file is current', () => {
  const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  test.each<[string, Partial<FileContent>, boolean]>([
    ['no rights are asked for', {}, true],
    ['its mode is the one asked for', { mode: 0o600 }, true],
    ['its mode is wider', { mode: 0o400 }, false],
    ['its mode is narrower', { mode: 0o640 }, false],
    ['its owner is the one asked for', { owner: { uid, gid } }, true],
    ['its user is another one', { owner: { uid: uid + 1 } }, false],
    ['its group is another one', { owner: { gid: gid + 1 } }, false],
    ['its user is right and its group is not', { owner: { uid, gid: gid + 1 } }, false],
    ['the caller compares, and finds it so', { isCurrent: () => true }, true],
    ['the caller compares, and does not', { isCurrent: () => false }, false],
    ['the caller finds it so, but its mode is another one', { isCurrent: () => true, mode: 0o640 }, false],
  ])('or not, if %s', async (_, wanted, isCurrent) => {
    put('text');
    expect(await find().isCurrent(content('text', wanted))).toBe(isCurrent);
  });

  test('only if all bytes are the same', async () => {
    put('text');
    for (const other of ['', 'tex', 'texu', 'text ']) expect(await find().isCurrent(content(other)), other).toBe(false);
  });

  test('and is read only if its size and its rights are right', async () => {
    put('text');
    const read = vi.spyOn(ExistingFile.prototype, 'read');
    for (const [text, rights] of [
      ['texts', {}],
      ['text', { mode: 0o640 }],
    ] as const)
      expect(await find().isCurrent(content(text, rights))).toBe(false);
    expect(read).not.toHaveBeenCalled();
  });

  test('the special bits of its mode count, too', async () => {
    put('text');
    chmodSync(path, 0o2600);
    expect(await find().isCurrent(content('text', { mode: 0o600 }))).toBe(false);
  });

  test('files of more than 64 MiB are not read', async () => {
    put('PRIVATE KEY-----');
    const isCurrent = vi.fn(() => true);
    truncateSync(path, 2 ** 26 + 1);
    expect([await find().isCurrent(content('', { isCurrent })), find().holdsKey()]).toEqual([false, false]);
    expect(isCurrent).not.toHaveBeenCalled();
    truncateSync(path, 2 ** 26);
    expect([await find().isCurrent(content('', { isCurrent })), find().holdsKey()]).toEqual([true, true]);
  });

  test('what was read is wiped, also if the comparison fails', async () => {
    put('PRIVATE KEY-----');
    const wiped = watchWiping();
    await find().isCurrent(content('PRIVATE KEY-----'));
    await find()
      .isCurrent(content('', { isCurrent: () => Promise.reject(new Error('fault')) }))
      .catch(() => {});
    find().holdsKey();
    expect(wiped).toEqual(Array(3).fill('PRIVATE KEY-----'));
  });
});

test.each([
  ['-----BEGIN PRIVATE KEY-----', true],
  ['-----BEGIN RSA PRIVATE KEY-----', true],
  ['-----BEGIN ENCRYPTED PRIVATE KEY-----', true],
  ['-----BEGIN PUBLIC KEY-----', false],
  ['PRIVATE KEY', false],
])('"%s" is a private key: %s', (text, isKey) => {
  put(`# a comment\n${text}\n`);
  expect(find().holdsKey()).toBe(isKey);
});

describe('a file that is replaced between examination and reading is not read: it is now', () => {
  test.each<[string, () => unknown, string | RegExp]>([
    [
      'another file',
      () => {
        writeFileSync(join(directory, 'b'), 'secret');
        renameSync(join(directory, 'b'), path);
      },
      'out/a.pem: was changed by another program during this run, so it was not replaced',
    ],
    [
      'a link to another file',
      () => {
        writeFileSync(join(directory, 'b'), 'secret');
        rmSync(path);
        symlinkSync('b', path);
      },
      /^ELOOP/,
    ],
    [
      'a link to itself under another name',
      () => {
        renameSync(path, join(directory, 'b'));
        symlinkSync('b', path);
      },
      /^ELOOP/,
    ],
    [
      'a pipe, for whose writer nothing waits',
      () => {
        rmSync(path);
        execFileSync('mkfifo', [path]);
      },
      'out/a.pem: was changed by another program during this run, so it was not replaced',
    ],
    ['nothing', () => rmSync(path), /^ENOENT/],
  ])('%s', (_, replace, message) => {
    put('old');
    const found = find();
    replace();
    expect(() => found.read()).toThrow(message);
  });
});

test('realPlace follows links as far as they lead', () => {
  const real = realpathSync(directory);
  mkdirSync(join(directory, 'd'));
  symlinkSync('d', join(directory, 'link'));
  put('x');
  symlinkSync('../a.pem', join(directory, 'd/b.pem'));
  const place = (name: string) => realPlace(join(directory, name));
  expect([place('link/b.pem'), place('link/new.pem'), place('none/new.pem')]).toEqual([
    join(real, 'a.pem'),
    join(real, 'd/new.pem'),
    join(directory, 'none/new.pem'),
  ]);
});

test('leadToSameFile sees through links, and is false where nothing is', () => {
  put('');
  linkSync(path, join(directory, 'hard'));
  symlinkSync('a.pem', join(directory, 'soft'));
  writeFileSync(join(directory, 'copy'), '');
  const same = (a: string, b: string) => leadToSameFile(join(directory, a), join(directory, b));
  expect([same('a.pem', 'hard'), same('soft', 'hard')]).toEqual([true, true]);
  const others = [same('a.pem', 'copy'), same('a.pem', '.'), same('a.pem', 'none'), same('none', 'a.pem')];
  expect([...others, same('none', 'none')]).toEqual(Array(5).fill(false));
  expect(statSync(path).nlink).toBe(2);
});

describe('a path that cannot be examined', () => {
  const { realpathSync: actualRealpath, statSync: actualStat } = fs;
  const failing = (failure: Error) => {
    const fail = () => {
      throw failure;
    };
    Object.assign(fs, { realpathSync: fail, statSync: fail });
    syncBuiltinESMExports();
  };
  afterEach(() => {
    Object.assign(fs, { realpathSync: actualRealpath, statSync: actualStat });
    syncBuiltinESMExports();
  });

  test.each([
    ['by the system', systemError('EACCES', 'stat')],
    ["by Node's permission model", Object.assign(new Error('restricted'), { code: 'ERR_ACCESS_DENIED' })],
  ])('is taken as it is, and for no other file, if it is refused %s', (_, failure) => {
    failing(failure);
    expect([realPlace('/a/b.pem'), leadToSameFile('/a/b.pem', '/a/b.pem')]).toEqual(['/a/b.pem', false]);
  });

  test('because of a mistake of the program is an error', () => {
    failing(new TypeError('mistake'));
    expect(() => realPlace('/a/b.pem')).toThrow('mistake');
    expect(() => leadToSameFile('/a/b.pem', '/a/b.pem')).toThrow('mistake');
  });
});

test('a file is recognized by its device, its number, and that it is a file', () => {
  const stats = (ino: number, dev: number, isFile = true) => ({ ino, dev, isFile: () => isFile }) as fs.Stats;
  const one = stats(1, 1);
  const others = [stats(1, 1), stats(2, 1), stats(1, 2), stats(1, 1, false)];
  expect(others.map((other) => isSameFile(one, other))).toEqual([true, false, false, false]);
});
