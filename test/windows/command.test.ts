import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { buildPackage } from '../built-package.js';
import { fixture } from '../fixtures.js';

/** Node for Windows, and the command as it is shipped. Wine shows the file system of this machine as drive Z. */
const node = process.env['WINDOWS_NODE'] ?? '';
const built = await buildPackage();
const command = join(built, 'bin/jks2pem.js');
const main = mkdtempSync(join(tmpdir(), 'jks2pem-windows-'));
afterAll(() => rmSync(main, { recursive: true }));

const storePass = ['--storepass', 'pass:my-passphrase'];
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(main, 'run-'));
  for (const name of ['tomcat.keystore', 'tomcat.p12']) writeFileSync(join(directory, name), fixture(name));
});

interface Outcome {
  readonly exitCode: number | null;
  readonly output: string;
  readonly error: string;
}

function jks2pem(...args: string[]): Outcome {
  return withInput('', ...args);
}

/** Output goes to files: under Wine, Node for Windows cannot open a pipe as a stream, as node:net does with standard error. */
function withInput(input: string, ...args: string[]): Outcome {
  const [output, error] = ['output', 'error'].map((name) => join(main, name)) as [string, string];
  const stdio = ['pipe' as const, openSync(output, 'w'), openSync(error, 'w')] as const;
  const run = spawnSync('wine', [node, command, ...args], {
    cwd: directory,
    input,
    stdio: [...stdio],
    timeout: 60_000,
  });
  for (const descriptor of stdio.slice(1)) closeSync(Number(descriptor));
  return {
    exitCode: run.status,
    output: readFileSync(output, 'utf8'),
    error: readFileSync(error, 'utf8').replaceAll('\r', ''),
  };
}

/** The same on this machine: what the command should write. */
function onThisMachine(...args: string[]): string {
  return spawnSync(process.execPath, [command, ...args], { cwd: directory, encoding: 'utf8' }).stdout;
}

function start(program: readonly string[]): ChildProcess {
  return spawn('wine', [node, ...program], { cwd: directory, stdio: 'ignore' });
}

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.on('exit', resolve));
const read = (name: string) => readFileSync(join(directory, name), 'utf8');
const files = () => readdirSync(directory).filter((name) => !name.startsWith('tomcat.'));

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 30_000; !isSo(); ) {
    if (performance.now() > end) throw new Error('waited 30 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the result', () => {
  test.each([
    [['tomcat.keystore']],
    [['tomcat.p12', '--only', 'chain']],
    [['tomcat.keystore', '--trusted']],
    [['list', 'tomcat.keystore', '--json']],
    [['tlsa', 'tomcat.keystore']],
  ])('of %j is the same as here', (args) => {
    const { exitCode, output, error } = jks2pem(...args, ...storePass);
    expect([exitCode, error]).toEqual([0, expect.not.stringContaining('error')]);
    expect(output).toBe(onThisMachine(...args, ...storePass));
  });

  test('of a keystore from standard input', () => {
    const bytes = spawnSync('wine', [node, command, '-', ...storePass], {
      cwd: directory,
      input: fixture('tomcat.p12'),
    });
    expect(bytes.stdout.toString()).toBe(onThisMachine('tomcat.p12', ...storePass));
  });
});

describe('-o FILE', () => {
  test('writes, and then finds the file up to date', () => {
    expect(jks2pem('tomcat.keystore', ...storePass, '-o', '.\\mail.pem').exitCode).toBe(0);
    expect(read('mail.pem')).toBe(onThisMachine('tomcat.keystore', ...storePass));
    expect(jks2pem('tomcat.keystore', ...storePass, '-o', 'mail.pem').error).toContain('mail.pem is up to date');
    expect(files()).toEqual(['mail.pem']);
  });

  test('replaces a file that everyone can read, since Windows does not know that', () => {
    writeFileSync(join(directory, 'mail.pem'), 'an old certificate');
    expect(jks2pem('tomcat.keystore', ...storePass, '-o', 'mail.pem')).toMatchObject({ exitCode: 0 });
    expect(read('mail.pem')).toContain('PRIVATE KEY');
  });

  test.each([
    ['a missing directory', ['-o', 'my keys\\mail.pem'], 1, 'create it first: mkdir "my keys"'],
    ['the name of a device', ['-o', 'nul.pem'], 1, 'is the name of a device on Windows'],
    ['--mode', ['-o', 'mail.pem', '--mode', '0600'], 2, 'set those with icacls'],
    ['--owner', ['-o', 'mail.pem', '--owner', 'root'], 2, 'Windows has neither modes nor numbered owners'],
    ['the certbot layout', ['-o', 'mail', '--layout', 'certbot'], 1, 'needs symbolic links'],
  ])('refuses %s', (_, args, exitCode, message) => {
    const outcome = jks2pem('tomcat.keystore', ...storePass, ...args);
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.error).toContain(message);
    expect(files()).toEqual([]);
  });

  test('waits for a program that has the old file open, and gives up if that stays so', async () => {
    writeFileSync(join(directory, 'mail.pem'), 'old');
    // Opened as Windows programs do that do not think of others: libuv's UV_FS_O_EXLOCK shares nothing.
    const hold = (milliseconds: number) =>
      start([
        '-e',
        `fs.openSync('mail.pem', 0x10000000); fs.writeFileSync('held', ''); setTimeout(() => {}, ${milliseconds})`,
      ]);
    const forLong = hold(60_000);
    await until(() => existsSync(join(directory, 'held')));
    expect(jks2pem('tomcat.keystore', ...storePass, '-o', 'mail.pem')).toMatchObject({
      exitCode: 1,
      error: expect.stringContaining('is it open in another program?'),
    });
    forLong.kill();
    await ended(forLong);
    expect(read('mail.pem')).toBe('old');
    rmSync(join(directory, 'held'));
    expect(jks2pem('tomcat.keystore', ...storePass, '-o', 'mail.pem').exitCode).toBe(0);
  });
});

