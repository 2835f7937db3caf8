import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/cli/command-errors.js';
import { failureOf, type RenewalResult, renewalJson, summary } from '../../../src/cli/renew/renewal-result.js';
import { StoreMalformedError } from '../../../src/errors.js';

const output = (changed: boolean) => ({ path: '/etc/a.pem', changed, files: [], json: { alias: 'mail' } });
const result = (end: RenewalResult['end'], fields: Partial<RenewalResult> = {}): RenewalResult => ({
  name: 'mail',
  keystore: '/etc/mail.jks',
  end,
  outputs: [],
  hooks: [],
  warnings: [],
  exitCode: 0,
  ...fields,
});

describe('the JSON of a renewal', () => {
  test.each<[RenewalResult, boolean]>([
    [result('renewed'), true],
    [result('current'), false],
    [result('refused'), false],
    // One hook failed, and the files of another one stay.
    [result('failed', { outputs: [output(false), output(true)] }), true],
    [result('failed', { outputs: [output(false)] }), false],
  ])('%j is changed: %s', (renewal, changed) => {
    expect(renewalJson(renewal, {})).toMatchObject({ changed });
  });

  test('has what convert prints of each output, and names a dry run and a failure only if there is one', () => {
    const failure = { code: 'ERR_INPUT', message: 'no such file' };
    expect(renewalJson(result('failed', { failure, outputs: [output(false)] }), { dryRun: true })).toEqual({
      name: 'mail',
      keystore: '/etc/mail.jks',
      changed: false,
      outputs: [{ path: '/etc/a.pem', changed: false, files: [], alias: 'mail' }],
      hooks: [],
      warnings: [],
      dryRun: true,
      error: failure,
    });
    expect(renewalJson(result('current'), {})).not.toHaveProperty('dryRun');
    expect(renewalJson(result('current'), {})).not.toHaveProperty('error');
  });
});

test('the summary counts refused and failed keystores only if there are any', () => {
  const ends = [result('renewed'), result('renewed'), result('current')];
  expect(summary(ends, {})).toBe('3 keystores: 2 renewed, 1 up to date');
  expect(summary([...ends, result('refused'), result('failed')], { dryRun: true })).toBe(
    '5 keystores: 2 would be renewed, 1 up to date, 1 refused, 1 failed',
  );
});

describe('a failure', () => {
  test('of usage names keys of the configuration file', () => {
    expect(failureOf(new UsageError('leave out --encrypt-key')).failure).toMatchObject({
      code: 'ERR_USAGE',
      message: 'leave out encrypt-key',
    });
  });

  test('of a keystore is left as it is, because its message can quote the file', () => {
    const { failure, exitCode } = failureOf(new StoreMalformedError('entry 1 --only', 'cut short', 3));
    expect([failure.message, exitCode]).toEqual(['entry 1 --only: cut short (at byte 3)', 1]);
  });
});
