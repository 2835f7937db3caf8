import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { exitCodeOfAll } from '../../../src/cli/command-errors.js';
import { decodePem } from '../../../src/pem/decode.js';
import { keyEntry, makeJks, protectKey } from '../../keystore/jks/jks-maker.js';
import { leafOf, newKey, party } from '../../x509/certificate-maker.js';
import { ConfiguredKeystore } from '../configured-keystore.js';
import type { Situation } from '../fake-host.js';

let machine: ConfiguredKeystore;
beforeEach(() => {
  machine = new ConfiguredKeystore();
  machine.issue('mail.jks', 82);
});
afterEach(() => machine.remove());

const renew = (args: readonly string[] = [], situation: Situation = {}) => machine.run('renew', args, situation);
const read = (path: string) => readFileSync(machine.path(path), 'latin1');
const labels = (path: string) => decodePem(readFileSync(machine.path(path))).map(({ label }) => label);
const modeOf = (path: string) => statSync(machine.path(path)).mode & 0o7777;
const logged = () => (existsSync(machine.log) ? readFileSync(machine.log, 'utf8').trim().split('\n') : []);
const jsonOf = (output: string) =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const noting = (what: string) => `deploy-hook = "echo ${what} $RENEWED_LINEAGE >> ${machine.log}"`;

/** One keystore, three servers. */
function configureThree({
  postfix = noting('postfix'),
  dovecot = noting('dovecot'),
  keystore = '',
  more = '',
} = {}): void {
  machine.configure(
    `
[mail]
keystore = "mail.jks"
storepass = "file:password"
${keystore}
[[mail.to]]
out = "postfix/mail.pem"
${postfix}
[[mail.to]]
out = "dovecot"
layout = "certbot"
mode = "0640"
${dovecot}
[[mail.to]]
out = "nginx/chain.pem"
only = "chain"
${more}
`,
    'postfix',
    'nginx',
  );
}

describe('one keystore, three outputs', () => {
  beforeEach(() => configureThree());

  test('all of them are written, and each hook runs once', async () => {
    const { exitCode, error, output } = await renew();
    expect([exitCode, output]).toEqual([0, '']);
    expect(labels('postfix/mail.pem')).toEqual(['PRIVATE KEY', 'CERTIFICATE']);
    expect(labels('dovecot/privkey.pem')).toEqual(['PRIVATE KEY']);
    expect(labels('nginx/chain.pem')).toEqual(['CERTIFICATE']);
    expect([modeOf('postfix/mail.pem'), modeOf('dovecot/privkey.pem'), modeOf('nginx/chain.pem')]).toEqual([
      0o600, 0o640, 0o644,
    ]);
    expect(logged()).toEqual([`postfix ${machine.path('postfix')}`, `dovecot ${machine.path('dovecot')}`]);
    expect(error.split('\n')).toEqual([
      expect.stringMatching(
        /^jks2pem: mail: wrote .*postfix\/mail\.pem: EC key and 1 certificate for mail\.example\.com, until/,
      ),
      expect.stringContaining('dovecot: EC key'),
      expect.stringContaining('nginx/chain.pem: 1 certificate'),
      `jks2pem: mail: ran the deploy hook for ${machine.path('postfix')}: echo postfix $RENEWED_LINEAGE >> ${machine.log}`,
      expect.stringContaining('ran the deploy hook'),
      '',
    ]);
  });

  test('a second run writes nothing and runs no hook', async () => {
    await renew();
    rmSync(machine.log);
    const inodes = () => ['postfix/mail.pem', 'dovecot', 'state'].map((path) => statSync(machine.path(path)).ctimeMs);
    const before = inodes();
    const { exitCode, error } = await renew();
    expect([exitCode, error]).toEqual([0, expect.stringMatching(/^jks2pem: mail: up to date: EC key[^\n]*\n$/)]);
    expect([inodes(), logged()]).toEqual([before, []]);
    expect((await renew(['-q'])).error).toBe('');
  });

  test('a renewed keystore changes all of them', async () => {
    await renew();
    const before = ['postfix/mail.pem', 'dovecot/privkey.pem', 'nginx/chain.pem'].map(read);
    machine.issue('mail.jks', 85);
    const { exitCode, output } = await renew(['--json', '-q']);
    expect(exitCode).toBe(0);
    for (const [i, path] of ['postfix/mail.pem', 'dovecot/privkey.pem', 'nginx/chain.pem'].entries())
      expect(read(path)).not.toBe(before[i]);
    const [result, ...others] = jsonOf(output);
    expect(others).toEqual([]);
    expect(result).toMatchObject({
      name: 'mail',
      keystore: machine.path('mail.jks'),
      changed: true,
      outputs: [
        { path: machine.path('postfix/mail.pem'), changed: true, alias: 'mail', key: { algorithm: 'EC' } },
        {
          path: machine.path('dovecot'),
          changed: true,
          files: [{ changed: true }, { changed: true }, { changed: false }, { changed: true }],
        },
        { path: machine.path('nginx/chain.pem'), changed: true, key: null },
      ],
      hooks: [
        { directory: machine.path('postfix'), ok: true },
        { directory: machine.path('dovecot'), ok: true },
      ],
      warnings: [],
    });
  });

  test('--dry-run says what would change and which hooks would run, and writes nothing', async () => {
    const before = readdirSync(machine.directory).sort();
    const { exitCode, error, output } = await renew(['--dry-run', '--json']);
    expect(exitCode).toBe(0);
    expect(error).toContain(`mail: would write ${machine.path('postfix/mail.pem')}: EC key`);
    expect(error).toContain(`mail: would run the deploy hook for ${machine.path('dovecot')}: echo dovecot`);
    expect(jsonOf(output)[0]).toMatchObject({ changed: true, dryRun: true, hooks: [] });
    expect([readdirSync(machine.directory).sort(), readdirSync(machine.path('postfix'))]).toEqual([before, []]);
  });

  test('an output that cannot be written keeps the others back, and says which directory is missing', async () => {
    await renew();
    machine.issue('mail.jks', 85);
    const before = read('postfix/mail.pem');
    rmSync(machine.path('nginx'), { recursive: true });
    const { exitCode, error } = await renew();
    expect([exitCode, read('postfix/mail.pem')]).toEqual([1, before]);
    expect(error).toContain(`mail: ${machine.path('nginx')}: no such directory [ERR_OUTPUT]`);
    expect(error).toContain(`hint: create it first: mkdir -p ${machine.path('nginx')}`);
  });
});

