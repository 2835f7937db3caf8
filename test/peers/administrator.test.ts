import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeJks, trustedEntry } from '../keystore/jks/jks-maker.js';
import { FakeServer } from '../probe/fake-server.js';
import { root as authority, party } from '../x509/certificate-maker.js';

/*
 * The built command, run through pipes as cron and scripts run it: the mistakes of an administrator, and the messages that help. What needs
 * a terminal is in prompt.test.ts. Tests with more variants, but without a process of their own, are in test/cli.
 */

const project = new URL('../../', import.meta.url).pathname;
const tomcat = `${project}fixtures/tomcat.keystore`;
const password = ['--storepass', 'pass:my-passphrase'] as const;
const directory = mkdtempSync(join(tmpdir(), 'jks2pem-administrator-'));
afterAll(() => rmSync(directory, { recursive: true }));
const pem = join(directory, 'mail.pem');

interface Run {
  readonly exit: number | null;
  readonly output: string;
  readonly error: string;
}

/** Runs the built command with pipes, and without a terminal to ask on. */
function jks2pem(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Run> {
  const env = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...environment };
  // A process group without a terminal, as for a job of cron.
  const child = spawn(process.execPath, [`${project}bin/jks2pem.js`, ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, error] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    error += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (exit) => resolve({ exit, output, error }));
  });
}

beforeAll(async () => {
  expect(await jks2pem([tomcat, ...password, '-o', pem])).toMatchObject({ exit: 0 });
});

describe('a mistake gets the line that helps', () => {
  writeFileSync(join(directory, 'spaced'), 'my-passphrase \n', { mode: 0o600 });
  writeFileSync(join(directory, 'empty'), '', { mode: 0o600 });
  const withFile = (name: string) => [
    tomcat,
    '-o',
    join(directory, 'x.pem'),
    '--storepass',
    `file:${join(directory, name)}`,
  ];

  test.each<[string, readonly string[], number, RegExp]>([
    ['a misspelt command', ['lits', 'x'], 2, /hint: did you mean jks2pem list\?/],
    [
      'a keystore with --trust',
      [tomcat, ...password, '--trust', tomcat],
      2,
      /is a keystore \(JKS\); a file with certificates is expected: PEM, DER or P7B.*hint: jks2pem \S+ --trusted -o ca\.pem/s,
    ],
    [
      'a PKCS#12 keystore with --add-cert',
      [tomcat, ...password, '--add-cert', `${project}fixtures/tomcat.p12`],
      2,
      /is a keystore \(PKCS12\)/,
    ],
    ['a keystore with --expect', ['probe', 'localhost:1', '--expect', tomcat], 2, /is a keystore \(JKS\)/],
    ['help for a misspelt command', ['help', 'lits'], 2, /hint: did you mean jks2pem help list\?/],
    [
      'a misspelt option',
      ['list', tomcat, '--storepas', 'x'],
      2,
      /unknown option '--storepas'\n.*did you mean --storepass\? jks2pem list --help/,
    ],
    ['the output without -o', [tomcat, 'out.pem'], 2, /hint: -o out\.pem writes to this file/],
    [
      'a hook without quotes',
      [tomcat, '-o', 'x', '--deploy-hook', 'postfix', 'reload'],
      2,
      /--deploy-hook 'postfix reload'/,
    ],
    ['keytool', ['-keystore', tomcat, '-storepass', 'changeit'], 2, /-storepass is --storepass SOURCE/],
    ['--password', [tomcat, '--password', 'changeit'], 2, /hint: --storepass takes the password from/],
    ['-p', [tomcat, '-p', 'changeit'], 2, /hint: --storepass takes the password from/],
    [
      'a missing directory',
      [tomcat, ...password, '-o', join(directory, 'none/x.pem')],
      1,
      /hint: create it first: mkdir -p .*none/,
    ],
    ['a password with a space at its end', withFile('spaced'), 1, /ends with white space/],
    ['an empty password file', withFile('empty'), 2, /is empty\n.*hint: write the password into its first line/],
    ['a missing password file', withFile('none'), 1, /error: password file .*none: no such file/],
    ['PEM already', [pem, '-o', join(directory, 'x.pem')], 1, /PEM already[\s\S]*hint: jks2pem verify FILE/],
    ['a keystore to verify', ['verify', tomcat], 2, /is a keystore \(JKS\), not a PEM file\n.*hint: jks2pem list/],
    ['swapped files', ['verify', tomcat, '--keystore', pem], 2, /hint: the two files are swapped: jks2pem verify/],
    [
      'no password and no terminal',
      [tomcat, '-o', join(directory, 'x.pem')],
      2,
      /no terminal to ask on\n.*hint: --storepass env:NAME/,
    ],
    ['nothing at all', [], 2, /hint: jks2pem KEYSTORE -o FILE/],
  ])('%s', async (_, args, code, message) => {
    const { exit, output, error } = await jks2pem(args);
    expect([exit, output, error]).toEqual([code, '', expect.stringMatching(message)]);
    expect(error).not.toMatch(/changeit|\n\n|fault of jks2pem/);
    expect(existsSync(join(directory, 'x.pem'))).toBe(false);
  });

  test('a root that is not known names --trust and --allow', async () => {
    const store = `${project}fixtures/tomcat-leaf-only.keystore`;
    const { exit, error } = await jks2pem([store, ...password, '--strict', '-o', join(directory, 'x.pem')]);
    expect([exit, error]).toEqual([
      3,
      expect.stringMatching(/\[WARN_ANCHOR_UNKNOWN\]\n[\s\S]*--trust FILE; --allow WARN_ANCHOR_UNKNOWN/),
    ]);
  });
});

