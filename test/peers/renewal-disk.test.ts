import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
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
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { jks2pem } from './command.js';
import { outputOf, runTool } from './tool.js';

const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'jks2pem-disk-'));
// Another user has to get at the files in it.
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true }));

const convert = [join(fixtures, 'tomcat.keystore'), '--storepass', 'pass:my-passphrase'];

/** The hint of an error about missing rights. */
const sudo = 'jks2pem: hint: run this as a user who may read and write there, e.g. with sudo\n';

let folder: string;
let out: string;
let number = 0;
beforeEach(() => {
  folder = join(root, `${number++}`);
  mkdirSync(folder);
  out = join(folder, 'a.pem');
});

/** Runs the command in a mount namespace of its own, after mounts that nobody else sees. */
function withMounts(script: string) {
  const command = [process.execPath, bin, ...convert].map((word) => `'${word}'`).join(' ');
  return runTool('unshare', ['--mount', 'sh', '-ec', script.replaceAll('JKS2PEM', command)]);
}

describe('a disk that says no: exit 1, one clear error, the old file intact', () => {
  test.each(['bundle', 'certbot'])('is full: %s', (layout) => {
    const target = layout === 'bundle' ? 'a.pem' : '.';
    // Filled to the last byte but for the inodes.
    const { status, stderr, stdout } = withMounts(`
      mount -t tmpfs -o size=32k tmpfs ${folder}; cd ${folder}
      for f in a.pem privkey.pem cert.pem chain.pem fullchain.pem; do echo old > $f; done
      chmod 600 *.pem
      cat /dev/zero > filler 2>/dev/null || true
      JKS2PEM --layout ${layout} -o ${target} && exit 99
      cat a.pem privkey.pem cert.pem chain.pem fullchain.pem; ls -A`);
    expect(stderr.toString()).toMatch(/^jks2pem: error: .*no space left on device \[ERR_OUTPUT\]\n$/);
    const [contents, names] = [stdout.toString().slice(0, 20), stdout.toString().slice(20).split('\n')];
    expect([status, contents]).toEqual([0, 'old\n'.repeat(5)]);
    expect(names.filter((name) => /work|\.jks2pem$/.test(name) && name !== '.jks2pem')).toEqual([]);
  });

  test('is read-only', () => {
    writeFileSync(out, 'old', { mode: 0o600 });
    const { stderr } = withMounts(
      `mount --bind ${folder} ${folder}; mount -o remount,ro,bind ${folder}; JKS2PEM -o ${out}`,
    );
    expect(stderr.toString()).toBe(`jks2pem: error: ${out}: read-only file system [ERR_OUTPUT]\n`);
    expect([readFileSync(out, 'utf8'), readdirSync(folder)]).toEqual(['old', ['a.pem']]);
  });

  test('is read-only, and has the right content already: that is no failure', () => {
    jks2pem([...convert, '-o', out]);
    const { status } = withMounts(
      `mount --bind ${folder} ${folder}; mount -o remount,ro,bind ${folder}; JKS2PEM -o ${out}`,
    );
    expect(status).toBe(0);
  });

  test('is closed to this user', () => {
    writeFileSync(out, 'old', { mode: 0o600 });
    const user = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const { status, stderr } = runTool('setpriv', [...user, process.execPath, bin, ...convert, '-o', out]);
    expect([status, stderr.toString()]).toEqual([1, `jks2pem: error: ${out}: permission denied [ERR_OUTPUT]\n${sudo}`]);
    expect(readdirSync(folder)).toEqual(['a.pem']);
  });

  test('has a file of another user, where both can write', () => {
    writeFileSync(out, 'old', { mode: 0o600 });
    chmodSync(folder, 0o777);
    chmodSync(out, 0o644);
    const user = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const { status, stderr } = runTool('setpriv', [...user, process.execPath, bin, ...convert, '-o', out]);
    expect(status).toBe(1);
    expect(stderr.toString()).toContain(`${out}: belongs to root, in a directory that other users can write to;`);
    expect([readFileSync(out, 'utf8'), readdirSync(folder)]).toEqual(['old', ['a.pem']]);
  });

  test('has the file mounted by itself, as containers do', () => {
    writeFileSync(out, 'old', { mode: 0o600 });
    const { stderr } = withMounts(`mount --bind ${out} ${out}; JKS2PEM -o ${out}`);
    expect(stderr.toString()).toContain('resource busy or locked (a mount point? mount its directory instead)');
    expect([readFileSync(out, 'utf8'), readdirSync(folder)]).toEqual(['old', ['a.pem']]);
  });
});

