import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodePem } from '../../../src/pem/decode.js';
import { countDays } from '../../../src/x509/expiry.js';
import { expectation } from '../../fixtures.js';
import { encryptKeysQuickly } from '../../quick-key-encryption.js';
import { runCommand, type Situation } from '../fake-host.js';

const fixtures = new URL('../../../fixtures/', import.meta.url).pathname;
const tomcat = `${fixtures}tomcat.keystore`;
const p12 = `${fixtures}tomcat.p12`;
const password = ['--storepass', 'pass:my-passphrase'];
/** What is said of the keystore of the story, on the day of the tests. */
const story3 = `RSA key and 3 certificates for mail.example.com, smtp.example.com, until 2056-01-01 (${countDays(10_623)})`;
const passwordOf = (fixture: string) => expectation(fixture).storePass;

let folder: string;
let stores: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  stores = join(folder, 'stores');
  mkdirSync(stores);
  out = join(folder, 'out');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A keystore under a name of its own. */
function copy(name: string, from = tomcat): string {
  const path = join(stores, name);
  copyFileSync(from, path);
  return path;
}

const batch = (keystores: readonly string[], args: readonly string[] = [], situation: Situation = {}) =>
  runCommand([...keystores, ...password, '--output-dir', out, ...args], situation);
const lines = (text: string) => text.trimEnd().split('\n');
const jsonLines = (text: string) => lines(text).map((line) => JSON.parse(line));
const labels = (path: string) => decodePem(readFileSync(path)).map(({ label }) => label);
/** What a conversion by itself writes. */
async function single(keystore: string, ...args: string[]): Promise<Buffer> {
  const path = join(folder, 'single.pem');
  await runCommand([keystore, ...password, '-o', path, ...args]);
  return readFileSync(path);
}

