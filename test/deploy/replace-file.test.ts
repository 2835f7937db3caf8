import {
  chmodSync,
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
import { isSameFile, replaceFile } from '../../src/deploy/replace-file.js';

const content = (text: string) => new Uint8Array(Buffer.from(text));
const modeOf = (path: string) => statSync(path).mode & 0o7777;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('replaceFile', () => {
  test('makes a file under the mode asked for, whatever the umask', () => {
    const path = join(folder, 'a.pem');
    expect(replaceFile(path, content('new'), { mode: 0o664 })).toBe(true);
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['new', 0o664]);
    expect(readdirSync(folder)).toEqual(['a.pem']);
  });

  test('keeps the mode of a file that is there, and puts a new one in its place', () => {
    const path = join(folder, 'a.pem');
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    const before = statSync(path).ino;
    expect(replaceFile(path, content('new'), { mode: 0o600 })).toBe(true);
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['new', 0o640]);
    expect(statSync(path).ino).not.toBe(before);
  });

  test('leaves alone what is already there', () => {
    const path = join(folder, 'a.pem');
    writeFileSync(path, 'same');
    const before = statSync(path, { bigint: true });
    expect(replaceFile(path, content('same'), { mode: 0o600 })).toBe(false);
    const after = statSync(path, { bigint: true });
    expect([after.ino, after.mtimeNs, after.ctimeNs]).toEqual([before.ino, before.mtimeNs, before.ctimeNs]);
  });

  test('writes behind a symbolic link, which stays', () => {
    mkdirSync(join(folder, 'archive'));
    const target = join(folder, 'archive', 'one.pem');
    writeFileSync(target, 'old');
    const link = join(folder, 'live.pem');
    symlinkSync('archive/one.pem', link);
    expect(replaceFile(link, content('new'), { mode: 0o600 })).toBe(true);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('new');
  });

  test.each([
    ['a directory that is missing', () => join(folder, 'none', 'a.pem'), /a\.pem: no such file or directory/],
    ['a directory', () => folder, /not a regular file/],
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
  ])('refuses %s, and leaves nothing behind', (_, path, message) => {
    const target = path();
    const before = readdirSync(folder);
    expect(() => replaceFile(target, content('new'), { mode: 0o600 })).toThrow(
      expect.objectContaining({ code: 'ERR_OUTPUT', message: expect.stringMatching(message) }),
    );
    expect(readdirSync(folder)).toEqual(before);
  });
});

test('isSameFile sees through links', () => {
  const [path, hard, soft] = ['a', 'b', 'c'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(path, '');
  linkSync(path, hard);
  symlinkSync(path, soft);
  expect([
    isSameFile(path, hard),
    isSameFile(path, soft),
    isSameFile(path, folder),
    isSameFile(path, join(folder, 'none')),
  ]).toEqual([true, true, false, false]);
});