describe('--output-dir', () => {
  test('of several keystores', () => {
    copyFileSync(join(directory, 'tomcat.p12'), join(directory, 'tomcat.two.p12'));
    const { exitCode, output } = jks2pem(
      'tomcat.keystore',
      'tomcat.two.p12',
      ...storePass,
      '--output-dir',
      'out',
      '--json',
    );
    expect(exitCode).toBe(0);
    expect(output.trim().split('\n')).toHaveLength(2);
    expect(readdirSync(join(directory, 'out')).sort()).toEqual(['tomcat.pem', 'tomcat.two.pem']);
  });

  test('with --split', () => {
    expect(jks2pem('tomcat.keystore', ...storePass, '--trusted', '--split', '--output-dir', 'out').exitCode).toBe(0);
    expect(readdirSync(join(directory, 'out')).sort()).toEqual(['cross.crt', 'intermed.crt']);
  });
});

describe('--deploy-hook', () => {
  const write = (...hook: string[]) =>
    jks2pem('tomcat.keystore', ...storePass, '-o', 'mail.pem', '--deploy-hook', ...hook);

  test('is run by cmd.exe, with its variables', () => {
    expect(write('echo %JKS2PEM_FILES% %RENEWED_DOMAINS%>hook.txt')).toMatchObject({ exitCode: 0 });
    expect(read('hook.txt')).toMatch(/^Z:\\.*\\mail\.pem mail\.example\.com smtp\.example\.com\r\n$/);
  });

  test('gets no password, whatever the case of its variable', () => {
    const run = spawnSync(
      'wine',
      [
        node,
        command,
        'tomcat.keystore',
        '--storepass',
        'env:my_password',
        '-o',
        'mail.pem',
        '--deploy-hook',
        'set>hook.txt',
      ],
      { cwd: directory, env: { ...process.env, MY_PASSWORD: 'my-passphrase' }, encoding: 'utf8' },
    );
    expect(run).toMatchObject({ status: 0 });
    expect(read('hook.txt')).toContain('JKS2PEM_FILES');
    expect(read('hook.txt')).not.toContain('my-passphrase');
  });

  test('that fails: the previous file is restored', () => {
    writeFileSync(join(directory, 'mail.pem'), 'old');
    const { exitCode, error } = write('exit 3');
    expect([exitCode, read('mail.pem'), files()]).toEqual([4, 'old', ['mail.pem']]);
    expect(error).toContain('failed with exit code 3; the previous files were restored');
  });

  test('that hangs is ended', () => {
    // Its children are too, but not here: Wine 8 does not know the option /t of taskkill.
    const { exitCode, error } = write('ping -n 9 127.0.0.1', '--hook-timeout', '1');
    expect([exitCode, existsSync(join(directory, 'mail.pem'))]).toEqual([4, false]);
    expect(error).toContain('took longer than 1 s');
  });
});