describe('hooks', () => {
  test('one that fails takes back its own outputs alone, and the next ones run', async () => {
    configureThree({ postfix: 'deploy-hook = "exit 3"' });
    const { exitCode, error, output } = await renew(['--json']);
    expect(exitCode).toBe(4);
    expect([existsSync(machine.path('postfix/mail.pem')), existsSync(machine.path('dovecot/privkey.pem'))]).toEqual([
      false,
      true,
    ]);
    expect(error).toContain(
      `mail: exit 3 (${machine.path('postfix')}): deploy hook failed with exit code 3; the new files were removed`,
    );
    expect(jsonOf(output)[0]).toMatchObject({
      changed: true,
      outputs: [{ changed: false }, { changed: true }, { changed: true }],
      hooks: [{ ok: false, command: 'exit 3' }, { ok: true }],
      error: { code: 'ERR_HOOK_FAILED' },
    });
    expect(logged()).toEqual([`dovecot ${machine.path('dovecot')}`]);
  });

  test('one command for several outputs runs once for each directory', async () => {
    const hook = `deploy-hook = "echo $JKS2PEM_FILES | tr ' ' , >> ${machine.log}"`;
    configureThree({
      postfix: hook,
      dovecot: '',
      more: `${hook}\n[[mail.to]]\nout = "postfix/key.pem"\nonly = "key"\n${hook}`,
    });
    expect((await renew()).exitCode).toBe(0);
    expect(logged()).toEqual([
      `${machine.path('postfix/mail.pem')},${machine.path('postfix/key.pem')}`,
      machine.path('nginx/chain.pem'),
    ]);
  });

  describe('one gets the domains', () => {
    const logsDomains = 'deploy-hook = "echo $JKS2PEM_FILES: $RENEWED_DOMAINS >> LOG"';
    const configureOutputs = (outputs: string) =>
      machine.configure(
        `[mail]\nkeystore = "mail.jks"\nstorepass = "file:password"\n${outputs.replaceAll('LOG', machine.log)}`,
      );

    test('of an output of which only one file of split changed', async () => {
      configureOutputs(`[[mail.to]]\noutput-dir = "entries"\nsplit = true\n${logsDomains}`);
      await renew();
      rmSync(machine.path('entries/ca.crt'));
      await renew();
      const [ca, mail] = ['entries/ca.crt', 'entries/mail.pem'].map((name) => machine.path(name));
      expect(logged()).toEqual([`${mail} ${ca}: mail.example.com`, `${ca}: mail.example.com`]);
    });

    test('of an output of which one file of the layout did not change', async () => {
      configureOutputs(`[[mail.to]]\nout = "live"\nlayout = "certbot"\n${logsDomains}`);
      await renew();
      machine.issue('mail.jks', 85);
      await renew();
      const changed = ['privkey', 'cert', 'fullchain'].map((name) => machine.path(`live/${name}.pem`));
      expect(logged()[1]).toBe(`${changed.join(' ')}: mail.example.com`);
    });

    test('of its own outputs only', async () => {
      const ca = party('CA');
      const entries = ['one', 'two'].map((alias) => {
        const key = newKey();
        const pkcs8 = new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));
        return keyEntry(alias, protectKey(pkcs8, 'changeit'), [leafOf(ca, { key, host: `${alias}.example` })]);
      });
      writeFileSync(machine.path('mail.jks'), makeJks({ entries, storePass: 'changeit' }));
      // The layout contains only the first key.
      configureOutputs(
        `alias = ["one", "two"]\n[[mail.to]]\nout = "live"\nlayout = "certbot"\n${logsDomains}\n[[mail.to]]\noutput-dir = "all"\nsplit = true\n${logsDomains}`,
      );
      await renew();
      expect(logged().map((line) => line.replace(/.*: /, ''))).toEqual(['one.example', 'one.example two.example']);
    });
  });

  test('an empty command is none, so that a default can be turned off', async () => {
    configureThree({ postfix: 'deploy-hook = ""', dovecot: '' });
    expect((await renew(['--json', '-q'])).output).toContain('"hooks":[]');
  });

  test('they do not get the passwords of any keystore', async () => {
    machine.configure(`
[mail]
keystore = "mail.jks"
storepass = "env:ONE"
[[mail.to]]
out = "mail.pem"
deploy-hook = "env > ${machine.log}"
[other]
keystore = "missing.jks"
storepass = "env:TWO"
[[other.to]]
out = "other.pem"
`);
    const environment = { ONE: 'changeit', TWO: 'other-secret', THREE: 'kept' };
    expect((await renew([], { environment })).exitCode).toBe(1);
    expect(read('log')).toContain('THREE=kept');
    expect(read('log')).not.toMatch(/changeit|other-secret/);
  });

  test('one that cannot get its environment stops the renewal before anything is written', async () => {
    configureThree();
    const { exitCode, error } = await renew([], { environment: { BIG: 'x'.repeat(131_072) } });
    expect([exitCode, existsSync(machine.path('nginx/chain.pem')), logged()]).toEqual([1, false, []]);
    expect(error).toContain('mail: deploy hook: BIG would be longer than the 128 KiB');
  });

  test('one that hangs is stopped, and the next ones run', async () => {
    configureThree({ postfix: 'deploy-hook = "sleep 60"\nhook-timeout = 1' });
    const { exitCode, error } = await renew();
    expect(exitCode).toBe(4);
    expect(error).toContain('took longer than 1 s');
    expect(logged()).toEqual([`dovecot ${machine.path('dovecot')}`]);
  });

  test('a signal stops the hook that runs, and no other one begins', async () => {
    configureThree({ postfix: `deploy-hook = "touch ${machine.path('begun')}; sleep 60"` });
    let terminate = () => {};
    const run = renew([], { onTermination: (callback) => (terminate = callback) });
    await vi.waitFor(() => expect(existsSync(machine.path('begun'))).toBe(true), { timeout: 50_000 });
    terminate();
    const { exitCode, error } = await run;
    expect(exitCode).toBe(130);
    expect(error).toContain('was stopped');
    // The file without a hook was written.
    expect(error).not.toContain('nothing was written');
    expect(error).toContain(
      'interrupted; files were restored, except those whose hook had succeeded or that have none',
    );
    expect(error).toContain('interrupted; 0 of 1 keystores were renewed');
    // The record has the hook that was stopped.
    const [name = ''] = readdirSync(machine.state);
    expect(JSON.parse(read(join('state', name, 'state.json'))).hooks).toMatchObject([
      { ok: false, message: expect.stringContaining('was stopped, since this run was asked to end') },
    ]);
    expect([
      logged(),
      existsSync(machine.path('postfix/mail.pem')),
      existsSync(machine.path('nginx/chain.pem')),
    ]).toEqual([
      [],
      false,
      // It has no hook.
      true,
    ]);
  });
});