describe('several keystores', () => {
  test('give a file each, by their names, the same as one by one', async () => {
    const keystores = [copy('a.jks'), copy('mail.example.com.keystore'), copy('c.p12', p12), copy('d')];
    const { exitCode, output, error } = await batch(keystores);
    expect([exitCode, output]).toEqual([0, '']);
    const names = ['a.pem', 'c.pem', 'd.pem', 'mail.example.com.pem'];
    expect(readdirSync(out)).toEqual(names);
    for (const name of names) expect(readFileSync(join(out, name))).toEqual(await single(tomcat));
    expect(names.map((name) => statSync(join(out, name)).mode & 0o7777)).toEqual(names.map(() => 0o600));
    expect(lines(error)).toEqual([
      ...['a', 'mail.example.com', 'c', 'd'].map((name) => `jks2pem: wrote ${out}/${name}.pem: ${story3}`),
      'jks2pem: 4 keystores: 4 written, 0 up to date',
    ]);
  });

  test('may be called by the name of the command, and one may go into a directory', async () => {
    const { exitCode, error } = await runCommand(['convert', copy('a.jks'), ...password, '--output-dir', out]);
    expect([exitCode, lines(error)]).toEqual([0, [`jks2pem: wrote ${out}/a.pem: ${story3}`]]);
    expect((await batch([copy('a.jks')])).error).toBe(`jks2pem: ${out}/a.pem is up to date: ${story3}\n`);
  });

  test('done again, change nothing', async () => {
    const keystores = ['a.jks', 'b.jks'].map((name) => copy(name));
    await batch(keystores);
    const before = statSync(join(out, 'a.pem'), { bigint: true });
    const { exitCode, error } = await batch(keystores);
    expect([exitCode, error]).toEqual([0, 'jks2pem: 2 keystores: 0 written, 2 up to date\n']);
    expect(statSync(join(out, 'a.pem'), { bigint: true }).ctimeNs).toBe(before.ctimeNs);
  });

  test('that fail are listed, and the rest is done', async () => {
    const broken = join(stores, 'broken.jks');
    writeFileSync(broken, readFileSync(tomcat).subarray(0, 3000));
    const other = copy('other.jks', `${fixtures}jks/rsa-2048.jks`);
    const missing = join(stores, 'missing.jks');
    const { exitCode, error } = await batch([copy('a.jks'), broken, other, missing, copy('b.jks')]);
    expect([exitCode, readdirSync(out)]).toEqual([1, ['a.pem', 'b.pem']]);
    expect(lines(error)).toEqual([
      `jks2pem: wrote ${out}/a.pem: ${story3}`,
      `jks2pem: wrote ${out}/b.pem: ${story3}`,
      expect.stringMatching(/error: .*broken\.jks: .* \[ERR_STORE_MALFORMED\]$/),
      expect.stringMatching(/error: .*other\.jks: .* \[ERR_STORE_INTEGRITY\]$/),
      `jks2pem: error: ${missing}: no such file [ERR_INPUT]`,
      expect.stringMatching(/hint: the file is damaged or cut short/),
      expect.stringMatching(/hint: the password is wrong, or the file is damaged: if keytool -list/),
      'jks2pem: 5 keystores: 2 written, 0 up to date, 3 failed',
    ]);
  });

  test('say each hint once', async () => {
    const several = [1, 2].map((number) => copy(`${number}.jks`, `${fixtures}jks/several-keys.jks`));
    const { exitCode, error } = await runCommand([
      ...several,
      '--storepass',
      `pass:${passwordOf('jks/several-keys.jks')}`,
      '--output-dir',
      out,
    ]);
    expect([exitCode, existsSync(out)]).toEqual([1, false]);
    expect(error.match(/error: .*ERR_ENTRY_AMBIGUOUS/g)).toHaveLength(2);
    expect(error.match(/hint: choose one with -a/g)).toHaveLength(1);
  });

  test('say nothing with -q but errors', async () => {
    const { error } = await batch([copy('a.jks'), join(stores, 'none.jks')], ['-q']);
    expect(error).toMatch(/^jks2pem: error: [^\n]*\n$/);
  });

  test('take the options of one: alias, roots, certificates, form of the key, rights', async () => {
    const stranger = `${fixtures}not-keystores/certificate.pem`;
    const args = ['-a', 'tomcat', '--add-cert', stranger, '--chain', 'shortest', '--key-format', 'traditional'];
    await batch([copy('a.jks'), copy('b.jks')], [...args, '--include-root', '--mode', '0640']);
    expect(labels(join(out, 'a.pem'))).toEqual(['RSA PRIVATE KEY', 'CERTIFICATE', 'CERTIFICATE', 'CERTIFICATE']);
    expect(readFileSync(join(out, 'b.pem'))).toEqual(await single(tomcat, ...args, '--include-root'));
    expect(statSync(join(out, 'b.pem')).mode & 0o7777).toBe(0o640);
  });

  test('give their trusted certificates', async () => {
    const { exitCode, error } = await batch([copy('a.jks'), copy('b.p12', p12)], ['--trusted']);
    expect([exitCode, labels(join(out, 'a.pem'))]).toEqual([0, ['CERTIFICATE', 'CERTIFICATE']]);
    expect(error).toContain('2 trusted certificates');
    expect([statSync(out).mode & 0o777, statSync(join(out, 'a.pem')).mode & 0o777]).toEqual([0o755, 0o644]);
  });

  describe('with --encrypt-key', () => {
    encryptKeysQuickly();

    test('encrypt their keys, which are the same the next time', async () => {
      const keystores = [copy('a.jks'), copy('b.jks')];
      const encrypt = ['--encrypt-key', 'pass:new', '--json'];
      expect(jsonLines((await batch(keystores, encrypt)).output).map(({ changed }) => changed)).toEqual([true, true]);
      expect(labels(join(out, 'a.pem'))[0]).toBe('ENCRYPTED PRIVATE KEY');
      expect(jsonLines((await batch(keystores, encrypt)).output).map(({ changed }) => changed)).toEqual([false, false]);
    });
  });

  test('give directories with the names that certbot has', async () => {
    const { exitCode, error } = await batch([copy('a.jks'), copy('b.jks')], ['--layout', 'certbot', '--json']);
    expect([exitCode, readdirSync(out)]).toEqual([0, ['a', 'b']]);
    expect(labels(join(out, 'a', 'privkey.pem'))).toEqual(['PRIVATE KEY']);
    expect(labels(join(out, 'b', 'fullchain.pem'))).toHaveLength(3);
    expect(error).toContain(`wrote ${out}/b: ${story3}`);
    expect((await batch([copy('a.jks')], ['--layout', 'certbot'])).error).toContain(`${out}/a is up to date`);
  });

  test('are not written over', async () => {
    const inside = join(stores, 'a.pem');
    copyFileSync(tomcat, inside);
    const { exitCode, error } = await runCommand([inside, ...password, '--output-dir', stores]);
    expect([exitCode, readFileSync(inside)]).toEqual([1, readFileSync(tomcat)]);
    expect(error).toContain(`${inside}: is the keystore itself; nothing was written [ERR_OUTPUT]`);
  });
});

