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

test.each([
  ['standard input', 'stdin', 0],
  ['descriptor 3', 'fd:3', 3],
])('%s with one line has no second password', async (name, source, descriptor) => {
  const { exitCode, error } = await runCommand([keystore, '--storepass', source, '--keypass', source], {
    descriptors: { [descriptor]: 'my-passphrase\n' },
  });
  expect([exitCode, error]).toEqual([2, `jks2pem: error: --keypass: ${name} has no further line\n`]);
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
  const taken = 'which was taken as part of the password';
  const base64 = 'looks like Base64, as Kubernetes shows the values of a Secret; decode it with base64 -d';
  test.each<[string, string | undefined]>([
    ['my-passphrase ', `ends with white space (a space, tab or line end), ${taken}`],
    [' my-passphrase', `begins with white space (a space, tab or line end), ${taken}`],
    ['\t', `ends with white space (a space, tab or line end), ${taken}`],
    ['\n', 'is empty'],
    ['"my-passphrase"', `begins and ends with a quotation mark, ${taken}`],
    ["'my-passphrase'", `begins and ends with a quotation mark, ${taken}`],
    ['"my-passphrase\'', undefined],
    ['my-passphrase\\n', 'ends with a backslash and an n instead of a line feed'],
    [Buffer.from('my-passphrase').toString('base64'), base64],
    [Buffer.from('abcde\n').toString('base64'), base64],
    // Node ignores what is no Base64, so the rest would decode to text.
    [`${Buffer.from('abcdef').toString('base64')}!!!!`, undefined],
    ['abcd', undefined],
    ['abcdefgh', undefined],
    ['wrong', undefined],
  ])('%j', async (content, doubt) => {
    const path = passwordFile(content).slice('file:'.length);
    const { exitCode, error } = await runCommand(['list', keystore, '--storepass', `file:${path}`]);
    expect([exitCode, error]).toEqual([1, expect.stringContaining('[ERR_STORE_INTEGRITY]')]);
    const hint =
      doubt === undefined
        ? `the password was read from the first line of ${path}`
        : `the first line of ${path} ${doubt}`;
    expect(error).toContain(`hint: ${hint}\n`);
    if (content.length > 5) expect(error).not.toContain(content);
  });

  test.each([
    ['env:SECRET', 'the password in the variable SECRET'],
    ['stdin', 'the line of standard input'],
    ['fd:3', 'the line of descriptor 3'],
  ])('wherever it comes from: %s', async (source, where) => {
    const situation = { environment: { SECRET: 'x ' }, descriptors: { 0: 'x \n', 3: 'x ' } };
    const { error } = await runCommand(['list', keystore, '--storepass', source], situation);
    expect(error).toContain(`hint: ${where} ends with white space`);
  });
});

describe('the bytes of a password file', () => {
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').toString('latin1');
  test('may be UTF-16, as PowerShell writes them', async () => {
    const source = passwordFile(utf16('my-passphrase\r\n'));
    expect((await runCommand([keystore, '--storepass', source])).exitCode).toBe(0);
  });

  test.each([
    ['\u00ff', 'the password is not UTF-8', 'convert the file: iconv -f ISO-8859-1 -t UTF-8'],
    [utf16('\ud800'), 'the password is not UTF-16LE', undefined],
  ])('%j are refused', async (content, message, hint) => {
    const { exitCode, error } = await runCommand([keystore, '--storepass', passwordFile(content)]);
    expect([exitCode, error]).toEqual([1, expect.stringContaining(`password: ${message} [ERR_INPUT]\n`)]);
    expect(error.includes('hint:')).toBe(hint !== undefined);
    if (hint) expect(error).toContain(`hint: ${hint}\n`);
  });
});
