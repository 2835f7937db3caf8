import fs, { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Directory } from '../../../src/deploy/directory/directory.js';
import { DirectoryOpener } from '../../../src/deploy/directory/directory-opener.js';
import { systemError } from '../system-calls.js';
import { user } from '../transaction-runs.js';

const actual = {
  accessSync: fs.accessSync,
  fchownSync: fs.fchownSync,
  fsyncSync: fs.fsyncSync,
  readlinkSync: fs.readlinkSync,
  rmdirSync: fs.rmdirSync,
  unlinkSync: fs.unlinkSync,
};
function replace(functions: object): void {
  Object.assign(fs, functions);
  syncBuiltinESMExports();
}
/** Makes a call fail below a directory. */
function failing(call: keyof typeof actual, failure: Error): void {
  replace({
    [call]: () => {
      throw failure;
    },
  });
}

describe.each([true, false])('a directory (with handles: %s)', (usesHandles) => {
  let folder: string;
  let opener: DirectoryOpener;
  let directory: Directory;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
    opener = new DirectoryOpener(user, () => {}, usesHandles);
    directory = opener.require(folder);
  });
  afterEach(() => {
    replace(actual);
    opener.close();
    rmSync(folder, { recursive: true });
  });
  const opened = () => readdirSync('/proc/self/fd').length;

  test.each(['EINVAL', 'ENOENT'])('has no link where reading it fails with %s', (code) => {
    failing('readlinkSync', systemError(code, 'readlink'));
    expect(directory.linkText('link')).toBeUndefined();
  });

  test.each(['EACCES', 'EIO'])('fails with %s where a link cannot be read', (code) => {
    failing('readlinkSync', systemError(code, 'readlink'));
    expect(() => directory.linkText('link')).toThrow(code);
  });

  test('loses a file, or one that is gone already; another failure is an error', () => {
    writeFileSync(join(folder, 'a'), '');
    directory.removeIfPresent('a');
    directory.removeIfPresent('a');
    expect(readdirSync(folder)).toEqual([]);
    failing('unlinkSync', systemError('EACCES', 'unlink'));
    expect(() => directory.removeIfPresent('a')).toThrow('EACCES');
  });

  test('keeps a subdirectory that the system does not remove; a mistake of the program is an error', () => {
    mkdirSync(join(folder, 'sub'));
    const sub = opener.require(join(folder, 'sub'));
    failing('rmdirSync', systemError('EBUSY', 'rmdir'));
    expect(() => directory.removeIfEmpty('sub', sub)).not.toThrow();
    failing('rmdirSync', new TypeError('mistake'));
    expect(() => directory.removeIfEmpty('sub', sub)).toThrow('mistake');
  });

  test.each<[string, boolean]>([
    ['EROFS', true],
    ['EACCES', false],
  ])('that refuses writing with %s is mounted read-only: %s', (code, isReadOnly) => {
    expect(directory.isReadOnly()).toBe(false);
    failing('accessSync', systemError(code, 'access'));
    expect(directory.isReadOnly()).toBe(isReadOnly);
  });

  test.each([
    ['EINVAL', true],
    ['ENOTSUP', true],
    ['EPERM', true],
    ['EIO', false],
  ])('whose sync fails with %s counts as one that cannot be synced: %s', (code, isAccepted) => {
    const before = opened();
    failing('fsyncSync', systemError(code, 'fsync'));
    if (isAccepted) directory.sync();
    else expect(() => directory.sync()).toThrow(code);
    expect(opened()).toBe(before);
  });

  test('is recognized by its device and its number, and only by both', () => {
    const { ino, dev } = statSync(folder);
    const has = (numbers: object) => directory.hasIdentity(numbers as fs.Stats);
    expect([has({ ino, dev }), has({ ino: ino + 1, dev }), has({ ino, dev: dev + 1 })]).toEqual([true, false, false]);
  });

  test('has links if at least one of its entries is one', () => {
    expect(directory.hasLinks()).toBe(false);
    writeFileSync(join(folder, 'file'), '');
    expect(directory.hasLinks()).toBe(false);
    symlinkSync('file', join(folder, 'link'));
    expect(directory.hasLinks()).toBe(true);
  });

  test('gets a mode, and an owner only if it has another one', () => {
    const given: unknown[] = [];
    replace({ fchownSync: (_: number, ...owner: unknown[]) => given.push(owner) });
    const { uid, gid } = statSync(folder);
    const before = opened();
    directory.setRights(0o750);
    directory.setRights(0o750, { uid, gid });
    expect([given, statSync(folder).mode & 0o7777]).toEqual([[], 0o750]);
    directory.setRights(0o700, { uid: uid + 1, gid });
    directory.setRights(0o701, { uid, gid: gid + 1 });
    expect([given, statSync(folder).mode & 0o7777]).toEqual([
      [
        [uid + 1, gid],
        [uid, gid + 1],
      ],
      0o701,
    ]);
    expect(opened()).toBe(before);
  });

  test('opens a subdirectory under its name in messages, and nothing else', () => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('sub', join(folder, 'link'));
    const sub = directory.subdirectory('sub');
    expect([sub?.name, sub?.isSafe, sub?.realPath()]).toEqual([join(folder, 'sub'), true, join(folder, 'sub')]);
    sub?.close();
    for (const name of ['file', 'link', 'none']) expect(directory.subdirectory(name), name).toBeUndefined();
    directory.markUnsafe();
    const unsafe = directory.subdirectory('sub');
    expect(unsafe?.isSafe).toBe(false);
    unsafe?.close();
  });
});
