import { describe, expect, test } from 'vitest';
import { isAllowed, requireKnownCodes } from '../../src/cli/allowed-codes.js';
import { UsageError } from '../../src/cli/command-errors.js';
import { warningCodes } from '../../src/warnings.js';
import { runCommand } from './fake-host.js';

const hintFor = (code: string, known: readonly string[] = warningCodes) => {
  try {
    requireKnownCodes([code], known);
  } catch (error) {
    return error instanceof UsageError ? error.hint : String(error);
  }
  return undefined;
};

describe('--allow', () => {
  test.each(['WARN_ANCHOR_UNKNOWN', 'ANCHOR_UNKNOWN'])('takes %s', (code) => expect(hintFor(code)).toBeUndefined());

  test.each([
    ['WARN_ANCHOR_UNKNOW', 'WARN_ANCHOR_UNKNOWN'],
    ['warn_anchor_unknown', 'WARN_ANCHOR_UNKNOWN'],
    ['anchor-unknown', 'WARN_ANCHOR_UNKNOWN'],
    ['ANCHOR', 'WARN_ANCHOR_UNKNOWN'],
    ['WARN_SELF_SIGNED', 'WARN_LEAF_SELF_SIGNED'],
  ])('%s: did you mean %s?', (code, meant) => expect(hintFor(code)).toBe(`did you mean --allow ${meant}?`));

  test.each(['CERTIFICATE_EXPIRES', 'WARN_CERTIFICATE_EXPIRES_SOON', 'EXPIRES_SOON'])(
    '%s means a certificate that expires soon, in every command',
    async (code) => {
      for (const args of [['/nowhere.jks'], ['list', '/nowhere.jks'], ['verify', '/nowhere.pem'], ['status']])
        expect((await runCommand([...args, '--allow', code])).error).toContain('no such file');
      expect(isAllowed('EXPIRES_SOON', [code])).toBe(true);
      expect(isAllowed('CERTIFICATE_EXPIRED', [code])).toBe(false);
    },
  );

  test('verify refuses codes of keystores, which it does not report', async () => {
    const { exitCode, error } = await runCommand(['verify', '/nowhere.pem', '--allow', 'WARN_TRAILING_BYTES']);
    expect([exitCode, error]).toEqual([2, expect.stringContaining('there is no such warning')]);
  });

  test('lists the codes if none is near', () => {
    expect(hintFor('everything')).toContain('the codes are WARN_ALIAS_DUPLICATE, WARN_ALIAS_ENCODING');
    expect(hintFor('P9', ['P01', 'P02'])).toBe('the codes are P01, P02');
  });

  test.each([
    [['/nowhere.jks'], 'WARN_KEY_WEEK', 'WARN_KEY_WEAK'],
    [['list', '/nowhere.jks'], 'WARN_KEY_WEEK', 'WARN_KEY_WEAK'],
    [['verify', '/nowhere.pem'], 'FILE_MOD', 'FILE_MODE'],
    [['probe', 'localhost:1'], 'CHAIN_EXTR', 'CHAIN_EXTRA'],
    [['doctor'], 'OPEN_RELAI', 'OPEN_RELAY'],
    [['status'], 'CERTIFICATE_EXPIRE', 'CERTIFICATE_EXPIRES'],
  ])('%j --allow %s is refused before anything is read', async (args, code, meant) => {
    const { exitCode, error } = await runCommand([...args, '--allow', code]);
    expect([exitCode, error]).toEqual([2, expect.stringContaining(`did you mean --allow ${meant}?`)]);
  });

  test.each([
    ['OUTPUT_OLDER', 'OUTPUT_OLDER is an error; only warnings can be allowed'],
    ['WARN_ANCHOR_UNKNOWN', 'write allow = "WARN_ANCHOR_UNKNOWN" in the table of the keystore'],
  ])('status --allow %s is refused with the reason', async (code, hint) => {
    const { exitCode, error } = await runCommand(['status', '--allow', code]);
    expect([exitCode, error]).toEqual([2, expect.stringContaining(hint)]);
  });

  test('renew names the key of the configuration', async () => {
    const { exitCode, error } = await runCommand(['renew', '--allow', 'WARN_ANCHOR_UNKNOWN']);
    expect([exitCode, error]).toEqual([2, expect.stringContaining('hint: write allow = "CODE" in the table')]);
  });
});
