import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTool } from './tool.js';

/** Node's permission model forbids fsync, fchmod and paths below /proc/self/fd. */
const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
const project = new URL('../..', import.meta.url).pathname;
const keystore = [join(project, 'fixtures/tomcat.keystore'), '--storepass', 'pass:my-passphrase', '-q'];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-permission-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function run(args: readonly string[], permissions = ['--allow-fs-read=*', `--allow-fs-write=${directory}/*`]) {
  const node = [flag, '--no-warnings', ...permissions, join(project, 'bin/jks2pem.js')];
  const { status, stderr } = runTool(process.execPath, [...node, ...keystore, ...args]);
  return [status, stderr.toString()];
}
const file = () => join(directory, 'a.pem');

describe('under the permission model of Node', () => {
  test.each([
    ['0600', []],
    ['0640', ['--mode', '0640']],
  ])('a file is written into a safe directory, with mode %s', (mode, args) => {
    for (let i = 0; i < 2; i++) expect(run(['-o', file(), ...args])).toEqual([0, '']);
    expect((statSync(file()).mode & 0o7777).toString(8)).toBe(mode.slice(1));
    expect([readFileSync(file(), 'latin1'), readdirSync(directory)]).toEqual([
      expect.stringContaining('PRIVATE KEY'),
      ['a.pem'],
    ]);
  });

  test('a set is refused', () => {
    expect(run(['-o', directory, '--layout', 'certbot'])).toEqual([
      1,
      expect.stringMatching(/needs symbolic links.*\n.*--layout bundle/),
    ]);
  });

  test('a directory that others can write to is refused', () => {
    mkdirSync(join(directory, 'open'));
    chmodSync(join(directory, 'open'), 0o777);
    expect(run(['-o', join(directory, 'open/a.pem')])).toEqual([
      1,
      expect.stringMatching(/other users can write into it.*\n.*start Node without --permission/),
    ]);
  });

  test.each([
    ['to write', ['--allow-fs-read=*']],
    ['to look at the directories above', [`--allow-fs-read=${project}*`, '--allow-fs-write=/nowhere']],
  ])('without the right %s, the hint names the flags', (_, permissions) => {
    expect(run(['-o', file()], permissions)).toEqual([
      1,
      expect.stringContaining(`start Node with --allow-fs-read=* --allow-fs-write=${directory}/*\n`),
    ]);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('without the right to start processes the hook fails, and the hint names the flag', () => {
    expect(run(['-o', file(), '--deploy-hook', 'true'])).toEqual([
      4,
      expect.stringMatching(
        /could not be started.*the new files were removed.*\n.*start Node with --allow-child-process/,
      ),
    ]);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('without /proc, where others can write', () => {
  /** Runs the command where nothing is mounted at /proc. */
  const withoutProc = (user: string, args: readonly string[]) => {
    chmodSync(directory, 0o777);
    const script = 'mount -t tmpfs tmpfs /proc; exec "$@"';
    const identity = ['setpriv', '--reuid', user, '--regid', user, '--clear-groups'];
    const command = [
      ...identity,
      process.execPath,
      join(project, 'bin/jks2pem.js'),
      ...keystore,
      '-o',
      file(),
      ...args,
    ];
    const { status, stderr } = runTool('unshare', ['--mount', 'sh', '-ec', script, 'sh', ...command]);
    return [status, stderr.toString(), readdirSync(directory)];
  };
  const warning =
    'jks2pem: warning: .*other users can write into it.*without /proc/self/fd, they can divert what is written \\[WARN_DIRECTORY_UNSAFE\\]\n';

  test('root is refused', () => {
    expect(withoutProc('0', [])).toEqual([
      1,
      expect.stringMatching(/other users can write into it.*; without \/proc\/self\/fd, root does not write there/),
      [],
    ]);
  });

  test('another user is warned', () => {
    expect(withoutProc('65534', [])).toEqual([0, expect.stringMatching(new RegExp(`^${warning}$`)), ['a.pem']]);
  });

  test('another user is refused with --strict', () => {
    const refusal = 'jks2pem: error: --strict: a warning, so nothing was written\n';
    expect(withoutProc('65534', ['--strict'])).toEqual([
      3,
      expect.stringMatching(new RegExp(`^${warning}${refusal}$`)),
      [],
    ]);
  });
});