describe('a batch of 50 keystores, when the disk says no', () => {
  const names = Array.from({ length: 50 }, (_, i) => `k${i}`);
  const batch = () => {
    mkdirSync(join(folder, 'stores'));
    mkdirSync(join(folder, 'out'));
    for (const name of names) {
      copyFileSync(convert[0] ?? '', join(folder, 'stores', `${name}.jks`));
      writeFileSync(join(folder, 'out', `${name}.pem`), 'old', { mode: 0o600 });
    }
  };
  const files = names.map((name) => `stores/${name}.jks`).join(' ');
  const command = (more = '') =>
    `cd ${folder}; ${process.execPath} ${bin} ${files} ${convert.slice(1).join(' ')} --output-dir out ${more}`;
  const requireOld = (directory: string, found: readonly string[]) => {
    expect(readdirSync(directory).sort()).toEqual([...found].sort());
    for (const name of names) expect(readFileSync(join(directory, `${name}.pem`), 'utf8'), name).toBe('old');
  };

  /** Runs the batch where this many blocks fit; a new file takes two. Prints the exit code, the first and last octets of each file, and what else is there. */
  const onSmallDisk = (blocks: number, hook: string) => {
    batch();
    const { stdout, stderr } = withMounts(`
      cp -a ${folder}/out ${folder}/copy; mount -t tmpfs -o size=${blocks * 4}k tmpfs ${folder}/out; cp -a ${folder}/copy/* ${folder}/out
      set +e; (${command(hook)}); echo exit $?; cd ${folder}/out
      for f in k*.pem; do head -c 11 $f; tail -c 9 $f; echo; done; ls -A | grep -v '^k[0-9]*.pem$'`);
    const [exit, ...files] = stdout.toString().trimEnd().replaceAll(/-\n$/gm, '-').split('\n');
    return { exit, files, errors: stderr.toString().match(/error: .*no space left on device/g) ?? [] };
  };

  test('full after some of the files: those are written, the others named', () => {
    const { exit, files, errors } = onSmallDisk(100, '');
    const written = files.filter((text) => text.startsWith('-----BEGIN'));
    expect([exit, files.length, errors.length]).toEqual(['exit 1', 50, 50 - written.length]);
    expect(written.length).toBeGreaterThan(0);
    expect(new Set(files)).toEqual(new Set(['oldold', '-----BEGIN ATE-----']));
  });

  test('full where the journal of a hook would be written: nothing changes', () => {
    expect(onSmallDisk(100, '--deploy-hook true')).toEqual({
      exit: 'exit 1',
      files: Array(50).fill('oldold'),
      errors: ['error: out: no space left on device'],
    });
  });

  test('full from the start: nothing changes', () => {
    batch();
    const { stderr, stdout } = withMounts(`
      cp -a ${folder}/out ${folder}/copy; mount -t tmpfs -o size=220k tmpfs ${folder}/out; cp -a ${folder}/copy/* ${folder}/out
      cat /dev/zero > ${folder}/out/filler 2>/dev/null || true
      set +e; (${command('--deploy-hook true')}); echo exit $?; cat ${folder}/out/k*; ls -A ${folder}/out | wc -l`);
    expect(stderr.toString()).toContain('no space left on device');
    expect(stdout.toString()).toBe(`exit 1\n${'old'.repeat(50)}51\n`);
  });

  test('read-only: one error, nothing changes', () => {
    batch();
    const { stdout, stderr } = withMounts(`
      mount --bind ${folder}/out ${folder}/out; mount -o remount,ro,bind ${folder}/out
      set +e; (${command('--deploy-hook true')}); echo exit $?`);
    expect([stdout.toString(), stderr.toString()]).toEqual([
      'exit 1\n',
      'jks2pem: error: out/k0.pem: read-only file system [ERR_OUTPUT]\n',
    ]);
    requireOld(
      join(folder, 'out'),
      names.map((name) => `${name}.pem`),
    );
  });

  test('closed to this user: one error, nothing changes', () => {
    batch();
    const user = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const { status, stderr } = runTool('setpriv', [...user, 'sh', '-c', command()]);
    expect([status, stderr.toString()]).toEqual([
      1,
      `jks2pem: error: out/k0.pem: permission denied [ERR_OUTPUT]\n${sudo}`,
    ]);
    requireOld(
      join(folder, 'out'),
      names.map((name) => `${name}.pem`),
    );
  });
});