describe('several keystores', () => {
  beforeEach(() => {
    machine.issue('soon.jks', 3);
    writeFileSync(machine.path('broken.jks'), Buffer.from('feedfeed00000002000000010000', 'hex'));
    const entry = (name: string, more = '') =>
      `[${name}]\nkeystore = "${name}.jks"\nstorepass = "file:password"\n${more}[[${name}.to]]\nout = "${name}.pem"\n`;
    machine.configure(`${entry('broken')}${entry('soon', 'strict = true\n')}${entry('mail')}`);
  });

  test('one that fails and one that is refused stop no other', async () => {
    const { exitCode, error, output } = await renew(['--json']);
    expect([exitCode, existsSync(machine.path('mail.pem')), existsSync(machine.path('soon.pem'))]).toEqual([
      1,
      true,
      false,
    ]);
    expect(error).toContain(`error: broken: ${machine.path('broken.jks')}: `);
    expect(error).toMatch(/soon: .*expires in 3 days/);
    expect(error).toContain('soon: strict: a warning, so nothing was written');
    expect(error).toContain('3 keystores: 1 renewed, 0 up to date, 1 refused, 1 failed');
    expect(jsonOf(output).map(({ name, changed, error: { code } = {} }) => [name, changed, code])).toEqual([
      ['broken', false, 'ERR_STORE_MALFORMED'],
      ['soon', false, 'ERR_STRICT'],
      ['mail', true, undefined],
    ]);
  });

  test('by name, in the order of the file', async () => {
    const { exitCode, output } = await renew(['mail', 'soon', '--json']);
    expect(jsonOf(output).map(({ name }) => name)).toEqual(['soon', 'mail']);
    expect(exitCode).toBe(3);
    const { exitCode: usage, error } = await renew(['mial']);
    expect([usage, error]).toEqual([2, expect.stringContaining('did you mean mail?')]);
  });

  test('--strict is for all', async () => {
    machine.configure(readFileSync(machine.config, 'utf8').replace('strict = true', ''));
    expect((await renew(['soon'])).exitCode).toBe(0);
    expect((await renew(['soon', '--strict'])).exitCode).toBe(3);
  });

  test.each([
    [[], 0],
    [[0, 0], 0],
    [[0, 3], 3],
    [[3, 1, 0], 1],
    [[3, 2], 1],
    [[0, 141], 1],
    [[1, 4, 3], 4],
    [[4, 130, 1], 130],
  ])('exit codes %j make %d', (codes, expected) => expect(exitCodeOfAll(codes)).toBe(expected));
});

