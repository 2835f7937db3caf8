import fs, { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, type Stats } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  isClosedToOthers,
  isControlled,
  isFollowed,
  isOwnedThroughout,
  isSafeDirectory,
  isTrusted,
  protectsEntries,
} from '../../../src/deploy/directory/directory-safety.js';

const stats = (uid: number, mode: number) => ({ uid, mode: 0o40_000 | mode }) as Stats;
const [root, self, stranger] = [0, 1000, 1001];

test.each([
  [root, self, true],
  [self, self, true],
  [stranger, self, false],
  [stranger, root, false],
  [stranger, undefined, true],
])('what user %i decides is trusted by a run of user %s: %s', (uid, user, is) => expect(isTrusted(uid, user)).toBe(is));

describe('a directory', () => {
  test.each([
    ['of the user', self, 0o755, true],
    ['of root', root, 0o755, true],
    ['of another user', stranger, 0o755, false],
    ['that its group can write to', self, 0o775, false],
    ['that everyone can write to', self, 0o757, false],
    ['that everyone can write to, but sticky', self, 0o1777, false],
  ])('%s is controlled by the user', (_, uid, mode, is) => expect(isControlled(stats(uid, mode), self)).toBe(is));

  test('is not examined on a system without user numbers', () => {
    expect([isControlled(stats(stranger, 0o777), undefined), isTrusted(stranger, undefined)]).toEqual([true, true]);
  });

  test.each([
    ['700', true],
    ['1700', true],
    ['710', false],
    ['701', false],
    ['740', false],
  ])('of mode %s is closed to others: %s', (mode, is) =>
    expect(isClosedToOthers(stats(self, Number.parseInt(mode, 8)))).toBe(is),
  );

  test.each([
    ['of root, sticky', root, 0o1777, true],
    ['of the user, sticky', self, 0o1777, true],
    ['of another user, sticky', stranger, 0o1777, false],
    ['of root', root, 0o777, false],
  ])('%s protects the entries of others', (_, uid, mode, is) =>
    expect(protectsEntries(stats(uid, mode), self)).toBe(is),
  );

  test('is checked up to the root directory, by each rule', () => {
    const descriptor = openSync('/usr/bin', 'r');
    try {
      expect([isSafeDirectory(descriptor, root), isOwnedThroughout(descriptor, root)]).toEqual([true, true]);
    } finally {
      closeSync(descriptor);
    }
  });

  // Every file system numbers its entries by itself, and many give the number 2 to their root.
  test('is checked beyond the root of its file system, even if the directory above has the same number there', () => {
    const { fstatSync } = fs;
    const open = mkdtempSync(join(tmpdir(), 'jks2pem-safety-'));
    mkdirSync(join(open, 'inner'));
    chmodSync(open, 0o777);
    const [inner, system] = [join(open, 'inner'), '/usr/bin'].map((path) => openSync(path, 'r')) as [number, number];
    Object.assign(fs, {
      fstatSync: (descriptor: number) => {
        const stats = fstatSync(descriptor);
        return Object.assign(stats, { dev: stats.ino, ino: 2 });
      },
    });
    syncBuiltinESMExports();
    try {
      expect([inner, system].map((each) => isSafeDirectory(each, process.getuid?.()))).toEqual([false, true]);
    } finally {
      Object.assign(fs, { fstatSync });
      syncBuiltinESMExports();
      for (const each of [inner, system]) closeSync(each);
      rmSync(open, { recursive: true });
    }
  });

  test('is not safe if nothing is known about it', () => {
    const file = openSync('/proc/self/status', 'r');
    try {
      expect([isSafeDirectory(file, self), isSafeDirectory(file, undefined)]).toEqual([false, true]);
    } finally {
      closeSync(file);
    }
  });
});

describe('a symbolic link', () => {
  const closed = stats(self, 0o755);
  const sticky = stats(root, 0o1777);
  const open = stats(self, 0o777);
  test.each<[string, Stats, boolean, number, string, boolean]>([
    ['in a safe directory, of anyone', open, true, stranger, '/etc', true],
    ['of the user, in a closed directory', closed, false, self, '/etc', true],
    ['of root, in a closed directory', closed, false, root, '../x', true],
    ['of another user, in a closed directory', closed, false, stranger, 'x', false],
    ['of the user, in a sticky directory', sticky, false, self, '/etc', true],
    ['of another user, in a sticky directory', sticky, false, stranger, 'x', false],
    ['in an open directory, that stays inside', open, false, stranger, 'x/y', true],
    ['in an open directory, to an absolute path', open, false, self, '/etc', false],
    ['in an open directory, that leads out', open, false, self, '../x', false],
    ['in an open directory, that leads out further on', open, false, self, 'x/../../y', false],
    ['in an open directory, to a name with dots', open, false, self, '..x/y..', true],
  ])('%s is followed', (_, directory, isSafe, uid, text, is) =>
    expect(isFollowed(directory, isSafe, stats(uid, 0o777), text, self)).toBe(is),
  );
});