describe('what cannot be followed is said before anything is read', () => {
  test.each<[string, () => readonly string[], RegExp]>([
    [
      'two keystores of one name',
      () => [copy('a.jks'), copy('a.p12', p12)],
      /a\.jks and .*a\.p12 would both be written to .*out\/a\.pem/,
    ],
    ['one keystore twice', () => [copy('a.jks'), copy('a.jks')], /would both be written to/],
    ['standard input', () => ['-', copy('a.jks')], /standard input has no name/],
    [
      '--fd:0 for an alias',
      () => [copy('a.jks'), '-a', 'x', '-a', 'y', '--layout', 'certbot'],
      /holds one key: give one -a/,
    ],
    ['-o beside it', () => [copy('a.jks'), '-o', join(folder, 'x')], /-o and --output-dir both name/],
  ])('%s', async (_, args, message) => {
    const { exitCode, error } = await batch(args());
    expect([exitCode, existsSync(out)]).toEqual([2, false]);
    expect(error).toMatch(message);
  });

  test.each([
    ['nowhere to go', [], /standard output takes one keystore, not 2/],
    ['-o', ['-o', 'x.pem'], /-o takes one keystore, not 2/],
  ])('%s', async (_, args, message) => {
    const { exitCode, error } = await runCommand([copy('a.jks'), copy('b.jks'), ...password, ...args]);
    expect(exitCode).toBe(2);
    expect(error).toMatch(message);
    expect(error).toContain('hint: --output-dir DIR writes a file for each');
  });

  test.each([
    ['..jks', [], /the name is "\."/],
    ['...jks', ['--layout', 'certbot'], /the name is "\.\."/],
    ['a\nb.jks', [], /control characters/],
    ['.jks2pem-batch.jks', ['--layout', 'certbot'], /its own work files/],
  ])('the name %j', async (name, args, message) => {
    const { exitCode, error } = await batch([copy('a.jks'), copy(name)], args);
    expect([exitCode, existsSync(out)]).toEqual([2, false]);
    expect(error).toMatch(message);
    expect(error).toContain('hint: rename the keystore');
  });

  test('a directory that cannot be made is one error', async () => {
    out = join(folder, 'none', 'out');
    const { exitCode, error } = await batch([copy('a.jks'), copy('b.jks')]);
    expect([exitCode, error]).toEqual([
      1,
      `jks2pem: error: ${dirname(out)}: no such directory [ERR_OUTPUT]\njks2pem: hint: create it first: mkdir -p ${dirname(out)}\n`,
    ]);
  });
});

describe('passwords', () => {
  test('are read once, from wherever they are', async () => {
    const descriptors = { 0: 'my-passphrase\nnew\n' };
    const args = [copy('a.jks'), copy('b.jks'), '--output-dir', out, '--storepass', 'stdin'];
    const { exitCode } = await runCommand(args, { descriptors });
    expect([exitCode, readdirSync(out)]).toEqual([0, ['a.pem', 'b.pem']]);
  });

  test('of keys go for each of them', async () => {
    const name = 'jks/key-password.jks';
    const keyPass = Object.values(expectation(name).keyPass ?? {})[0];
    const args = ['--storepass', `pass:${passwordOf(name)}`, '--keypass', `pass:${keyPass}`, '--output-dir', out];
    const keystores = ['a.jks', 'b.jks'].map((copied) => copy(copied, `${fixtures}${name}`));
    expect((await runCommand([...keystores, ...args])).exitCode).toBe(0);
    expect((await runCommand([...keystores, ...args.slice(0, 2), ...args.slice(4)])).error).toMatch(
      /ERR_KEY_UNRECOVERABLE/,
    );
  });

  test('that are missing are asked for under one name', async () => {
    const { exitCode, error } = await runCommand([copy('a.jks'), copy('b.jks'), '--output-dir', out]);
    expect([exitCode, error]).toEqual([2, expect.stringContaining('2 keystores: the store password is needed')]);
  });
});

