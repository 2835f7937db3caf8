import { describe, expect, test } from 'vitest';
import { BrokenPipeError } from '../../src/cli/command-errors.js';
import type { Host } from '../../src/cli/host.js';
import { run } from '../../src/cli/run.js';
import { OutputError } from '../../src/errors.js';
import { folder as fixtures } from '../fixtures.js';
import { runCommand } from './fake-host.js';

const tomcat = `${fixtures}tomcat.keystore`;

describe('the arguments are hidden from other users', () => {
  const secret = 'my-passphrase';
  test.each([
    ['pass:x'],
    ['--storepass=pass:x'],
    ['--storepass', 'pass:x'],
    ['--keypass', 'pass:x'],
    ['--encrypt-key', 'pass:x'],
    // Mistakes: a password without a prefix, and options of other tools.
    ['--storepass', secret],
    [`--storepass=${secret}`],
    ['--keypass', secret],
    ['--encrypt-key', secret],
    ['--pass', secret],
    ['--password', secret],
    ['--passwd', secret],
    ['--passphrase', secret],
    ['--key-pass', secret],
    ['--key-password', secret],
    ['--storepassword', secret],
    ['-storepass', secret],
    ['-srcstorepass', secret],
    ['-deststorepass', secret],
    ['-keypass', secret],
    ['-srckeypass', secret],
    ['-passin', secret],
    ['-passout', secret],
    ['-p', secret],
    [`-p${secret}`],
    ['--storepass', 'stdin-not'],
    ['--storepass', 'File:x'],
  ])('if they may hold a password: %s %s', async (...words) => {
    expect((await runCommand(['list', '/nowhere', ...words])).hidden).toBe(true);
  });

  test.each([
    ['--storepass', 'file:/a'],
    ['--storepass=file:/a'],
    ['--storepass', 'env:A'],
    ['--storepass', 'fd:3'],
    ['--storepass', 'stdin'],
    ['--storepass'],
    ['--hostname', 'pass'],
    ['-o', 'compass:x'],
    ['--days', '5'],
  ])('not if they cannot: %s %s', async (...words) => {
    expect((await runCommand(['list', '/nowhere', ...words])).hidden).toBe(false);
  });
});

describe('help', () => {
  test.each([
    ['--help'],
    ['-h'],
    ['help'],
    ['help', 'help'],
    ['list', '--help'],
    ['help', 'list'],
    ['--version'],
    ['-V'],
  ])('%s %s is exit 0, on standard output alone', async (...args) => {
    const { exitCode, output, error } = await runCommand(args);
    expect([exitCode, error, output === '']).toEqual([0, '', false]);
  });

  test('of the program lists all commands; a command line for one command does not load the others', async () => {
    const { output } = await runCommand(['--help']);
    for (const name of ['convert', 'list', 'verify', 'probe', 'doctor', 'renew', 'status', 'tlsa', 'help'])
      expect(output).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  test('is as wide as the terminal', async () => {
    for (const outputColumns of [60, 100]) {
      const { output } = await runCommand(['help', 'convert'], { outputColumns });
      const widths = output.split('\n').map((line) => line.length);
      expect(Math.max(...widths)).toBeLessThanOrEqual(outputColumns);
      expect(Math.max(...widths)).toBeGreaterThan(outputColumns - 10);
    }
  });
});

test('a keystore is converted without the name of a command, also if its alias is the name of one', async () => {
  const args = [tomcat, '-a', 'status', '--storepass', 'pass:my-passphrase'];
  expect((await runCommand(args)).error).toContain('no entry has the alias "status"');
});

describe('the format of a failure', () => {
  test('after -- an option is a file name', async () => {
    const { exitCode, output, error } = await runCommand(['list', '--', '--json']);
    expect([exitCode, output]).toEqual([1, '']);
    expect(error).toContain('--json: no such file');
    expect((await runCommand(['list', '--storepass', 'pass:x', '--', '--nagios'])).output).toBe('');
  });

  test('a line for monitoring names the command', async () => {
    expect((await runCommand(['verify', '/nowhere.pem', '--nagios', '--json'])).output).toBe(
      'VERIFY UNKNOWN - /nowhere.pem: no such file [ERR_INPUT]\n',
    );
    expect((await runCommand(['--nagios', '/nowhere.pem'])).output).toMatch(/^UNKNOWN - /);
  });

  test('is JSON without a hint if there is none', async () => {
    const { output } = await runCommand(['list', '/nowhere.jks', '--json']);
    expect(output).toBe(
      '{\n  "error": {\n    "code": "ERR_INPUT",\n    "message": "/nowhere.jks: no such file"\n  }\n}\n',
    );
  });
});

test('a reader that has closed standard output ends the run silently, with 141', async () => {
  let error = '';
  const host = {
    environment: () => undefined,
    outputColumns: () => undefined,
    writeOutput: () => {
      throw new BrokenPipeError();
    },
    writeError: (text: string) => void (error += text),
  } as unknown as Host;
  expect([await run(['--help'], host), error]).toEqual([141, '']);
});

test('if standard output is full, the warnings about the keystore are printed before the error', async () => {
  const outputError = new OutputError('standard output: no space left on device');
  const situation = { outputError, now: new Date('2055-12-25T00:00:00Z') };
  const { exitCode, error } = await runCommand([tomcat, '--storepass', 'pass:my-passphrase'], situation);
  expect(exitCode).toBe(1);
  expect(error).toMatch(/^jks2pem: warning: .* expires in /);
  expect(error).toContain('\njks2pem: error: standard output: no space left on device [ERR_OUTPUT]\n');
});

test('an interrupted question is no error', async () => {
  const { FakeTerminal } = await import('./fake-terminal.js');
  const terminal = new FakeTerminal(['\u0003']);
  try {
    expect(await runCommand(['list', tomcat], { terminal })).toMatchObject({
      exitCode: 130,
      output: '',
      error: 'jks2pem: interrupted; nothing was written\n',
    });
  } finally {
    terminal.remove();
  }
});
