import { describe, expect, test } from 'vitest';
import {
  BrokenPipeError,
  ConfigurationError,
  describeFailure,
  ExitCode,
  exitCodeOf,
  failureLine,
  InputError,
  InterruptedError,
  UsageError,
} from '../../src/cli/command-errors.js';
import { HookFailedError, OutputError, PassphraseRequiredError, StoreUnsupportedError } from '../../src/errors.js';
import { systemError } from '../deploy/system-calls.js';

test('the exit codes never change', () => {
  expect(ExitCode).toEqual({
    done: 0,
    failed: 1,
    usage: 2,
    wrong: 3,
    hookFailed: 4,
    interrupted: 130,
    brokenPipe: 141,
  });
});

const fault = 'this is a fault of jks2pem, please report it';

test.each<[unknown, number, object, string]>([
  [new UsageError('bad', 'do this'), 2, { code: 'ERR_USAGE', message: 'bad', hint: 'do this' }, 'bad'],
  [new UsageError('bad'), 2, { code: 'ERR_USAGE', message: 'bad' }, 'bad'],
  [
    new ConfigurationError('bad', 7, 'do this').in('/etc/a.toml'),
    2,
    { code: 'ERR_CONFIGURATION', message: '/etc/a.toml:7: bad', hint: 'do this' },
    '/etc/a.toml:7: bad [ERR_CONFIGURATION]',
  ],
  [
    new ConfigurationError('bad', undefined).in('/etc/a.toml'),
    2,
    { code: 'ERR_CONFIGURATION', message: '/etc/a.toml: bad' },
    '/etc/a.toml: bad [ERR_CONFIGURATION]',
  ],
  [
    new InputError('a: no such file', 'do this'),
    1,
    { code: 'ERR_INPUT', message: 'a: no such file', hint: 'do this' },
    'a: no such file [ERR_INPUT]',
  ],
  [
    new InterruptedError(),
    130,
    { code: 'ERR_INTERRUPTED', message: 'interrupted; nothing was written' },
    'interrupted; nothing was written',
  ],
  [
    new PassphraseRequiredError('a password is needed'),
    2,
    { code: 'ERR_PASSPHRASE_REQUIRED', message: 'a password is needed' },
    'a password is needed [ERR_PASSPHRASE_REQUIRED]',
  ],
  [
    new HookFailedError('failed', { hint: 'do this' }),
    4,
    { code: 'ERR_HOOK_FAILED', message: 'failed', hint: 'do this' },
    'failed [ERR_HOOK_FAILED]',
  ],
  [new OutputError('full'), 1, { code: 'ERR_OUTPUT', message: 'full' }, 'full [ERR_OUTPUT]'],
  [new StoreUnsupportedError('no'), 1, { code: 'ERR_STORE_UNSUPPORTED', message: 'no' }, 'no [ERR_STORE_UNSUPPORTED]'],
  [
    new TypeError('x is not a function'),
    1,
    { code: 'ERR_INTERNAL', message: `TypeError: x is not a function; ${fault}` },
    `TypeError: x is not a function; ${fault}`,
  ],
  [
    systemError('ENOENT', 'uv_cwd'),
    1,
    {
      code: 'ERR_INPUT',
      message: 'the working directory does not exist any more, so relative paths lead nowhere',
    },
    'the working directory does not exist any more, so relative paths lead nowhere [ERR_INPUT]',
  ],
  [
    systemError('EBADF', 'read'),
    1,
    { code: 'ERR_INTERNAL', message: `Error: EBADF: made up, read; ${fault}` },
    `Error: EBADF: made up, read; ${fault}`,
  ],
  ['text', 1, { code: 'ERR_INTERNAL', message: `text; ${fault}` }, `text; ${fault}`],
])('%s: exit %i', (error, exitCode, failure, line) => {
  expect(exitCodeOf(error)).toBe(exitCode);
  expect(describeFailure(error)).toEqual(failure);
  expect(failureLine(describeFailure(error))).toBe(line);
});

describe('a reader that has closed standard output', () => {
  test('is exit 141', () => expect(exitCodeOf(new BrokenPipeError())).toBe(141));
});

test('the code of --strict is not printed, because the message names the option', () => {
  expect(failureLine({ code: 'ERR_STRICT', message: '--strict: a warning' })).toBe('--strict: a warning');
});
