import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { expectation } from '../fixtures.js';
import { onTerminal } from './terminal.js';
import { runTool } from './tool.js';

const fixtures = new URL('../../fixtures/', import.meta.url).pathname;
const tomcat = `${fixtures}tomcat.keystore`;
const question = 'Password of [^\\n]*: ';

describe('the question for the password', () => {
  test('is answered without echo', () => {
    const { exit, output, echoes } = onTerminal(
      ['list', tomcat],
      [
        [question, { echo: true }],
        ['', 'my-passphrase\r'],
      ],
    );
    expect(exit).toBe(0);
    expect(output).toMatch(/integrity\s+verified/);
    expect(output).not.toContain('my-passphrase');
    // Off during the question, on again behind it.
    expect(echoes).toEqual([false, true]);
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['Ctrl-\\', '\u001c'],
    ['Ctrl-C in the middle of it', 'my-pass\u0003'],
  ])('is interrupted by %s: nothing is written, exit 130', (_, key) => {
    const { exit, output, echoes } = onTerminal([tomcat, '-o', '/tmp/jks2pem-interrupted.pem'], [[question, key]]);
    expect([exit, echoes]).toEqual([130, [true]]);
    expect(existsSync('/tmp/jks2pem-interrupted.pem')).toBe(false);
    expect(output).toMatch(/\njks2pem: interrupted; nothing was written\n$/);
  });

  test('is asked three times', () => {
    const right = onTerminal(
      ['list', tomcat],
      [
        [question, 'wrong\r'],
        [`try again\\s+${question}`, 'wrong too\r'],
        [`try again\\s+${question}`, 'my-passphrase\r'],
      ],
    );
    expect([right.exit, right.output.match(/Password of/g)]).toEqual([0, Array(3).fill('Password of')]);
    const wrong = onTerminal(['list', tomcat], Array(3).fill([question, 'wrong\r']));
    expect([wrong.exit, wrong.output.match(/Password of/g)]).toEqual([1, Array(3).fill('Password of')]);
    expect(wrong.output).toContain('[ERR_STORE_INTEGRITY]');
  });

  test('does not take what was typed before it', () => {
    const { exit, output } = onTerminal(
      ['list', tomcat],
      [
        ['', 'typed too early\rand more'],
        [question, 'my-passphrase\r'],
      ],
    );
    expect(exit).toBe(0);
    expect(output).toMatch(/integrity\s+verified/);
  });

  test('can be edited: backspace, Ctrl-U', () => {
    const { exit } = onTerminal(['list', tomcat], [[question, 'x\u0015my-passphrasé\u007f\u007fse\r']]);
    expect(exit).toBe(0);
  });

  test('is asked without echo again after SIGTSTP and SIGCONT', () => {
    const { exit, echoes } = onTerminal(
      ['list', tomcat],
      [
        [question, { signal: 'TSTP' }],
        ['', { sleep: 0.5 }],
        ['', { echo: true }],
        ['', { signal: 'CONT' }],
        [question, { echo: true }],
        ['', 'my-passphrase\r'],
      ],
    );
    // Stopped: as the shell needs it. Going on: off.
    expect([exit, echoes]).toEqual([0, [true, false, true]]);
  });

  test('leaves the terminal as it was when a signal ends it', () => {
    const { signal, echoes } = onTerminal(['list', tomcat], [[question, { signal: 'TERM' }]]);
    expect([signal, echoes]).toEqual([15, [true]]);
  });

  // The system also sends SIGHUP. Node would abort if it could not restore the mode of a terminal.
  test('ends the run if the terminal is hung up', () => {
    const { exit, signal } = onTerminal(['list', tomcat], [[question, { hangup: true }]]);
    expect([130, 'SIGHUP']).toContain(exit ?? (signal === 1 ? 'SIGHUP' : signal));
  });

  test('is not asked if a password is given', () => {
    const { output } = onTerminal(['list', tomcat, '--storepass', 'pass:my-passphrase'], []);
    expect(output).not.toContain('Password of');
  });
});

