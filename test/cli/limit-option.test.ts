import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../src/limits.js';
import { folder } from '../fixtures.js';
import { runCommand } from './fake-host.js';

const keystore = `${folder}tomcat.keystore`;
const storepass = ['--storepass', 'pass:my-passphrase'];

describe.each([
  ['convert', ['convert', keystore]],
  ['convert --trusted', ['convert', keystore, '--trusted']],
  ['list', ['list', keystore]],
])('%s', (_, args) => {
  test('holds the keystore to a lower limit', async () => {
    const { exitCode, output, error } = await runCommand([...args, ...storepass, '--limit', 'fileBytes=100']);
    expect(error).toMatch(/fileBytes \d+ is over the limit of 100 \[ERR_LIMIT_EXCEEDED\]\n.*hint: .*--limit/);
    expect(exitCode).toBe(1);
    expect(output).toBe('');
  });

  test('does its work within limits, several of them', async () => {
    const limits = ['--limit', 'fileBytes=1000000', '--limit', 'entries=100'];
    const { exitCode, error } = await runCommand([...args, ...storepass, ...limits]);
    expect(error).not.toContain('limit');
    expect(exitCode).toBe(0);
  });

  test.each([
    ['entrys=5', 'there is no such limit'],
    ['toString=5', 'there is no such limit'],
    ['entries', 'there is no such limit'],
    ['entries=', 'a positive whole number is needed'],
    ['entries=0', 'a positive whole number is needed'],
    ['entries=-1', 'a positive whole number is needed'],
    ['entries=1e3', 'a positive whole number is needed'],
    ['entries=99999999999999999999', 'a positive whole number is needed'],
  ])('refuses %s', async (limit, problem) => {
    const { exitCode, error } = await runCommand([...args, ...storepass, '--limit', limit]);
    expect(exitCode).toBe(2);
    expect(error).toContain(`error: --limit ${limit}: ${problem}`);
    for (const name of Object.keys(defaultLimits)) expect(error).toContain(` ${name}=`);
  });
});

test('list and convert hold the search for the line to its limits too', async () => {
  for (const command of ['convert', 'list']) {
    const { error } = await runCommand([command, keystore, ...storepass, '--limit', 'pathNodes=1']);
    expect(error).toContain('pathNodes 2 is over the limit of 1');
  }
});

test('verify holds keystore and line to their limits', async () => {
  const pem = `${folder}not-keystores/bundle.pem`;
  const withStore = ['verify', pem, '--keystore', keystore, ...storepass];
  expect((await runCommand([...withStore, '--limit', 'fileBytes=100'])).error).toContain('fileBytes');
  expect((await runCommand(['verify', pem, '--limit', 'pathNodes=1', '--limit', 'x=1'])).exitCode).toBe(2);
});