describe('the lock', () => {
  const hook = `"${node}" -e "fs.writeFileSync('started', ''); setTimeout(() => {}, 60000)"`;
  const killed = () => start([command, 'tomcat.keystore', ...storePass, '-o', 'mail.pem', '--deploy-hook', hook]);

  test('of a run that was killed is free at once, and its work is taken back', async () => {
    writeFileSync(join(directory, 'mail.pem'), 'old');
    const child = killed();
    await until(() => existsSync(join(directory, 'started')));
    expect(read('mail.pem')).not.toBe('old');
    spawnSync('wine', ['taskkill', '/f', '/im', 'node.exe'], { cwd: directory });
    await ended(child);
    const begin = performance.now();
    const outcome = jks2pem('tomcat.p12', ...storePass, '-o', 'other.pem');
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(performance.now() - begin).toBeLessThan(20_000);
    expect(read('mail.pem')).toBe('old');
    expect(files().sort()).toEqual(['mail.pem', 'other.pem', 'started']);
  });

  test('lets one of several runs write at a time', async () => {
    const runs = ['a', 'b', 'c', 'd'].map((name) =>
      ended(
        start([
          command,
          'tomcat.keystore',
          ...storePass,
          '-o',
          'mail.pem',
          '--deploy-hook',
          `echo ${name}>>log.txt & exit 1`,
        ]),
      ),
    );
    expect(await Promise.all(runs)).toEqual([4, 4, 4, 4]);
    expect(
      read('log.txt')
        .match(/[abcd]/g)
        ?.sort(),
    ).toEqual(['a', 'b', 'c', 'd']);
    expect(files()).toEqual(['log.txt']);
  });
});

describe('passwords', () => {
  test('come from a file with CRLF, which is not called readable by others', () => {
    writeFileSync(join(directory, 'password.txt'), 'my-passphrase\r\n', { mode: 0o666 });
    const outcome = jks2pem('tomcat.keystore', '--storepass', 'file:password.txt', '-o', 'mail.pem');
    expect(outcome).toMatchObject({ exitCode: 0, error: expect.not.stringMatching(/warning|chmod/) });
  });

  test('come from standard input', () =>
    expect(withInput('my-passphrase\r\n', 'tomcat.keystore', '--storepass', 'stdin', '-o', 'mail.pem').exitCode).toBe(
      0,
    ));

  test('are asked for on the console, which does not show them', async () => {
    // Wine shows a Windows console on the pseudo-terminal of script(1).
    const line = `wine ${node} ${command} tomcat.keystore -o mail.pem`;
    const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], { cwd: directory });
    let shown = '';
    child.stdout.on('data', (chunk) => (shown += chunk));
    const exit = ended(child);
    const questions = () => shown.split('Password of tomcat.keystore:').length - 1;
    for (const [i, password] of ['mistyped', 'my-passphrase'].entries()) {
      await until(() => questions() > i);
      // The question is there when the console is in raw mode.
      child.stdin.write(`${password}\r`);
    }
    expect(await exit).toBe(0);
    expect(shown).toContain('wrong password; try again');
    expect(shown).not.toMatch(/mistyped|passphrase/);
    expect(read('mail.pem')).toContain('PRIVATE KEY');
  });
});

test('verify says nothing of modes and owners', () => {
  jks2pem('tomcat.keystore', ...storePass, '-o', 'mail.pem');
  const { exitCode, output } = jks2pem('verify', 'mail.pem');
  expect(exitCode).toBe(0);
  expect(output).toMatch(/^mail\.pem: right/);
  expect(output).not.toMatch(/mode|owner/);
});

test.each([
  [['doctor'], 'Postfix is not installed here'],
  [['renew'], 'there is no default configuration file on Windows'],
  [['probe', 'localhost:1'], 'connection refused'],
])('%j fails with a reason', (args, message) => {
  const { exitCode, error } = jks2pem(...args);
  expect(exitCode).not.toBe(0);
  expect(error).toContain(message);
});

test('renew brings up to date what a configuration names', () => {
  writeFileSync(
    join(directory, 'jks2pem.toml'),
    `[mail]
keystore = "tomcat.keystore"
storepass = "env:STORE"
[[mail.to]]
out = "mail.pem"
deploy-hook = "echo done>hook.txt"
`,
  );
  const renew = () =>
    spawnSync('wine', [node, command, 'renew', '--config', 'jks2pem.toml'], {
      cwd: directory,
      env: { ...process.env, STORE: 'my-passphrase' },
      encoding: 'utf8',
    });
  const first = renew();
  expect(first.stderr).not.toContain('error');
  expect([first.status, read('hook.txt')]).toEqual([0, 'done\r\n']);
  rmSync(join(directory, 'hook.txt'));
  expect(renew().status).toBe(0);
  expect(existsSync(join(directory, 'hook.txt'))).toBe(false);
});