describe('passwords', () => {
  test.each([
    [
      'a missing one',
      'storepass = "file:password"',
      '',
      'the store password is needed|a password is needed',
      'add storepass = "file:PATH" to [mail]',
    ],
    ['a wrong one', 'storepass = "file:password"', 'storepass = "file:jks2pem.toml"', 'password', ''],
    ['a missing file', 'storepass = "file:password"', 'storepass = "file:none"', 'no such file', ''],
    [
      'a missing variable',
      'storepass = "file:password"',
      'storepass = "env:NONE"',
      'storepass: the environment has no variable NONE',
      '',
    ],
  ])('%s is said with its remedy', async (_, from, to, reason, hint) => {
    configureThree();
    machine.configure(readFileSync(machine.config, 'utf8').replace(from, to));
    const { exitCode, error } = await renew();
    expect(exitCode).toBe(1);
    expect(error).toMatch(new RegExp(reason));
    expect(error).toContain(hint);
    expect(error).toMatch(/^jks2pem: error: mail: /m);
  });

  test('a password file that others can read is a warning', async () => {
    configureThree();
    chmodSync(machine.path('password'), 0o644);
    expect((await renew()).error).toContain('others can read this password file');
  });
});

describe('state', () => {
  beforeEach(() => configureThree());

  test.each([
    ['a file in its place', () => writeFileSync(machine.state, '')],
    [
      'a directory that others can change',
      () => {
        mkdirSync(machine.state);
        chmodSync(machine.state, 0o777);
      },
    ],
  ])('%s: everything is renewed, with a warning, also with --strict', async (_, prepare) => {
    prepare();
    const { exitCode, error } = await renew(['--strict']);
    expect([exitCode, existsSync(machine.path('nginx/chain.pem'))]).toEqual([0, true]);
    expect(error).toMatch(/warning: mail: .*state.*jks2pem status will not know/);
    // It is made no part of: nothing is left there.
    if (statSync(machine.state).isDirectory()) expect(readdirSync(machine.state)).toEqual([]);
  });

  test('it is kept apart for each configuration', async () => {
    await renew();
    const [first = ''] = readdirSync(machine.state);
    expect(first).toMatch(/^mail@[0-9a-f]{12}$/);
    expect(JSON.parse(read(join('state', first, 'state.json')))).toMatchObject({
      format: 1,
      changed: { [machine.path('postfix/mail.pem')]: '2026-11-26T00:00:00.000Z' },
      hooks: [{ ok: true }, { ok: true }],
    });
    expect(modeOf('state')).toBe(0o700);
  });
});

test('a directory of output-dir is made, and a file for each entry written into it', async () => {
  machine.configure(`
[mail]
keystore = "mail.jks"
storepass = "file:password"
[[mail.to]]
output-dir = "entries"
split = true
[[mail.to]]
output-dir = "whole"
layout = "certbot"
`);
  const { exitCode } = await renew();
  expect([exitCode, readdirSync(machine.path('entries')).sort()]).toEqual([0, ['ca.crt', 'mail.pem']]);
  expect(readdirSync(machine.path('whole/mail'))).toContain('fullchain.pem');
  expect([modeOf('entries'), modeOf('whole')]).toEqual([0o700, 0o700]);
  expect((await renew()).error).toContain('up to date');
});
