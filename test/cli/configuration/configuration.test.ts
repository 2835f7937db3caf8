import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configurationKeys, runOptions } from '../../../src/cli/configuration/configuration-keys.js';
import { interpretConfiguration } from '../../../src/cli/configuration/interpret-configuration.js';
import { commandReferences } from '../../../src/cli/manual/command-reference.js';
import { runCommand } from '../fake-host.js';

const interpret = (text: string) => interpretConfiguration(text, '/etc/jks2pem.toml', false);

test('every option of convert is a key of the same name, or an option of renew', async () => {
  const references = await commandReferences();
  const optionsOf = (name: string) =>
    references.find((reference) => reference.name === name)?.options.map(({ long }) => long.replace(/^--/, '')) ?? [];
  const keys = configurationKeys().keys.map(({ name }) => name);
  expect(new Set([...keys, ...runOptions])).toEqual(new Set(optionsOf('convert')));
  for (const option of runOptions) expect(optionsOf('renew')).toContain(option);
});

test('each key stands where it belongs', () => {
  const { keys } = configurationKeys();
  const of = (scope: string) => keys.filter((key) => key.scope === scope).map(({ name }) => name);
  expect(of('output').sort()).toEqual(
    [
      ...['deploy-hook', 'encrypt-key', 'hook-timeout', 'include-root', 'key-format', 'layout', 'mode', 'only'],
      ...['out', 'output-dir', 'owner', 'split'],
    ].sort(),
  );
  // A new option of convert must be put into one of the two lists on purpose.
  expect(of('keystore').sort()).toEqual(
    [
      ...['add-cert', 'alias', 'allow', 'chain', 'days', 'fetch-issuers', 'fetch-private', 'keypass', 'limit'],
      ...['purpose', 'storepass', 'strict', 'tlsa', 'trust', 'trusted'],
    ].sort(),
  );
});

test('the file of the documentation means what it says', async () => {
  const { keystores, secretVariables } = await interpret(`
[defaults]
strict = true
hook-timeout = 60
[mail]                                   # for jks2pem renew mail
keystore = "keystore/mail.jks"
storepass = "file:keystore/password"
keypass = ["env:KEY_ONE", "env:KEY_TWO"]
alias = ["mail-rsa", "mail-ec"]
add-cert = "keystore/chain.p7b"
tlsa = ["3 1 1 ${'00'.repeat(32)}", "records.txt"]
limit = "iterations=10000000"
[[mail.to]]
out = "/etc/postfix/tls/mail.pem"
deploy-hook = "postfix reload"
probe = "localhost:25"
[[mail.to]]
out = "dovecot/tls.pem"
owner = "root:dovecot"
mode = "0640"
hook-timeout = 0
[clients]
keystore = "/etc/kafka/truststore.p12"
trusted = true
strict = false
[[clients.to]]
output-dir = "ssl"
`);
  expect(secretVariables).toEqual(['KEY_ONE', 'KEY_TWO']);
  expect(keystores.map(({ name }) => name)).toEqual(['mail', 'clients']);
  const [mail, clients] = keystores;
  expect(mail).toMatchObject({
    keystore: '/etc/keystore/mail.jks',
    options: {
      storepass: 'file:/etc/keystore/password',
      alias: ['mail-rsa', 'mail-ec'],
      addCert: ['/etc/keystore/chain.p7b'],
      tlsa: [`3 1 1 ${'00'.repeat(32)}`, '/etc/records.txt'],
      limit: { iterations: 10_000_000 },
      strict: true,
      chain: 'compatible',
    },
  });
  expect(mail?.outputs[0]).toMatchObject({
    path: '/etc/postfix/tls/mail.pem',
    probe: { host: 'localhost', port: 25 },
    options: { deployHook: 'postfix reload', hookTimeout: 60, layout: 'bundle', strict: true },
  });
  expect(mail?.outputs[1]).toMatchObject({
    path: '/etc/dovecot/tls.pem',
    options: { owner: 'root:dovecot', mode: '0640', hookTimeout: 0 },
  });
  expect(clients?.options).toMatchObject({ trusted: true, strict: false });
  expect(clients?.outputs[0].path).toBe('/etc/ssl/truststore.pem');
});