describe('a message is right', () => {
  test('one certificate beside no key: it is called that', async () => {
    const store = join(directory, 'one.jks');
    writeFileSync(store, makeJks({ entries: [trustedEntry('ca', { der: authority(party('CA')).der })] }));
    const { error } = await jks2pem([store, '--storepass', 'pass:changeit', '-o', join(directory, 'x.pem')]);
    expect(error).toContain('--trusted');
    expect(error).not.toContain('1 other entries');
  });

  test('a certificate without a common name is called by its first alternative name', async () => {
    const store = `${project}fixtures/situations/no-common-name.p12`;
    const { exit, output } = await jks2pem(['list', store, '--storepass', 'pass:changeit']);
    expect([exit, output]).toEqual([0, expect.stringMatching(/^ {2}DNS:\S+\.\S+$/m)]);
  });

  test('success: what was written, for whom, until when', async () => {
    const out = join(directory, 'written.pem');
    const { error } = await jks2pem([tomcat, ...password, '-o', out]);
    expect(error).toMatch(
      /^jks2pem: wrote \S+written\.pem: RSA key and 3 certificates for mail\.example\.com, smtp\.example\.com, until 2056-01-01 \(\d+ days\)\n$/,
    );
  });

  test('of several keystores, those that fail come last, by name', async () => {
    copyFileSync(tomcat, join(directory, 'b.keystore'));
    const stores = [join(directory, 'a.keystore'), join(directory, 'b.keystore')];
    const { exit, error } = await jks2pem(['convert', ...stores, ...password, '--output-dir', join(directory, 'out')]);
    expect(exit).toBe(1);
    expect(error).toMatch(/^jks2pem: wrote [^\n]*b\.pem[^\n]*\njks2pem: error: [^\n]*a\.keystore: no such file/);
  });
});

describe('expiry is never silent', () => {
  // All certificates of this keystore end in 2056.
  const soon = ['--days', '20000'];
  test.each<[string, () => readonly string[]]>([
    ['convert', () => [tomcat, ...password, '-o', pem]],
    ['list', () => ['list', tomcat, ...password]],
    ['verify', () => ['verify', pem, '--keystore', tomcat, ...password]],
  ])('%s warns with -q, fails with --strict, and not with --allow', async (_, command) => {
    const args = [...command(), ...soon, '-q'];
    const warned = await jks2pem(args);
    expect([warned.exit, warned.output + warned.error]).toEqual([
      0,
      expect.stringMatching(/warning: .* expires in \d+ days/),
    ]);
    expect((await jks2pem([...args, '--strict'])).exit).toBe(3);
    const allowed = await jks2pem([...args, '--strict', '--allow', 'WARN_CERTIFICATE_EXPIRES_SOON']);
    expect([allowed.exit, allowed.error]).toEqual([0, '']);
  });
});

