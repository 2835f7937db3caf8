import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodePem } from '../../../src/pem/decode.js';
import { countDays } from '../../../src/x509/expiry.js';
import { expectation, sha256 } from '../../fixtures.js';
import { runCommand } from '../fake-host.js';

const fixtures = new URL('../../../fixtures/', import.meta.url).pathname;
const tomcat = `${fixtures}tomcat.keystore`;
const password = ['--storepass', 'pass:my-passphrase'];
/** What is said of the keystore of the story, on the day of the tests. */
const story3 = `RSA key and 3 certificates for mail.example.com, smtp.example.com, until 2056-01-01 (${countDays(10_623)})`;

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  out = join(folder, 'example.pem');
});
afterEach(() => rmSync(folder, { recursive: true }));

const blocks = (pem: string | Uint8Array) => decodePem(Buffer.from(pem)).map(({ label, der }) => [label, sha256(der)]);

/** What the bundle of the story must be: key, site, intermediate, cross. */
function story(): string[][] {
  const { entries } = expectation('tomcat.keystore');
  const entry = (alias: string) => entries.find((candidate) => candidate.alias === alias);
  return [
    ['PRIVATE KEY', entry('tomcat')?.privateKey?.sha256 ?? ''],
    ...['tomcat', 'intermed', 'cross'].map((alias) => ['CERTIFICATE', entry(alias)?.certificates?.[0] ?? '']),
  ];
}

