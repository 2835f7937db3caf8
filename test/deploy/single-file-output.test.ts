import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
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
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leadToSameFile } from '../../src/deploy/existing-file.js';
import type { FileContent } from '../../src/deploy/file-content.js';
import { content, deployFile, failingHook, type RunOptions } from './transaction-runs.js';

const modeOf = (path: string) => statSync(path).mode & 0o7777;
const isRoot = process.getuid?.() === 0;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  path = join(folder, 'a.pem');
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(text: string, mode = 0o600): void {
  writeFileSync(path, text);
  chmodSync(path, mode);
}

const changes = (text: string, options?: RunOptions, rights?: Partial<FileContent>) =>
  deployFile(path, content(text, rights), options);

describe('a file', () => {
  test('makes a file under the mode asked for, whatever the umask', async () => {
    expect(await changes('new', {}, { mode: 0o664 })).toEqual([path]);
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['new', 0o664]);
    expect(readdirSync(folder)).toEqual(['a.pem']);
  });

  test('keeps the mode of a file that is there, and puts a new one in its place', async () => {
    put('old', 0o640);
    const before = statSync(path).ino;
    expect(await changes('new')).toEqual([path]);
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['new', 0o640]);
    expect(statSync(path).ino).not.toBe(before);
  });

  test.runIf(isRoot)(
    'keeps the owner of a file that is there, or gives it the one asked for (needs root)',
    async () => {
      put('old', 0o640);
      chownSync(path, 1234, 5678);
      await changes('new');
      expect([statSync(path).uid, statSync(path).gid, modeOf(path)]).toEqual([1234, 5678, 0o640]);
      expect(await changes('new', {}, { mode: 0o600, owner: { gid: 99 } })).toEqual([path]);
      expect([statSync(path).uid, statSync(path).gid, modeOf(path)]).toEqual([1234, 99, 0o600]);
      expect(await changes('new', {}, { mode: 0o600, owner: { gid: 99 } })).toEqual([]);
    },
  );

  test('leaves alone what is already there', async () => {
    put('same');
    const before = statSync(path, { bigint: true });
    const directory = statSync(folder, { bigint: true });
    expect(await changes('same')).toEqual([]);
    const after = statSync(path, { bigint: true });
    expect([after.ino, after.mtimeNs, after.ctimeNs]).toEqual([before.ino, before.mtimeNs, before.ctimeNs]);
    expect(statSync(folder, { bigint: true }).mtimeNs).toBe(directory.mtimeNs);
  });

  test('may be told what counts as the same', async () => {
    put('SAME');
    const isCurrent = (bytes: Uint8Array) => /same/i.test(Buffer.from(bytes).toString());
    expect(await changes('same', {}, { isCurrent })).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('SAME');
  });

  test('writes behind a symbolic link, which stays', async () => {
    mkdirSync(join(folder, 'archive'));
    const target = join(folder, 'archive', 'one.pem');
    writeFileSync(target, 'old', { mode: 0o600 });
    symlinkSync('archive/one.pem', path);
    expect(await changes('new')).toEqual([path]);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('new');
    expect(readdirSync(join(folder, 'archive'))).toEqual(['one.pem']);
  });

  test('says what it would change, and writes nothing', async () => {
    put('old');
    expect(await changes('new', { dryRun: true })).toEqual([path]);
    expect(await changes('old', { dryRun: true })).toEqual([]);
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['old', ['a.pem']]);
    linkSync(path, join(folder, 'b.pem'));
    await expect(changes('new', { dryRun: true })).rejects.toThrow(/2 hard links/);
  });

  /** What is in place, and why it is refused as a place for a key. */
  const refusals: readonly (readonly [string, () => void, RegExp])[] = [
    [
      'a file that everyone can read and that holds no key',
      () => put('certificate', 0o644),
      /everyone can read this file/,
    ],
    [
      'a file with rights for others, in a directory that others can write to',
      () => {
        chmodSync(folder, 0o777);
        put('-----BEGIN PRIVATE KEY-----', 0o640);
      },
      /has mode 0640, in a directory that other users can write to/,
    ],
  ];
  test.each(refusals)('refuses %s, in a dry run as in a real one', async (_, arrange, message) => {
    arrange();
    for (const dryRun of [true, false]) await expect(changes('new', { dryRun })).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual(['a.pem']);
  });

  test.runIf(isRoot)('refuses a file of another user where others can write, in a dry run too', async () => {
    chmodSync(folder, 0o777);
    put('old');
    chownSync(path, 4321, 4321);
    await expect(changes('new', { dryRun: true })).rejects.toThrow(/belongs to 4321, in a directory that other users/);
  });

  test.each([
    ['a directory that is missing', () => join(folder, 'none', 'a.pem'), /none: no such directory/],
    ['a directory', () => folder, /is a directory/],
    ['a device', () => '/dev/null', /not a regular file/],
    [
      'a file as a directory',
      () => {
        writeFileSync(join(folder, 'f'), '');
        return join(folder, 'f', 'a.pem');
      },
      /not a directory/,
    ],
    ['a name that is too long', () => join(folder, 'x'.repeat(300)), /name too long/],
    [
      'a file with another name',
      () => {
        put('old');
        linkSync(path, join(folder, 'b.pem'));
        return path;
      },
      /2 hard links/,
    ],
    [
      'a circle of links',
      () => {
        symlinkSync('a.pem', path);
        return path;
      },
      /too many symbolic links/,
    ],
  ])('refuses %s, and leaves nothing behind', async (_, place, message) => {
    const target = place();
    const before = readdirSync(folder, { recursive: true });
    await expect(deployFile(target, content('new'))).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_OUTPUT', message: expect.stringMatching(message) }),
    );
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });
});