describe('an output does not inherit what its content excludes', () => {
  const optionsOf = async (defaults: string, keystore: string, output: string) => {
    const text = `[defaults]\n${defaults}\n[mail]\nkeystore = "mail.jks"\n${keystore}\n[[mail.to]]\nout = "mail.pem"\n${output}\n`;
    const { keystores } = await interpret(text);
    return keystores[0]?.outputs[0].options;
  };

  const forChains = 'include-root = true\nfetch-issuers = true\nadd-cert = ["a.pem"]\ntlsa = ["3 1 1 00"]';
  const forKeys = 'encrypt-key = "file:p"';
  const inherited = ['includeRoot', 'fetchIssuers', 'addCert', 'encryptKey'] as const;
  test.each([
    ['a key alone: nothing about its chain', '', 'only = "key"', ['encryptKey']],
    ['a chain alone: no encryption of the key', '', 'only = "chain"', ['includeRoot', 'fetchIssuers', 'addCert']],
    ['a CA file: no encryption of a key', 'trusted = true', '', ['includeRoot', 'fetchIssuers', 'addCert']],
    ['everything', '', '', ['includeRoot', 'fetchIssuers', 'addCert', 'encryptKey']],
  ] as const)('%s', async (_, keystore, output, names) => {
    const options = await optionsOf(`${forKeys}\n${forChains}`, keystore, output);
    expect(inherited.filter((name) => options?.[name] !== undefined)).toEqual(names);
  });

  test('but its own are refused', async () => {
    await expect(optionsOf('', '', 'only = "key"\ninclude-root = true')).rejects.toThrow(/leave out include-root/);
    await expect(optionsOf('', '', 'only = "chain"\nencrypt-key = "file:p"')).rejects.toThrow(/leave out encrypt-key/);
  });

  test('an encrypted key is never written unencrypted because of its format', async () => {
    await expect(optionsOf(forKeys, '', 'key-format = "traditional"')).rejects.toThrow(/leave out encrypt-key/);
  });
});

describe('the line of a key', () => {
  test.each([
    ['after a text of several lines', '[a]\nstorepass = """\\\n  file:x\\\n  """\nbanana = 1\n', 5],
    ['after literal text of several lines', "[a]\nstorepass = '''\npass:#'\n'''\nbanana = 1\n", 5],
    ['in a list of several lines', '[a]\nalias = [ # one\n  "x", # "]"\n\n  7,\n]\n', 5],
    ['of a dotted key', '[a]\nb.c = 1\n', 2],
    ['in quotes', '[a]\n"ban\\u0061na" = 1\n', 2],
    [
      'in a table within an inline list',
      '[a]\nkeystore = "k"\nto = [{ out = "x" }, {\n  out = "y", banana = 1 }]\n',
      4,
    ],
    ['of the second output', '[a]\nkeystore = "k"\n[[a.to]]\nout = "x"\n\n[[a.to]]\nout = "y"\nbanana = 1\n', 8],
    ['behind a date', '[a]\nkeystore = "k"\n[b]\nbanana = 2026-11-26 10:00:00 # x = 1\n', 1],
    ['with line ends of Windows', '[a]\r\nkeystore = "k"\r\nbanana = 1\r\n', 3],
    ['behind a byte order mark', '\ufeff[a]\nbanana = 1\n', 2],
  ])('%s', async (_, text, line) => {
    await expect(interpret(text)).rejects.toMatchObject({ line });
  });
});

