import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../fake-host.js';

const keystore = new URL('../../../fixtures/tomcat.keystore', import.meta.url).pathname;
const pem = '-----BEGIN PRIVATE KEY-----';
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
afterAll(() => rmSync(folder, { recursive: true }));

function passwordFile(content: string, mode = 0o600): string {
  const path = join(folder, 'password');
  writeFileSync(path, content, 'latin1');
  chmodSync(path, mode);
  return `file:${path}`;
}

describe('--storepass takes', () => {
  test.each([
    ['pass:TEXT', () => 'pass:my-passphrase'],
    ['file:PATH', () => passwordFile('my-passphrase')],
    ['file:PATH with a line end', () => passwordFile('my-passphrase\n')],
    ['file:PATH with CRLF', () => passwordFile('my-passphrase\r\n')],
    ['file:PATH with a byte order mark', () => passwordFile('\u00ef\u00bb\u00bfmy-passphrase\n')],
    ['file:PATH, its first line only', () => passwordFile('my-passphrase\nsomething else\n')],
    ['env:NAME', () => 'env:SECRET'],
    ['fd:N', () => 'fd:3'],
    ['stdin', () => 'stdin'],
  ])('%s', async (_, source) => {
    const situation = {
      environment: { SECRET: 'my-passphrase' },
      descriptors: { 0: 'my-passphrase\n', 3: 'my-passphrase' },
    };
    const { exitCode, output, error } = await runCommand([keystore, '--storepass', source()], situation);
    expect([exitCode, error]).toEqual([0, '']);
    expect(output.startsWith(pem)).toBe(true);
  });

  test('the variable of its own, when nothing is said', async () => {
    const { exitCode } = await runCommand([keystore], { environment: { JKS2PEM_STOREPASS: 'my-passphrase' } });
    expect(exitCode).toBe(0);
  });

  test('one line after the other of standard input, for both passwords', async () => {
    const store = new URL('../../../fixtures/jks/key-password.jks', import.meta.url).pathname;
    const { exitCode } = await runCommand([store, '--storepass', 'stdin', '--keypass', 'stdin'], {
      descriptors: { 0: 'store-pass\nkey-pass\n' },
    });
    expect(exitCode).toBe(0);
  });
});

describe('--storepass refuses', () => {
  test.each([
    ['what names no source, without repeating it', 'hunter2', 2],
    ['a source without its value', 'pass', 2],
    ['a source that takes no value', 'stdin:x', 2],
    ['a descriptor beyond all numbers', 'fd:99999999999999999999', 2],
    ['an unknown variable', 'env:NONE', 2],
    ['a descriptor that is no number', 'fd:x', 2],
    ['a descriptor that is not open', 'fd:9', 1],
    ['a file that is missing', 'file:/nowhere/password', 1],
    ['an empty standard input', 'stdin', 2],
  ])('%s', async (_, source, code) => {
    const { exitCode, output, error } = await runCommand([keystore, '--storepass', source], { descriptors: { 0: '' } });
    expect([exitCode, output]).toEqual([code, '']);
    expect(error).toMatch(/^jks2pem: error: /);
    expect(error).not.toContain('hunter2');
  });

  test.each([
    ['an empty file', '', 2],
    ['a file that is not UTF-8', '\u00ff', 1],
  ])('%s', async (_, content, code) => {
    expect((await runCommand([keystore, '--storepass', passwordFile(content)])).exitCode).toBe(code);
  });

  test('none at all where nobody can be asked, and says how to give one', async () => {
    const { exitCode, error } = await runCommand([keystore]);
    expect(exitCode).toBe(2);
    expect(error).toContain('jks2pem: hint: --storepass env:NAME');
  });
});

test('pass: is taken out of the process title, and only then is there a need to', async () => {
  expect((await runCommand([keystore, '--storepass', 'pass:my-passphrase'])).hidden).toBe(true);
  expect((await runCommand([keystore, '--storepass', 'env:X'], { environment: { X: 'my-passphrase' } })).hidden).toBe(
    false,
  );
});

test.each([0o644, 0o640, 0o604])('a password file of mode %o gives a warning', async (mode) => {
  const { exitCode, error } = await runCommand([keystore, '--storepass', passwordFile('my-passphrase', mode)]);
  expect(exitCode).toBe(0);
  expect(error).toContain('warning: ');
  expect(error).toContain('others can read this password file');
});

describe('a password that does not fit is looked at again', () => {
  test.each([
    ['my-passphrase ', 'ends with a space'],
    [' my-passphrase', 'begins with a space'],
    ['\n', 'is empty'],
  ])('%j', async (content, doubt) => {
    const path = passwordFile(content, 0o600).slice('file:'.length);
    const { exitCode, error } = await runCommand(['list', keystore, '--storepass', `file:${path}`]);
    expect(exitCode).toBe(1);
    expect(error).toContain('[ERR_STORE_INTEGRITY]');
    expect(error).toContain(`hint: the first line of ${path} ${doubt}`);
  });
});