describe('the hook', () => {
  const hook = (failures = 0) =>
    failingHook(failures, () => (existsSync(path) ? readFileSync(path, 'utf8') : '(missing)'));

  test('runs once, after a change, and not without one', async () => {
    const { found, runHook } = hook();
    expect(await changes('new', { runHook })).toEqual([path]);
    expect(await changes('new', { runHook })).toEqual([]);
    expect(found).toEqual(['new']);
    expect(readdirSync(folder)).toEqual(['a.pem']);
  });

  test('that fails brings back the very file that was there, and runs again for it', async () => {
    put('old', 0o640);
    const before = statSync(path).ino;
    const { found, runHook } = hook(1);
    await expect(changes('new', { runHook })).rejects.toThrow(
      /exit code 1; the previous files were restored, and the hook was run/,
    );
    expect(found).toEqual(['new', 'old']);
    expect([statSync(path).ino, modeOf(path), statSync(path).nlink]).toEqual([before, 0o640, 1]);
    expect(readdirSync(folder)).toEqual(['a.pem']);
  });

  test('that fails for the old file too is reported', async () => {
    put('old');
    await expect(changes('new', hook(2))).rejects.toThrow(
      /previous files were restored, but the hook fails for them too/,
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  test('that fails for the first file takes it back', async () => {
    const { found, runHook } = hook(1);
    await expect(changes('new', { runHook })).rejects.toThrow(/the new files were removed/);
    expect([found, readdirSync(folder)]).toEqual([['new'], []]);
  });

  test('is due for the next run, if something else than the hook stops this one', async () => {
    const stopped = changes('new', {
      runHook: async () => {},
      onPlaced: () => {
        throw new Error('standard error is closed');
      },
    });
    await expect(stopped).rejects.toThrow('standard error is closed');
    const { found, runHook } = hook();
    expect(await changes('new', { runHook })).toEqual([path]);
    expect([found, readdirSync(folder)]).toEqual([['new'], ['a.pem']]);
  });

  test('does not run for a dry run', async () => {
    const { found, runHook } = hook();
    await changes('new', { runHook, dryRun: true });
    expect(found).toEqual([]);
  });
});

test('leadToSameFile sees through links', () => {
  const [path, hard, soft] = ['a', 'b', 'c'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(path, '');
  linkSync(path, hard);
  symlinkSync(path, soft);
  expect([
    leadToSameFile(path, hard),
    leadToSameFile(path, soft),
    leadToSameFile(path, folder),
    leadToSameFile(path, join(folder, 'none')),
  ]).toEqual([true, true, false, false]);
});