describe('who can change the file', () => {
  let directory: string;
  let config: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'jks2pem-config-'));
    config = join(directory, 'jks2pem.toml');
    writeFileSync(config, '[mail]\nkeystore = "missing.jks"\n[[mail.to]]\nout = "x"\ndeploy-hook = "touch ran"\n', {
      mode: 0o600,
    });
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const status = (path = config) =>
    runCommand(['status', '--config', path], { environment: { STATE_DIRECTORY: directory } });

  test('it is read if nobody else can', async () => expect((await status()).exitCode).toBe(3));

  test.each([
    ['everyone', () => chmodSync(config, 0o606), 'other users can change it (mode 0606)'],
    ['the group', () => chmodSync(config, 0o660), 'chmod go-w'],
    ['everyone, by its directory', () => chmodSync(directory, 0o777), 'could replace the file'],
  ])('it is refused if %s can', async (_, prepare, reason) => {
    prepare();
    const { exitCode, error } = await status();
    expect([exitCode, error]).toEqual([2, expect.stringContaining(reason)]);
    expect(error).toContain('[ERR_CONFIGURATION]');
    chmodSync(directory, 0o700);
  });

  test.runIf(process.getuid?.() === 0)('it is refused if it belongs to another user', async () => {
    chownSync(config, 1, 1);
    expect((await status()).error).toContain('who can change it');
    mkdirSync(join(directory, 'theirs'));
    chownSync(join(directory, 'theirs'), 1, 1);
    writeFileSync(join(directory, 'theirs/jks2pem.toml'), '');
    expect((await status(join(directory, 'theirs/jks2pem.toml'))).error).toContain('could replace the file');
  });

  test('a link is followed where only its owner can change it, and not where others can put one', async () => {
    symlinkSync(config, join(directory, 'link.toml'));
    expect((await status(join(directory, 'link.toml'))).exitCode).toBe(3);
    mkdirSync(join(directory, 'open'));
    chmodSync(join(directory, 'open'), 0o777);
    symlinkSync(config, join(directory, 'open/link.toml'));
    const { exitCode, error } = await status(join(directory, 'open/link.toml'));
    expect([exitCode, error]).toEqual([
      1,
      expect.stringContaining('a symbolic link in a directory that other users can write to'),
    ]);
  });

  test.each([
    [
      'an output that a link makes the same',
      'link/a.pem',
      'real/a.pem',
      /jks2pem\.toml:9: .*real\/a\.pem.* line 4 does/,
    ],
    [
      'an output that is a keystore',
      'real/store.jks',
      'b.pem',
      /jks2pem\.toml:4: .*store\.jks, which is read for \[b\]/,
    ],
    ['an output that is a password file', 'real/password', 'b.pem', /password, which is read for \[b\]/],
    ['an output that is the password file of --encrypt-key', 'real/key', 'b.pem', /key, which is read for \[b\]/],
    ['an output that is the configuration', 'jks2pem.toml', 'b.pem', /which is this file/],
  ])('%s is refused', async (_, first, second, message) => {
    mkdirSync(join(directory, 'real'));
    symlinkSync('real', join(directory, 'link'));
    for (const name of ['store.jks', 'password', 'key'])
      writeFileSync(join(directory, 'real', name), 'x', { mode: 0o600 });
    const of = (name: string, out: string) => `[${name}]\n[[${name}.to]]\nout = "${out}"\n`;
    const text = `${of('a', first)}${of('b', second)}encrypt-key = "file:link/key"\n`
      .replace('[a]\n', '[a]\nkeystore = "a.jks"\n')
      .replace('[b]\n', '[b]\nkeystore = "link/store.jks"\nstorepass = "file:link/password"\n');
    writeFileSync(config, text);
    const { exitCode, error } = await status();
    expect([exitCode, error]).toEqual([2, expect.stringMatching(message)]);
  });

  test.each([
    ['no file', () => join(directory, 'other.toml'), 'no such file'],
    ['no directory', () => join(directory, 'x/y.toml'), 'no such file'],
    [
      'a directory',
      () => {
        mkdirSync(join(directory, 'sub'));
        return join(directory, 'sub');
      },
      'is not a regular file',
    ],
    [
      'a huge file',
      () => {
        truncateSync(config, 2 ** 21);
        return config;
      },
      'is larger than 1024 KiB',
    ],
  ])('%s', async (_, path, reason) => {
    const { exitCode, error } = await status(path());
    expect([exitCode, error]).toEqual([1, expect.stringContaining(reason)]);
    expect(error).toContain('[ERR_INPUT]');
  });

  test('bytes that are not UTF-8', async () => {
    writeFileSync(config, Buffer.from([0x5b, 0xff, 0x5d]));
    const { exitCode, error } = await status();
    expect([exitCode, error]).toEqual([2, expect.stringContaining('not UTF-8 [ERR_CONFIGURATION]')]);
  });
});
