import fs, {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DirectoryOpener } from '../../src/deploy/directory/directory-opener.js';
import { systemError } from './system-calls.js';
import { content, deployFile, deploySet } from './transaction-runs.js';

/** As on macOS, and on Linux without /proc: directories are addressed by their paths. */
const usesHandles = false;
const ordinaryUser = 1000;

let directory: string;
let openers: DirectoryOpener[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  openers = [];
});
afterEach(() => {
  for (const opener of openers) opener.close();
  rmSync(directory, { recursive: true });
});

function opener(user: number | undefined, warn: (message: string) => void = () => {}): DirectoryOpener {
  const made = new DirectoryOpener(user, warn, usesHandles);
  openers.push(made);
  return made;
}
const readable = (path = directory) => readFileSync(join(path, 'a.pem'), 'utf8');

describe('without handles', () => {
  test('files and sets are written into a safe directory', async () => {
    await deployFile(join(directory, 'a.pem'), content('new'), { usesHandles });
    await deploySet(join(directory, 'live'), new Map([['a.pem', content('new')]]), { usesHandles });
    expect([readable(), readable(join(directory, 'live'))]).toEqual(['new', 'new']);
    expect(readdirSync(directory).sort()).toEqual(['a.pem', 'live']);
  });

  test('a hook that fails takes back a file and a set', async () => {
    const runHook = () => Promise.reject(new Error('fault'));
    writeFileSync(join(directory, 'a.pem'), 'old', { mode: 0o600 });
    await expect(deployFile(join(directory, 'a.pem'), content('new'), { usesHandles, runHook })).rejects.toThrow(
      'fault',
    );
    expect([readable(), readdirSync(directory)]).toEqual(['old', ['a.pem']]);
  });

  test('links are followed, to a file and to its directory', async () => {
    mkdirSync(join(directory, 'real'));
    symlinkSync('real', join(directory, 'link'));
    symlinkSync('link/a.pem', join(directory, 'a.pem'));
    await deployFile(join(directory, 'a.pem'), content('new'), { usesHandles });
    expect(readable(join(directory, 'real'))).toBe('new');
  });

  test('a subdirectory has no handle either; a link and a file are none', () => {
    for (const name of ['inner', 'inner/a']) mkdirSync(join(directory, name));
    symlinkSync('inner', join(directory, 'link'));
    writeFileSync(join(directory, 'file'), '');
    const found = opener(ordinaryUser).require(directory);
    const inner = found.subdirectory('inner');
    expect([inner?.handle, inner?.name, inner?.at('a')]).toEqual([
      undefined,
      join(directory, 'inner'),
      join(realpathSync(directory), 'inner/a'),
    ]);
    expect(['link', 'file', 'none'].map((name) => found.subdirectory(name))).toEqual([undefined, undefined, undefined]);
  });

  describe('where others can write', () => {
    beforeEach(() => chmodSync(directory, 0o777));

    test('root is refused', () => {
      expect(() => opener(0).require(directory)).toThrow(
        expect.objectContaining({
          code: 'ERR_OUTPUT',
          message: expect.stringContaining('root does not write there'),
          hint: 'write into a directory that only root can write to',
        }),
      );
    });

    test('another user is warned, once for each directory', () => {
      const warnings: string[] = [];
      const ours = opener(ordinaryUser, (message) => warnings.push(message));
      expect(ours.require(directory).isSafe).toBe(false);
      ours.require(`${directory}/.`);
      expect(warnings).toEqual([expect.stringContaining('they can divert what is written')]);
    });

    test('a directory that others were allowed to write to meanwhile is safe no longer', () => {
      chmodSync(directory, 0o755);
      const ours = opener(ordinaryUser);
      const found = ours.require(directory);
      expect(found.isSafe).toBe(true);
      chmodSync(directory, 0o777);
      expect([ours.require(`${directory}/.`) === found, found.isSafe]).toEqual([true, false]);
    });

    test('nothing is checked on a system without user numbers', () => {
      const { statSync } = fs;
      const install = (functions: object) => {
        Object.assign(fs, functions);
        syncBuiltinESMExports();
      };
      install({
        statSync: (path: string) => {
          if (path !== realpathSync(directory)) throw systemError('EPERM', 'stat');
          return statSync(path);
        },
      });
      try {
        expect(opener(undefined).require(directory).isSafe).toBe(true);
      } finally {
        install({ statSync });
      }
    });
  });

  test('a safe directory stays safe when another path leads to it', () => {
    const ours = opener(ordinaryUser, () => expect.unreachable());
    const found = ours.require(directory);
    symlinkSync(directory, join(directory, 'link'));
    expect([ours.require(join(directory, 'link')) === found, found.isSafe]).toEqual([true, true]);
  });

  test('a directory below one that others can write to is not safe, unless that one is sticky', () => {
    const inner = join(directory, 'inner');
    mkdirSync(inner, { mode: 0o755 });
    chmodSync(directory, 0o777);
    expect(() => opener(0).require(inner)).toThrow(/or into a directory above it/);
    chmodSync(directory, 0o1777);
    expect(opener(0).require(inner).isSafe).toBe(true);
  });
});
