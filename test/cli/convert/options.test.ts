import { describe, expect, test } from 'vitest';
import {
  type ConvertOptions,
  readHookTimeout,
  readRights,
  requireConsistent,
  requireNoKeyOnTerminal,
  requireOneUseOfInput,
} from '../../../src/cli/convert/options.js';
import type { Host } from '../../../src/cli/host.js';

const usual: ConvertOptions = {
  layout: 'bundle',
  purpose: 'serverAuth',
  chain: 'compatible',
  keyFormat: 'pkcs8',
  hookTimeout: 600,
};

describe('--hook-timeout', () => {
  test.each([
    ['0', 0],
    ['600', 600],
    ['0600', 600],
    // setTimeout allows 2^31 - 1 milliseconds.
    ['2147483', 2_147_483],
  ])('%s is %i seconds', (text, seconds) => expect(readHookTimeout(text)).toBe(seconds));

  test.each(['', '-1', '1.5', '1s', '1e3', ' 1', '2147484', '00000000001'])('"%s" is refused', (text) =>
    expect(() => readHookTimeout(text)).toThrow(
      expect.objectContaining({
        message: `--hook-timeout ${text}: expected seconds, from 0 (no limit) to 2147483`,
        hint: '--hook-timeout 600 is the default',
      }),
    ),
  );
});

describe('--mode and --owner', () => {
  test.each([
    ['600', 0o600],
    ['0600', 0o600],
    ['0640', 0o640],
    ['0777', 0o777],
    ['700', 0o700],
  ])('mode %s', (mode, bits) => expect(readRights({ mode })).toEqual({ mode: bits }));

  // The owner has to be able to read and write.
  test.each(['', '0400', '0500', '0200', '60', '06000', '00600', '0680', 'u=rw', '0x180', '0600 '])(
    'mode "%s" is refused',
    (mode) =>
      expect(() => readRights({ mode })).toThrow(
        `--mode ${mode}: expected an octal mode that lets the owner read and write, such as 0640`,
      ),
  );

  test('owner', () => {
    expect(readRights({ owner: '12345:6' })).toEqual({ owner: { uid: 12345, gid: 6 } });
    expect(readRights({})).toEqual({});
  });
});

describe('standard input', () => {
  const message = 'standard input cannot be both the keystore and a password';
  test.each<[Partial<ConvertOptions>, boolean]>([
    [{}, true],
    [{ storepass: 'fd:3', keypass: ['env:A'], encryptKey: 'file:a' }, true],
    [{ storepass: 'stdin' }, false],
    [{ storepass: 'fd:0' }, false],
    [{ keypass: ['env:A', 'stdin'] }, false],
    [{ encryptKey: 'fd:0' }, false],
  ])('can be the keystore with %j: %s', (options, isPossible) => {
    const check = () => requireOneUseOfInput({ ...usual, ...options });
    if (isPossible) expect(check).not.toThrow();
    else expect(check).toThrow(message);
  });
});

describe('a private key on a terminal', () => {
  test.each<[Partial<ConvertOptions>, number | undefined, boolean]>([
    [{}, 80, true],
    [{}, 0, true],
    [{}, undefined, false],
    [{ out: '-' }, 80, false],
    [{ out: 'a.pem' }, 80, false],
    [{ outputDir: 'out' }, 80, false],
    [{ trusted: true }, 80, false],
    [{ only: 'chain' }, 80, false],
    [{ only: 'key' }, 80, true],
    [{ encryptKey: 'env:A' }, 80, false],
  ])('with %j, %s columns, is refused: %s', (options, columns, isRefused) => {
    const host = { outputColumns: () => columns } as unknown as Host;
    const check = () => requireNoKeyOnTerminal({ ...usual, ...options }, host);
    if (!isRefused) expect(check).not.toThrow();
    else
      expect(check).toThrow(
        expect.objectContaining({
          message: 'a private key is not written to a terminal',
          hint: '-o FILE writes it to a file; -o - writes it to the terminal anyway',
        }),
      );
  });
});

describe('options that contradict each other', () => {
  const out = { out: 'a.pem' };
  test.each<[Partial<ConvertOptions>, string | undefined]>([
    [{}, undefined],
    [{ out: '-' }, undefined],
    [out, undefined],
    [{ out: '' }, '-o is empty: give the path of a file'],
    [{ outputDir: '' }, '--output-dir is empty: give the path of a directory'],
    [{ json: true }, '--json describes the file that was written: give -o FILE'],
    [{ out: '-', json: true }, '--json describes the file that was written: give -o FILE'],
    [{ mode: '0600' }, '--mode is the mode of a file: give -o FILE'],
    [{ owner: '0' }, '--owner is the owner of a file: give -o FILE'],
    [{ deployHook: 'x' }, '--deploy-hook runs after a file was changed: give -o FILE'],
    [{ dryRun: true }, '--dry-run shows whether a file would change: give -o FILE'],
    [{ layout: 'certbot' }, '--layout certbot writes a directory: give -o DIRECTORY'],
    [{ ...out, json: true, mode: '0600', owner: '0', deployHook: 'x', dryRun: true }, undefined],
    [{ outputDir: 'd', json: true, mode: '0600', owner: '0', deployHook: 'x', dryRun: true }, undefined],
    [{ ...out, layout: 'certbot' }, undefined],
    [{ ...out, layout: 'certbot', alias: ['a'] }, undefined],
    [{ ...out, layout: 'certbot', alias: ['a', 'b'] }, '--layout certbot holds one key: give one -a'],
    [{ ...out, alias: ['a', 'b'] }, undefined],
    [{ ...out, layout: 'sni' }, '--layout sni writes bundles and a table: give --output-dir DIR'],
    [{ outputDir: 'd', layout: 'sni' }, undefined],
    [{ ...out, split: true }, '--split writes several files: give --output-dir DIR'],
    [{ outputDir: 'd', split: true }, undefined],
    [{ outputDir: 'd', split: true, trusted: true }, undefined],
    [{ ...out, trusted: true }, undefined],
    [{ ...out, only: 'key' }, undefined],
    [{ ...out, only: 'key', keyFormat: 'traditional' }, undefined],
    [{ ...out, only: 'key', encryptKey: 'env:A' }, undefined],
    [{ ...out, only: 'chain', addCert: ['x'], includeRoot: true, fetchIssuers: true, tlsa: ['x'] }, undefined],
    [{ ...out, trusted: true, addCert: ['x'] }, undefined],
  ])('%j: %s', (options, message) => {
    const check = () => requireConsistent({ ...usual, ...options });
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(message);
  });
});