describe('--json', () => {
  test('prints a line for each, in order, and one for what failed', async () => {
    const missing = join(stores, 'missing.jks');
    const [a, b] = [copy('a.jks'), copy('b.jks')];
    const { exitCode, output } = await batch([b, missing, a], ['--json']);
    expect(exitCode).toBe(1);
    const [first, second, third, ...more] = jsonLines(output);
    expect(more).toEqual([]);
    expect(second).toEqual({ keystore: missing, error: { code: 'ERR_INPUT', message: `${missing}: no such file` } });
    const path = join(folder, 'single.pem');
    const alone = JSON.parse((await runCommand([tomcat, ...password, '-o', path, '--json'])).output);
    for (const [told, keystore, name] of [
      [first, b, 'b.pem'],
      [third, a, 'a.pem'],
    ]) {
      expect(told).toEqual({ ...alone, keystore, files: [{ path: join(out, name), changed: true }] });
      expect(Object.keys(told)).toEqual(Object.keys(alone));
    }
    expect(output).not.toContain('\n ');
  });

  test('tells of certificates that are trusted', async () => {
    const { output } = await batch([copy('a.jks'), copy('b.jks')], ['--trusted', '--json']);
    expect(jsonLines(output).map(({ trusted, key }) => [trusted.length, key])).toEqual([
      [2, null],
      [2, null],
    ]);
  });
});

describe('--dry-run', () => {
  test('says what would change', async () => {
    const keystores = [copy('a.jks'), copy('b.jks')];
    const { exitCode, error, output } = await batch(keystores, ['--dry-run', '--json', '--deploy-hook', 'false']);
    expect([exitCode, existsSync(out)]).toEqual([0, false]);
    expect(lines(error)).toEqual([
      `jks2pem: would write ${out}/a.pem: ${story3}`,
      expect.stringMatching(/new: mail\.example\.com, smtp\.example\.com, until 2056-01-01 .*, SHA-256 [0-9a-f]{16}…$/),
      `jks2pem: would write ${out}/b.pem: ${story3}`,
      expect.stringMatching(/new: mail\.example\.com, smtp\.example\.com, until 2056-01-01 .*, SHA-256 [0-9a-f]{16}…$/),
      'jks2pem: 2 keystores: 2 would be written, 0 up to date',
      'jks2pem: would run the deploy hook: false',
    ]);
    expect(jsonLines(output).map(({ changed, dryRun }) => [changed, dryRun])).toEqual([
      [true, true],
      [true, true],
    ]);
    await batch(keystores);
    expect((await batch(keystores, ['--dry-run', '--deploy-hook', 'false'])).error).toBe(
      'jks2pem: 2 keystores: 0 would be written, 2 up to date\n',
    );
  });
});