describe('the main job', () => {
  test.each([
    ['tomcat.keystore', 0],
    ['tomcat.p12', 0],
    // It holds no root at all, and its own are in no public list.
    ['tomcat-leaf-only.keystore', 1],
  ])('%s becomes key, site, intermediate, cross', async (name, warnings) => {
    const { exitCode, output, error } = await runCommand([`${fixtures}${name}`, ...password, '-o', out]);
    expect([exitCode, output]).toEqual([0, '']);
    const lines = error.trimEnd().split('\n');
    expect(lines.pop()).toBe(`jks2pem: wrote ${out}: ${story3}`);
    expect(
      lines.filter((line) => line.startsWith('jks2pem: warning: "tomcat": the chain leads to no known root')),
    ).toHaveLength(warnings);
    expect(lines).toHaveLength(warnings);
    expect(blocks(readFileSync(out))).toEqual(story());
    expect(statSync(out).mode & 0o7777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['example.pem']);
  });

  test.each([
    [
      'a missing directory',
      () => join(folder, 'none/mail.pem'),
      /none: no such directory[\s\S]*hint: create it first: mkdir -p/,
    ],
    ['a directory', () => folder, /: is a directory[\s\S]*hint: name a file in it, e\.g\. .*example\.pem/],
    ['no name', () => '', /error: -o is empty/],
  ])('%s as output is reported before a password is needed', async (_, path, message) => {
    const { exitCode, error } = await runCommand([tomcat, '-o', path()]);
    expect([exitCode, error]).toEqual([path() === '' ? 2 : 1, expect.stringMatching(message)]);
    expect(error).not.toContain('password');
  });

  test('a wrong password names its source, and a missing password file is called that', async () => {
    const file = join(folder, 'password');
    writeFileSync(file, 'wrong\n', { mode: 0o600 });
    const { error } = await runCommand([tomcat, '--storepass', `file:${file}`, '-o', out]);
    expect(error).toContain(`hint: the password was read from the first line of ${file}`);
    rmSync(file);
    const missing = await runCommand([tomcat, '--storepass', `file:${file}`, '-o', out]);
    expect([missing.exitCode, missing.error]).toEqual([
      1,
      `jks2pem: error: password file ${file}: no such file [ERR_INPUT]\n`,
    ]);
  });

  test('goes to standard output without -o', async () => {
    const { exitCode, output, error } = await runCommand([tomcat, ...password]);
    expect([exitCode, error]).toEqual([0, '']);
    expect(blocks(output)).toEqual(story());
  });

  test('warns when standard output is a file that others can read', async () => {
    const { error } = await runCommand([tomcat, ...password], { outputMode: 0o100644 });
    expect(error).toContain('jks2pem: warning: the private key is written to a file that others can read');
    expect((await runCommand([tomcat, ...password], { outputMode: 0o100600 })).error).toBe('');
  });

  test('may be called by its name', async () => {
    expect((await runCommand(['convert', tomcat, ...password])).exitCode).toBe(0);
  });

  test('takes the keystore from standard input', async () => {
    const input = readFileSync(tomcat).toString('latin1');
    const { exitCode, output } = await runCommand(['-', ...password], { descriptors: { 0: input } });
    expect(exitCode).toBe(0);
    expect(blocks(output)).toEqual(story());
  });

  test('done again, changes nothing', async () => {
    await runCommand([tomcat, ...password, '-o', out]);
    const before = statSync(out, { bigint: true });
    const { exitCode, output, error } = await runCommand([tomcat, ...password, '-o', out, '--json']);
    expect([exitCode, JSON.parse(output).changed]).toEqual([0, false]);
    expect(error).toContain('is up to date');
    const after = statSync(out, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  test('says nothing with -q', async () => {
    expect((await runCommand([tomcat, ...password, '-o', out, '-q'])).error).toBe('');
  });
});

describe('--json', () => {
  test('tells what was written', async () => {
    const { output } = await runCommand([tomcat, ...password, '-o', out, '--json']);
    const [, site, intermed, cross] = story().map(([, hash]) => hash);
    const told = JSON.parse(output);
    expect(told).toMatchObject({
      changed: true,
      files: [{ path: out, changed: true }],
      alias: 'tomcat',
      storeType: 'JKS',
      key: { algorithm: 'RSA' },
      chain: [
        { subject: 'CN=mail.example.com,O=Example', notAfter: expect.stringMatching(/^2056-/), sha256: site },
        { sha256: intermed },
        { sha256: cross },
      ],
      anchor: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      warnings: [],
    });
    expect(told.rejected).toEqual([]);
  });

  test('tells what was left out, and why', async () => {
    const stranger = `${fixtures}not-keystores/certificate.pem`;
    const { output } = await runCommand([tomcat, ...password, '--add-cert', stranger, '-o', out, '--json']);
    expect(JSON.parse(output).rejected).toEqual([
      {
        subject: expect.any(String),
        sha256: sha256(decodePem(readFileSync(stranger))[0]?.der ?? new Uint8Array()),
        reason: expect.stringMatching(/\w/),
      },
    ]);
  });

  test('wants -o', async () => {
    expect((await runCommand([tomcat, ...password, '--json'])).exitCode).toBe(2);
  });
});

describe('the chain', () => {
  const names = (output: string) =>
    JSON.parse(output).chain.map((certificate: { subject: string }) => /CN=([^,]*)/.exec(certificate.subject)?.[1]);

  test.each([
    ['shortest', ['mail.example.com', 'Intermediate CA']],
    ['stored', ['mail.example.com', 'Intermediate CA']],
    ['compatible', ['mail.example.com', 'Intermediate CA', 'New Root CA']],
  ])('--chain %s', async (line, expected) => {
    const { exitCode, output } = await runCommand([tomcat, ...password, '--chain', line, '-o', out, '--json']);
    expect(exitCode).toBe(0);
    expect(names(output)).toEqual(expected);
  });

  test('--trust with the old root ends at it, and --include-root sends it', async () => {
    const args = [
      tomcat,
      ...password,
      '--trust',
      `${fixtures}story/old-root.pem`,
      '--include-root',
      '-o',
      out,
      '--json',
    ];
    const { output } = await runCommand(args);
    expect(names(output)).toEqual(['mail.example.com', 'Intermediate CA', 'New Root CA', 'Old Root CA']);
    expect(JSON.parse(output).anchor.subject).toContain('Old Root CA');
  });

  test.each(['intermed.p7b', 'intermed.der', 'intermed.pem'])('--add-cert takes %s', async (file) => {
    const { exitCode } = await runCommand([tomcat, ...password, '--add-cert', `${fixtures}story/${file}`, '-o', out]);
    expect(exitCode).toBe(0);
    expect(blocks(readFileSync(out))).toEqual(story());
  });
});

describe('several keys', () => {
  const store = `${fixtures}jks/several-keys.jks`;
  const { storePass = '', keyPass = {}, entries } = expectation('jks/several-keys.jks');
  const own = (algorithm: string) =>
    entries
      .filter((entry) => entry.privateKey?.algorithm === algorithm && !(entry.alias in keyPass))
      .map((entry) => entry.alias);
  const pass = ['--storepass', `pass:${storePass}`];

  test('must be chosen from', async () => {
    const { exitCode, error } = await runCommand([store, ...pass]);
    expect(exitCode).toBe(1);
    expect(error).toMatch(
      /several private keys: .*\[ERR_ENTRY_AMBIGUOUS\]\njks2pem: hint: choose one with -a ALIAS, e\.g\. -a \S+\n$/,
    );
  });

  test('go into one file, a group each, in the order given', async () => {
    const [rsa, ec] = [own('RSA')[0] ?? '', own('EC')[0] ?? ''];
    const { exitCode, output } = await runCommand([store, ...pass, '-a', ec, '-a', rsa]);
    expect(exitCode).toBe(0);
    const keys = blocks(output)
      .filter(([label]) => label === 'PRIVATE KEY')
      .map(([, hash]) => hash);
    expect(keys).toEqual([ec, rsa].map((alias) => entries.find((entry) => entry.alias === alias)?.privateKey?.sha256));
  });

  test('of one algorithm do not fit into one file', async () => {
    const [rsa] = own('RSA');
    const { exitCode, error } = await runCommand([store, ...pass, '-a', rsa ?? '', '-a', rsa ?? '']);
    expect(exitCode).toBe(2);
    expect(error).toContain('one key of each algorithm');
  });

  test('with passwords of their own want --keypass', async () => {
    const [alias, secret] = Object.entries(keyPass)[0] as [string, string];
    const without = await runCommand([store, ...pass, '-a', alias]);
    expect(without.exitCode).toBe(1);
    expect(without.error).toContain('--keypass');
    expect(without.error).toContain('[ERR_KEY_UNRECOVERABLE]');
    expect((await runCommand([store, ...pass, '-a', alias, '--keypass', `pass:${secret}`])).exitCode).toBe(0);
    const wrong = await runCommand([store, ...pass, '-a', alias, '--keypass', 'pass:not-this-one']);
    expect(wrong.exitCode).toBe(1);
    expect(wrong.error).not.toContain('not-this-one');
  });
});

describe('--trusted', () => {
  const store = `${fixtures}jks/truststore-500.jks`;

  test('writes every trusted certificate as one CA file, for everyone to read', async () => {
    const { storePass = '', entries } = expectation('jks/truststore-500.jks');
    const { exitCode, error } = await runCommand([store, '--storepass', `pass:${storePass}`, '--trusted', '-o', out]);
    expect([exitCode, error]).toEqual([0, `jks2pem: wrote ${out}: 500 trusted certificates\n`]);
    const written = blocks(readFileSync(out));
    expect(new Set(written.map(([label]) => label))).toEqual(new Set(['CERTIFICATE']));
    expect(new Set(written.map(([, hash]) => hash))).toEqual(
      new Set(entries.flatMap((entry) => entry.certificates ?? [])),
    );
    expect(statSync(out).mode & 0o7777).toBe(0o644);
  });

  test('writes the same to standard output, which holds no more than a piece of it at a time', async () => {
    const args = [store, '--storepass', 'pass:changeit', '--trusted'];
    await runCommand([...args, '-o', out]);
    const { exitCode, output, error } = await runCommand(args);
    expect([exitCode, error]).toEqual([0, '']);
    expect(output).toBe(readFileSync(out, 'latin1'));
  });

  test('is what a store without a private key points to', async () => {
    const { exitCode, error } = await runCommand([store, '--storepass', 'pass:changeit']);
    expect(exitCode).toBe(1);
    expect(error).toContain('no private key');
    expect(error).toContain('--trusted');
  });

  test.each([
    ['--only', ['key']],
    ['--encrypt-key', ['pass:x']],
    ['--key-format', ['traditional']],
    ['--layout', ['certbot', '-o', '/tmp/x']],
  ])('does not go with %s', async (option, values) => {
    const { exitCode, error } = await runCommand([store, ...password, '--trusted', option, ...values]);
    expect([exitCode, error]).toEqual([
      2,
      `jks2pem: error: --trusted writes certificates and no key: leave out ${option}\n`,
    ]);
  });
});

describe('every mistake gives one error, and leaves the disk as it was', () => {
  const odd = (name: string) => `${fixtures}not-keystores/${name}`;
  test.each<[string, () => readonly string[], number, string]>([
    ['a keystore that is missing', () => ['/nowhere/x.jks', ...password], 1, 'ERR_INPUT'],
    ['a keystore that is a directory', () => [fixtures, ...password], 1, 'ERR_INPUT'],
    ['a wrong store password', () => [tomcat, '--storepass', 'pass:wrong'], 1, 'ERR_STORE_INTEGRITY'],
    ['an alias that is not there', () => [tomcat, ...password, '-a', 'mail'], 1, 'ERR_ENTRY_NOT_FOUND'],
    ['an alias of a certificate', () => [tomcat, ...password, '-a', 'cross'], 1, 'ERR_ENTRY_TYPE'],
    [
      'a key that does not fit',
      () => [`${fixtures}jks/mismatch.jks`, '--storepass', 'pass:changeit'],
      1,
      'ERR_KEY_MISMATCH',
    ],
    [
      'a key without certificates',
      () => [`${fixtures}jks/no-chain.jks`, '--storepass', 'pass:changeit'],
      1,
      'ERR_PATH_NOT_FOUND',
    ],
    ['an empty store', () => [`${fixtures}jks/empty.jks`, '--storepass', 'pass:changeit'], 1, 'ERR_ENTRY_NOT_FOUND'],
    ['a text file', () => [odd('text.txt'), ...password], 1, 'ERR_STORE_UNSUPPORTED'],
    ['an --add-cert that is missing', () => [tomcat, ...password, '--add-cert', '/nowhere/x.pem'], 1, 'ERR_INPUT'],
    [
      'an --add-cert that is a key',
      () => [tomcat, ...password, '--add-cert', odd('key.pem')],
      1,
      'ERR_STORE_UNSUPPORTED',
    ],
  ])('%s', async (_, args, code, name) => {
    const { exitCode, output, error } = await runCommand([...args(), '-o', out]);
    expect([exitCode, output]).toEqual([code, '']);
    expect(error.split('\n').filter((line) => line.startsWith('jks2pem: error: '))).toHaveLength(1);
    expect(error).toContain(`[${name}]`);
    expect(error).not.toContain('my-passphrase');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('an unknown option, no keystore, a line nobody knows', async () => {
    for (const args of [['--nonsense', tomcat], [], [tomcat, '--chain', 'longest']]) {
      const { exitCode, output, error } = await runCommand(args);
      expect([exitCode, output]).toEqual([2, '']);
      expect(error).toMatch(/^jks2pem: error: /);
    }
  });

  test('an output that cannot be written', async () => {
    const target = join(folder, 'none', 'a.pem');
    const { exitCode, error } = await runCommand([tomcat, ...password, '-o', target]);
    expect([exitCode, error]).toEqual([
      1,
      `jks2pem: error: ${folder}/none: no such directory [ERR_OUTPUT]\njks2pem: hint: create it first: mkdir -p ${folder}/none\n`,
    ]);
  });

  test('an output that is the keystore, by any of its names', async () => {
    const store = join(folder, 'store.jks');
    copyFileSync(tomcat, store);
    symlinkSync('store.jks', join(folder, 'link.pem'));
    for (const name of ['store.jks', 'link.pem']) {
      const { exitCode, error } = await runCommand([store, ...password, '-o', join(folder, name)]);
      expect(exitCode).toBe(1);
      expect(error).toContain('[ERR_OUTPUT]');
    }
    expect(readFileSync(store)).toEqual(readFileSync(tomcat));
  });

  test('a truncated and a tampered keystore', async () => {
    const store = join(folder, 'store.jks');
    const whole = readFileSync(tomcat);
    for (const [bytes, code] of [
      [whole.subarray(0, 1000), 'ERR_STORE_MALFORMED'],
      [Buffer.concat([whole.subarray(0, -1), Buffer.of(0)]), 'ERR_STORE_INTEGRITY'],
    ] as const) {
      writeFileSync(store, bytes);
      chmodSync(store, 0o600);
      const { exitCode, error } = await runCommand([store, ...password, '-o', out]);
      expect(exitCode).toBe(1);
      expect(error).toContain(`[${code}]`);
    }
    expect(readdirSync(folder)).toEqual(['store.jks']);
  });
});

describe('--strict', () => {
  const expired = `${fixtures}jks/expired.jks`;
  const pass = ['--storepass', `pass:${expectation('jks/expired.jks').storePass}`];

  test('turns a warning into exit 3, and writes nothing', async () => {
    const { exitCode, error } = await runCommand([expired, ...pass, '--strict', '-o', out]);
    expect(exitCode).toBe(3);
    expect(error).toMatch(/warning: .*expired/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('without it, the file is written and the warning told', async () => {
    const { exitCode, error } = await runCommand([expired, ...pass, '-o', out]);
    expect(exitCode).toBe(0);
    expect(error).toMatch(/warning: .*expired/);
    expect(readdirSync(folder)).toEqual(['example.pem']);
  });

  test('has nothing against the story', async () => {
    expect((await runCommand([tomcat, ...password, '--strict', '-o', out])).exitCode).toBe(0);
  });
});

test.each(['convert', 'list', 'verify', 'probe', 'doctor'])(
  'help %s and %s --help tell the same, every option of it',
  async (name) => {
    const { exitCode, output } = await runCommand(['help', name]);
    expect(exitCode).toBe(0);
    expect(output).toContain('--json');
    expect(await runCommand([name, '--help'])).toMatchObject({ exitCode, output });
  },
);

test('--help has an example, --version the version', async () => {
  expect((await runCommand(['--help'])).output).toContain('jks2pem tomcat.keystore -o /etc/postfix/example.pem');
  expect((await runCommand(['--version'])).output).toMatch(/^\d+\.\d+\.\d+\n$/);
});