test('a limit on the size of files leaves the old one, as a full disk does', () => {
  writeFileSync(out, 'old', { mode: 0o600 });
  const command = [process.execPath, bin, ...convert, '-o', out];
  // In bytes; the new file would have some five thousand.
  const { status, stderr } = runTool('prlimit', ['--fsize=2000', ...command]);
  expect([status, stderr.toString()]).toEqual([1, `jks2pem: error: ${out}: file too large [ERR_OUTPUT]\n`]);
  expect([readFileSync(out, 'utf8'), readdirSync(folder)]).toEqual(['old', ['a.pem']]);
});

test('a closed standard error stops nothing: the hook runs', () => {
  const script = `exec 3>&1; { "$@" --deploy-hook "echo ran > ${folder}/log"; echo $? >&3; } 2>&1 >/dev/null | true`;
  const command = [process.execPath, bin, ...convert, '-o', out];
  const { stdout } = runTool('sh', ['-c', script, 'sh', ...command]);
  expect([stdout.toString(), readFileSync(join(folder, 'log'), 'utf8')]).toEqual(['0\n', 'ran\n']);
});

describe('a target that is', () => {
  test('on another file system, behind a link', () => {
    const { status, stdout } = withMounts(`
      mkdir ${folder}/other; mount -t tmpfs tmpfs ${folder}/other
      umask 077; echo old > ${folder}/other/b.pem; ln -s other/b.pem ${out}
      JKS2PEM -q -o ${out}; readlink ${out}; grep -c CERTIFICATE ${folder}/other/b.pem; ls -A ${folder}/other`);
    expect([status, stdout.toString()]).toEqual([0, 'other/b.pem\n6\nb.pem\n']);
  });

  test('a pipe is refused at once, without waiting for its writer', () => {
    outputOf('mkfifo', [out]);
    const { status, stderr } = jks2pem([...convert, '-o', out]);
    expect([status, stderr.toString()]).toEqual([
      1,
      `jks2pem: error: ${out}: not a regular file; nothing was written [ERR_OUTPUT]\n`,
    ]);
  });

  test('a link that leads nowhere is written to', () => {
    mkdirSync(join(folder, 'there'));
    symlinkSync('there/b.pem', out);
    // What the link names does not exist, and its directory does.
    const { status } = jks2pem([...convert, '-o', out]);
    expect([status, readdirSync(folder), readdirSync(join(folder, 'there'))]).toEqual([
      0,
      ['a.pem', 'there'],
      ['b.pem'],
    ]);
  });
});

test('an access control list stays as it is', () => {
  writeFileSync(out, 'old', { mode: 0o600 });
  chmodSync(out, 0o600);
  outputOf('setfacl', ['-m', 'u:nobody:r', out]);
  const list = () => outputOf('getfacl', ['-p', out]).toString();
  const before = list();
  expect(jks2pem([...convert, '-o', out]).status).toBe(0);
  expect(readFileSync(out, 'latin1')).toContain('PRIVATE KEY');
  // The mask makes it look like 0640; without the list, that would be the owning group's.
  expect([list(), statSync(out).mode & 0o777]).toEqual([before, 0o640]);
});

test('of 20 runs at once one makes the change and runs the hook, and the others wait for it', async () => {
  const log = join(folder, 'log');
  const hook = `echo start >> ${log}; sleep 0.3; echo end >> ${log}`;
  const run = () =>
    new Promise<{ changed: boolean }>((resolve, reject) => {
      const child = spawn(process.execPath, [bin, ...convert, '-o', out, '--json', '--deploy-hook', hook]);
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
      });
      child.on('close', (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`exit ${code}`))));
    });
  const results = await Promise.all(Array.from({ length: 20 }, run));
  expect(results.filter(({ changed }) => changed)).toHaveLength(1);
  expect(readFileSync(log, 'utf8')).toBe('start\nend\n');
  expect(readdirSync(folder).sort()).toEqual(['a.pem', 'log']);
});

test('a hook that is ended with us leaves the old file, and nothing beside it', async () => {
  writeFileSync(out, 'old', { mode: 0o600 });
  const args = [...convert, '-o', out, '--deploy-hook', `echo $$ >> ${join(folder, 'pids')}; exec sleep 60`];
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  const started = () =>
    readdirSync(folder).includes('pids') && readFileSync(join(folder, 'pids'), 'utf8').includes('\n');
  while (!started()) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGTERM');
  expect(await ended).toBe('SIGTERM');
  expect([readFileSync(out, 'utf8'), readdirSync(folder).sort()]).toEqual(['old', ['a.pem', 'pids']]);
}, 30_000);