describe('--strict', () => {
  const unknown = () => copy('unknown.keystore', `${fixtures}tomcat-leaf-only.keystore`);

  test('refuses those that there is something to warn of, and no others', async () => {
    const refused = unknown();
    const { exitCode, error, output } = await batch([copy('a.jks'), refused], ['--strict', '--json', '-q']);
    expect([exitCode, readdirSync(out)]).toEqual([3, ['a.pem']]);
    expect(error).toMatch(
      /warning: .*unknown\.keystore: "tomcat": the chain leads to no known root.* \[WARN_ANCHOR_UNKNOWN\]/,
    );
    expect(error).toContain(`error: ${refused}: --strict: a warning, so nothing was written\n`);
    expect(error).toContain('hint: name the root that your clients know with --trust FILE');
    const [, told] = jsonLines(output);
    expect(told).toMatchObject({ keystore: refused, changed: false, alias: 'tomcat', error: { code: 'ERR_STRICT' } });
    expect(told.files).toEqual([{ path: join(out, 'unknown.pem'), changed: false }]);
  });

  test('is less than a failure', async () => {
    expect((await batch([unknown(), join(stores, 'none.jks')], ['--strict'])).exitCode).toBe(1);
  });

  test('refuses a file that everybody can read', async () => {
    mkdirSync(out);
    const old = '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n';
    writeFileSync(join(out, 'a.pem'), old);
    chmodSync(join(out, 'a.pem'), 0o644);
    const { exitCode, error } = await batch([copy('a.jks'), copy('b.jks')], ['--strict']);
    expect([exitCode, readFileSync(join(out, 'a.pem'), 'utf8'), existsSync(join(out, 'b.pem'))]).toEqual([
      3,
      old,
      true,
    ]);
    expect(error).toContain(`a.jks: ${out}/a.pem: holds a private key and is world-readable`);
  });

  test('does not warn of a public file that has no key yet', async () => {
    mkdirSync(out);
    for (const [name, content] of [
      ['a.pem', ''],
      ['b.pem', '-----BEGIN CERTIFICATE-----\n'],
    ] as const) {
      writeFileSync(join(out, name), content);
      chmodSync(join(out, name), 0o644);
    }
    const { exitCode, error } = await batch([copy('a.jks'), copy('b.jks')], ['--strict']);
    // The empty file is closed; the other one is refused.
    expect([exitCode, statSync(join(out, 'a.pem')).mode & 0o777]).toEqual([1, 0o600]);
    expect(error).toContain('b.pem: everyone can read this file, which holds no private key');
    expect(error).not.toContain('world-readable');
  });

  test('refuses all for what is wrong with the run', async () => {
    const file = join(folder, 'password');
    writeFileSync(file, 'my-passphrase\n', { mode: 0o644 });
    const args = [copy('a.jks'), copy('b.jks'), '--storepass', `file:${file}`, '--output-dir', out];
    expect([(await runCommand([...args, '--strict'])).exitCode, existsSync(out)]).toEqual([3, false]);
    expect(jsonLines((await runCommand([...args, '--json'])).output).map(({ warnings }) => warnings.length)).toEqual([
      1, 1,
    ]);
  });
});

describe('--deploy-hook', () => {
  const log = () => join(folder, 'log');
  const note = () => `printf '%s|' "$RENEWED_LINEAGE" "$RENEWED_DOMAINS" "$JKS2PEM_FILES" >> ${log()}`;
  const logged = () => (existsSync(log()) ? readFileSync(log(), 'utf8') : '');
  const other = () => copy('other.jks', `${fixtures}jks/rsa-2048.jks`);

  test('is run once for all that has changed', async () => {
    const keystores = [copy('a.jks'), copy('b.jks')];
    await batch(keystores, ['--deploy-hook', note()]);
    expect(logged()).toBe(`${out}|mail.example.com smtp.example.com|${out}/a.pem\n${out}/b.pem|`);
    await batch(keystores, ['--deploy-hook', note()]);
    rmSync(log());
    await batch([...keystores, copy('c.jks')], ['--deploy-hook', note()]);
    expect(logged()).toBe(`${out}|mail.example.com smtp.example.com|${out}/c.pem|`);
  });

  test('gets each directory of the certbot layout', async () => {
    await batch([copy('a.jks'), copy('b.jks')], ['--layout', 'certbot', '--deploy-hook', note()]);
    const files = ['a', 'b'].flatMap((name) =>
      ['privkey', 'cert', 'chain', 'fullchain'].map((file) => `${out}/${name}/${file}.pem`),
    );
    expect(logged()).toBe(`${out}/a\n${out}/b|mail.example.com smtp.example.com|${files.join('\n')}|`);
  });

  test('that fails: exit 4, all previous files restored, and JSON that says so', async () => {
    const keystores = [copy('a.jks'), copy('b.jks')];
    await batch(keystores.slice(0, 1));
    writeFileSync(join(out, 'b.pem'), 'old', { mode: 0o600 });
    const before = readdirSync(out).map((name) => statSync(join(out, name)).ino);
    const { exitCode, output, error } = await batch(
      [...keystores, copy('c.jks'), other()],
      ['--json', '--deploy-hook', 'exit 7'],
    );
    expect([exitCode, readdirSync(out)]).toEqual([4, ['a.pem', 'b.pem']]);
    expect(readdirSync(out).map((name) => statSync(join(out, name)).ino)).toEqual(before);
    expect(error).toContain(
      'deploy hook failed with exit code 7; the previous files were restored, but the hook fails for them too',
    );
    expect(jsonLines(output).map(({ changed, error: failure }) => [changed, failure?.code])).toEqual([
      [false, undefined],
      [undefined, 'ERR_HOOK_FAILED'],
      [undefined, 'ERR_HOOK_FAILED'],
      [undefined, 'ERR_STORE_INTEGRITY'],
    ]);
  });

  test('is not given more than it can be told, and nothing is written then', async () => {
    const long = 'x'.repeat(200);
    // The output directory has a path of 3 kB, so that a few files fill the variable.
    out = join(folder, ...Array<string>(15).fill(long));
    mkdirSync(dirname(out), { recursive: true });
    const keystores = Array.from({ length: 50 }, (_, i) => copy(`${long}${i}.jks`));
    const { exitCode, error } = await batch(keystores, ['--deploy-hook', 'true', '-q']);
    expect([exitCode, existsSync(out)]).toEqual([1, false]);
    expect(error).toMatch(
      /deploy hook: JKS2PEM_FILES would be longer than the 128 KiB that the system passes on; nothing was written/,
    );
  });
});