describe('convert on a terminal', () => {
  const several = `${fixtures}jks/several-keys.jks`;
  const keyPasswords = expectation('jks/several-keys.jks').keyPass ?? {};
  const folder = mkdtempSync(join(tmpdir(), 'jks2pem-prompt-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const storePassword = `${expectation('jks/several-keys.jks').storePass}\r`;

  test('lets the user choose among several keys, and asks for the password of the one by its alias', () => {
    const out = join(folder, 'chosen.pem');
    const { exit, output } = onTerminal(
      [several, '-o', out],
      [
        [question, storePassword],
        ['Number \\(1-4\\): ', '9\r'],
        ['Number \\(1-4\\): ', '2\r'],
        ['Password of key "second": ', 'wrong\r'],
        ['try again\\s+Password of key "second": ', `${keyPasswords['second']}\r`],
      ],
    );
    expect([exit, output]).toEqual([0, expect.stringContaining('2. second')]);
    expect(output).toMatch(/until \d{4}-\d\d-\d\d/);
    expect(readFileSync(out, 'utf8')).toContain('-----BEGIN PRIVATE KEY-----');
  });

  test('does not ask again for the password of a key that --keypass was given for', () => {
    const args = [
      several,
      '-a',
      'second',
      '-o',
      join(folder, 'given.pem'),
      '--storepass',
      'env:S',
      '--keypass',
      'pass:wrong',
    ];
    const { exit, output } = onTerminal(args, [], { environment: { S: storePassword.trim() } });
    expect([exit, output]).toEqual([1, expect.stringContaining('[ERR_KEY_UNRECOVERABLE]')]);
    expect(output).not.toContain('Password of key');
  });

  test('writes no private key to the terminal without -o -', () => {
    const args = [tomcat, '--storepass', 'pass:my-passphrase'];
    const refused = onTerminal(args, []);
    expect([refused.exit, refused.output]).toEqual([2, expect.stringContaining('-o -')]);
    expect(refused.output).not.toContain('BEGIN');
    expect(onTerminal([...args, '-o', '-'], []).output).toContain('-----BEGIN PRIVATE KEY-----');
  });
});

describe('text on a terminal', () => {
  const list = ['list', tomcat, '--storepass', 'pass:my-passphrase'];

  const pem = join(mkdtempSync(join(tmpdir(), 'jks2pem-terminal-')), 'mail.pem');
  afterAll(() => rmSync(dirname(pem), { recursive: true }));

  test.each([
    [80, list],
    [60, list],
    [40, list],
    [50, [tomcat, '--storepass', 'pass:my-passphrase', '-o', pem, '--days', '20000']],
    [50, ['verify', pem]],
    [50, ['probe', 'localhost:1']],
    [50, ['doctor', '--explain', 'P08']],
    [50, ['status', '--config', '/nowhere.toml']],
    [60, ['renew', '--help']],
    [50, ['status', '--help']],
    [50, ['lits', 'x']],
    [80, ['--help']],
    [80, ['convert', '--help']],
  ] as const)('breaks between words at %i columns: %j', (columns, args) => {
    const { output } = onTerminal([...args], [], { columns });
    const long = output.split('\n').filter((line) => line.length > columns);
    // Only hashes, paths and names are longer, and they are whole.
    for (const line of long) expect(line.trim(), line).not.toContain(' ');
  });

  test('has colours unless NO_COLOR is set, and is ASCII where the locale is', () => {
    const colored = String.fromCharCode(27);
    expect(onTerminal(list, [], { environment: { NO_COLOR: '' } }).output).toContain(`${colored}[`);
    expect(onTerminal(list, []).output).not.toContain(colored);
    const { output } = onTerminal(list, [], { environment: { LC_ALL: 'C' } });
    expect(output).toContain('`- CN=Intermediate CA,O=Example');
    expect(Buffer.from(output).every((byte) => byte < 0x80)).toBe(true);
  });
});

test('a reader that stops reading is no error', () => {
  const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;
  const script = `node ${bin} list ${fixtures}jks/truststore-500.jks --storepass pass:changeit --graph dot | head -n 1; echo \${PIPESTATUS[0]}`;
  const { stdout, stderr } = runTool('bash', ['-c', script]);
  // Whether the pipe took everything before head left is a matter of time.
  expect(stdout.toString()).toMatch(/^digraph certificates \{\n(?:0|141)\n$/);
  expect(stderr.toString()).toBe('');
});