describe('probe', () => {
  const trusted = ['--trust', `${project}fixtures/story/old-root.pem`, '--hostname', 'mail.example.com'];

  test('prints nothing with -q, one line with --nagios, and the warning of --days', async () => {
    const server = await FakeServer.open();
    const probe = (...args: string[]) => jks2pem(['probe', `127.0.0.1:${server.port}`, ...trusted, ...args]);
    expect(await probe('-q')).toEqual({ exit: 0, output: '', error: '' });
    expect(await probe('--nagios')).toMatchObject({ exit: 0, output: expect.stringMatching(/^PROBE OK - [^\n]*\n$/) });
    expect(await probe('--nagios', '--days', '20000')).toMatchObject({ exit: 1 });
    expect(await probe('-q', '--strict', '--days', '20000')).toMatchObject({
      exit: 3,
      output: expect.stringContaining('[CERTIFICATE_EXPIRES]'),
    });
    server.close();
  });

  test('a port that begins with TLS is examined without --tls, long before the timeout', async () => {
    const server = await FakeServer.open({ implicitTls: true });
    const begin = Date.now();
    const { exit, output } = await jks2pem(['probe', `127.0.0.1:${server.port}`, ...trusted, '--timeout', '30']);
    expect([exit, output]).toEqual([0, expect.stringContaining('verified up to')]);
    expect(Date.now() - begin).toBeLessThan(25_000);
    server.close();
  });

  test('--tls where STARTTLS is spoken says so', async () => {
    const server = await FakeServer.open();
    const { exit, output } = await jks2pem(['probe', `127.0.0.1:${server.port}`, '--tls', ...trusted]);
    expect([exit, output]).toEqual([3, expect.stringContaining('it may expect STARTTLS')]);
    server.close();
  });
});

describe('for scripts', () => {
  test.each<[string, readonly string[], string]>([
    ['verify', ['/nowhere.pem'], 'VERIFY UNKNOWN'],
    ['verify', ['--nonsense'], 'VERIFY UNKNOWN'],
    ['probe', ['127.0.0.1:1'], 'PROBE UNKNOWN'],
    ['doctor', ['--config-dir', '/nowhere'], 'DOCTOR UNKNOWN'],
    ['status', ['--config', '/nowhere.toml'], 'STATUS UNKNOWN'],
  ])('%s %j --nagios is one line and 3', async (command, args, start) => {
    const { exit, output } = await jks2pem([command, ...args, '--nagios']);
    expect([exit, output]).toEqual([3, expect.stringMatching(new RegExp(`^${start} - [^\\n]*\\n$`))]);
  });

  test('--json tells a failure as JSON on standard output, and as text beside it', async () => {
    const { exit, output, error } = await jks2pem(['list', '/nowhere.jks', '--json']);
    expect([exit, JSON.parse(output)]).toEqual([1, { error: { code: 'ERR_INPUT', message: expect.any(String) } }]);
    expect(error).toContain('[ERR_INPUT]');
  });

  test('--dry-run shows the old and the new certificate, and writes nothing', async () => {
    const before = readFileSync(pem);
    const store = `${project}fixtures/jks/rsa-2048.jks`;
    const { storePass } = JSON.parse(readFileSync(`${store}.json`, 'utf8'));
    const { exit, error } = await jks2pem([store, '--storepass', `pass:${storePass}`, '-o', pem, '--dry-run']);
    expect([exit, readFileSync(pem).equals(before)]).toEqual([0, true]);
    expect(error).toMatch(/old: mail\.example\.com, smtp\.example\.com, until 2056-01-01 .*SHA-256 [0-9a-f]{16}/);
    expect(error).toMatch(/new: .* until \d{4}-\d\d-\d\d .*SHA-256 [0-9a-f]{16}/);
  });

  test('a pipe has neither colours nor line breaks, and ASCII where the locale is ASCII', async () => {
    const { output } = await jks2pem(['list', tomcat, ...password], { LANG: 'C' });
    expect(output).toContain('`- CN=Intermediate CA,O=Example');
    expect(output).not.toContain('\u001b');
    const coloured = await jks2pem(['list', tomcat, ...password], { FORCE_COLOR: '1' });
    expect(coloured.output).toContain('\u001b[');
  });
});