test('a signal ends it before anything is in place', async () => {
  const keystores = Array.from({ length: 40 }, (_, i) => copy(`${i}.jks`));
  let terminate = () => {};
  const situation: Situation = {
    onTermination: (callback) => {
      terminate = callback;
      setImmediate(() => terminate());
    },
  };
  const { exitCode } = await batch(keystores, [], situation);
  expect([exitCode, existsSync(out)]).toEqual([130, false]);
});

describe('the progress bar', () => {
  const many = () => Array.from({ length: 20 }, (_, i) => copy(`${i}.jks`));
  const terminal: Situation = { errorColumns: 40, pace: 60 };
  const ansi = '\u001b';

  test('is as wide as the terminal allows, and erased at the end', async () => {
    const missing = join(stores, 'none.jks');
    const { error } = await batch([missing, ...many()], [], terminal);
    const [drawn = '', rest] = error.split(`\r${ansi}[K`);
    const bars = drawn.split('\r').filter((bar) => bar !== '');
    expect(bars.length).toBeGreaterThan(3);
    for (const bar of bars) {
      expect(bar.endsWith(`${ansi}[K`)).toBe(true);
      expect(bar.slice(0, -3)).toMatch(/^\[=* *\] \d+\/21, 1 failed$/);
      expect(bar.length - 3).toBeLessThan(40);
    }
    expect(rest).toMatch(/^jks2pem: wrote\s/);
    expect(rest).toMatch(/jks2pem: error:\s/);
    expect(rest?.replace(/\n +/g, ' ')).toContain('21 keystores: 20 written');
  });

  test('is a count where there is no room', async () => {
    const { error } = await batch(many(), [], { ...terminal, errorColumns: 8 });
    expect(error).toMatch(/^\r\d+\/20/);
    expect(error).not.toContain('[=');
  });

  test.each<[string, readonly string[], Situation]>([
    ['without a terminal', [], { pace: 60 }],
    ['with -q', ['-q'], terminal],
    ['if the result goes to a terminal too', ['--json'], { ...terminal, outputColumns: 80 }],
    ['on a terminal that cannot', [], { ...terminal, environment: { TERM: 'dumb' } }],
  ])('is not there %s', async (_, args, situation) => {
    expect((await batch(many(), args, situation)).error).not.toContain('\r');
  });

  test('is not there for a handful, nor for what is done in a moment', async () => {
    expect((await batch(many().slice(0, 5), [], terminal)).error).not.toContain('\r');
    expect((await batch(many(), [], { ...terminal, pace: 0 })).error).not.toContain('\r');
  });
});

test('a link to a keystore has its own name', async () => {
  symlinkSync(copy('a.jks'), join(stores, 'b.jks'));
  await batch([join(stores, 'a.jks'), join(stores, 'b.jks')]);
  expect(readdirSync(out)).toEqual(['a.pem', 'b.pem']);
});
