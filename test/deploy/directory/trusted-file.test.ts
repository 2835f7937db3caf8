import { execFileSync } from 'node:child_process';
import fs, {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readTrustedFile } from '../../../src/deploy/directory/trusted-file.js';
import { systemError } from '../system-calls.js';
import { user } from '../transaction-runs.js';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  path = join(directory, 'config.toml');
});
afterEach(() => rmSync(directory, { recursive: true }));

const most = 2 ** 20;
const read = () => readTrustedFile(path, user);
const put = (mode: number, text = 'text') => {
  writeFileSync(path, text);
  chmodSync(path, mode);
};

test.each([0o600, 0o644, 0o755])('a file of mode %o that only its owner can change is read', (mode) => {
  put(mode);
  expect(read()).toEqual({ content: Buffer.from('text'), mode });
});

test('a file is read through links in safe directories', () => {
  mkdirSync(join(directory, 'd'));
  symlinkSync('d/real.toml', path);
  expect(read()).toBeUndefined();
  writeFileSync(join(directory, 'd/real.toml'), 'text', { mode: 0o600 });
  expect(read()?.content.toString()).toBe('text');
});

test('nothing is read where there is nothing, or no directory', () => {
  expect(read()).toBeUndefined();
  path = join(directory, 'none/config.toml');
  expect(read()).toBeUndefined();
});

test('it may have the maximum size, and not one byte more', () => {
  put(0o600, 'x'.repeat(most));
  expect(read()?.content).toHaveLength(most);
  put(0o600, 'x'.repeat(most + 1));
  expect(read).toThrow(`${path}: is larger than 1024 KiB`);
});

describe('a directory that others could change by its mode', () => {
  const { accessSync } = fs;
  const answering = (code: string) => {
    Object.assign(fs, {
      accessSync: (place: string) => {
        expect(statSync(place).ino).toBe(statSync(directory).ino);
        throw systemError(code, 'access');
      },
    });
    syncBuiltinESMExports();
  };
  afterEach(() => {
    Object.assign(fs, { accessSync });
    syncBuiltinESMExports();
  });

  test('is no danger if it is mounted read-only, as Kubernetes mounts a ConfigMap', () => {
    put(0o600);
    chmodSync(directory, 0o777);
    answering('EROFS');
    expect(read()?.content.toString()).toBe('text');
    answering('EACCES');
    expect(read).toThrow('its directory can be changed by other users');
  });
});

test('a link that takes its place after its path was examined is not followed', () => {
  put(0o600);
  writeFileSync(join(directory, 'other'), 'other', { mode: 0o600 });
  const { openSync } = fs;
  const install = (functions: object) => {
    Object.assign(fs, functions);
    syncBuiltinESMExports();
  };
  install({
    openSync: (name: string, flags: number) => {
      if (name.endsWith('/config.toml')) {
        rmSync(path);
        symlinkSync('other', path);
      }
      return openSync(name, flags);
    },
  });
  try {
    expect(read).toThrow(`${path}: too many symbolic links encountered`);
  } finally {
    install({ openSync });
  }
});

test('the file is closed afterwards, also if it is refused', () => {
  const count = () => readdirSync('/proc/self/fd').length;
  const before = count();
  put(0o600);
  read();
  put(0o666);
  expect(read).toThrow();
  expect(count()).toBe(before);
});

describe('refused, because it holds commands to run', () => {
  test.each([0o620, 0o602, 0o666])('mode %o', (mode) => {
    put(mode);
    expect(read).toThrow(
      expect.objectContaining({
        code: 'ERR_OUTPUT',
        message: `${path}: other users can change it (mode 0${mode.toString(8)})`,
        hint: `it holds commands to run: chmod go-w ${path}`,
      }),
    );
  });

  // Only root can give a file away. For other users, the whole directory belongs to another one here.
  test(`a ${user === 0 ? 'file' : 'directory'} of another user`, () => {
    put(0o600);
    if (user === 0) chownSync(path, 12_345, 12_345);
    const message =
      user === 0 ? ': belongs to 12345, who can change it' : ': its directory can be changed by other users';
    expect(() => readTrustedFile(path, user === 0 ? 0 : 54_321)).toThrow(
      expect.objectContaining({
        code: 'ERR_OUTPUT',
        message: expect.stringContaining(path + message),
        hint: expect.stringMatching(
          user === 0
            ? /^it holds commands to run: chown it to the user who runs them$/
            : /^it holds commands to run: keep/,
        ),
      }),
    );
  });

  test.each([0o777, 0o775, 0o1777])('a directory of mode %o', (mode) => {
    put(0o600);
    chmodSync(directory, mode);
    expect(read).toThrow(
      expect.objectContaining({
        message: `${path}: its directory can be changed by other users, so they could replace the file`,
        hint: 'it holds commands to run: keep it in a directory that only its owner can write to, such as /etc',
      }),
    );
  });

  test.each<[string, () => unknown, string]>([
    ['a pipe, for whose writer nothing waits', () => execFileSync('mkfifo', [path]), ': is not a regular file'],
    ['a directory', () => mkdirSync(path), ': is not a regular file'],
    ['a circle of links', () => symlinkSync('config.toml', path), ': too many symbolic links'],
    [
      'a file as its directory',
      () => {
        writeFileSync(join(directory, 'f'), '');
        path = join(directory, 'f/config.toml');
      },
      ': not a directory',
    ],
  ])('%s', (_, make, message) => {
    make();
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_OUTPUT', message: expect.stringContaining(message) }));
  });
});
