import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfiguredKeystore } from '../configured-keystore.js';

let machine: ConfiguredKeystore;
beforeEach(() => {
  machine = new ConfiguredKeystore();
  machine.issue('mail.jks', 82);
  configure();
});
afterEach(() => machine.remove());

function configure({ hook = 'true', keystore = '', postfix = '' } = {}): void {
  machine.configure(
    `
[mail]
keystore = "mail.jks"
storepass = "file:password"
${keystore}
[[mail.to]]
out = "postfix/mail.pem"
mode = "0640"
deploy-hook = "${hook}"
${postfix}
[[mail.to]]
out = "dovecot"
layout = "certbot"
`,
    'postfix',
  );
}

const inJson = async (...args: string[]) => {
  const { output, exitCode } = await machine.run('status', ['--json', ...args]);
  const { ok, keystores } = JSON.parse(output);
  const [mail] = keystores;
  const codes = [mail, ...mail.outputs].map(({ findings }) => findings.map(({ code }: { code: string }) => code));
  return { exitCode, ok, mail, codes };
};

test('before the first renewal: the files are missing', async () => {
  const { exitCode, ok, mail, codes } = await inJson();
  expect([exitCode, ok, mail.daysLeft]).toEqual([3, false, 82]);
  expect(mail.outputs.map(({ state }: { state: string }) => state)).toEqual(['missing', 'missing']);
  expect(codes).toEqual([[], ['OUTPUT_MISSING'], ['OUTPUT_MISSING']]);
});

test('after it, everything is right', async () => {
  expect((await machine.run('renew')).exitCode).toBe(0);
  const { exitCode, mail, codes } = await inJson();
  expect([exitCode, codes]).toEqual([0, [[], [], []]]);
  expect(mail).toMatchObject({ name: 'mail', hostNames: ['mail.example.com'], daysLeft: 82 });
  expect(mail.outputs[0]).toMatchObject({
    path: machine.path('postfix/mail.pem'),
    state: 'current',
    daysLeft: 82,
    mode: '0640',
    lastChange: '2026-11-26T00:00:00.000Z',
    hook: { command: 'true', directory: machine.path('postfix'), ok: true, time: '2026-11-26T00:00:00.000Z' },
    served: null,
  });
  expect((await machine.run('status', ['-q'])).output).toBe('');
});

test.each([
  ['a renewed keystore', () => machine.issue('mail.jks', 85), [[], ['OUTPUT_OLDER'], ['OUTPUT_OLDER']]],
  ['a keystore from a backup', () => machine.issue('mail.jks', 60), [[], ['OUTPUT_DIFFERS'], ['OUTPUT_DIFFERS']]],
  ['a wrong mode', () => chmodSync(machine.path('postfix/mail.pem'), 0o644), [[], ['FILE_MODE'], []]],
  ['a key for everyone', () => chmodSync(machine.path('dovecot/privkey.pem'), 0o604), [[], [], ['FILE_MODE']]],
  ['a missing file', () => rmSync(machine.path('dovecot/chain.pem')), [[], [], ['OUTPUT_MISSING']]],
  [
    'a file of another program',
    () => writeFileSync(machine.path('postfix/mail.pem'), 'x'),
    [[], ['OUTPUT_DIFFERS'], []],
  ],
  ['a missing keystore', () => rmSync(machine.path('mail.jks')), [['KEYSTORE_UNUSABLE'], [], []]],
  ['a wrong password', () => writeFileSync(machine.path('password'), 'x'), [['KEYSTORE_UNUSABLE'], [], []]],
  ['a configuration that asks for an owner', () => configure({ postfix: 'owner = "1:1"' }), [[], ['FILE_OWNER'], []]],
  [
    'a keystore that strict refuses',
    () => configure({ keystore: 'strict = true\ntrust = ["dovecot/cert.pem"]\ndays = 90' }),
    [['CERTIFICATE_EXPIRES', 'KEYSTORE_REFUSED'], [], []],
  ],
])('%s', async (_, change, expected) => {
  await machine.run('renew');
  change();
  const { exitCode, codes } = await inJson();
  expect([exitCode, codes]).toEqual([3, expected]);
});

test('a keystore without warnings is not refused by strict', async () => {
  configure({ keystore: 'strict = true\nallow = "WARN_ANCHOR_UNKNOWN"' });
  await machine.run('renew');
  expect(await inJson()).toMatchObject({ exitCode: 0, codes: [[], [], []] });
});

test('a certificate near its end is a warning, and so is one that --days asks for', async () => {
  await machine.run('renew');
  expect((await inJson('--days', '100')).codes).toEqual([['CERTIFICATE_EXPIRES'], [], []]);
  expect((await inJson('--days', '100', '--allow', 'CERTIFICATE_EXPIRES')).exitCode).toBe(0);
  machine.issue('mail.jks', 5);
  expect((await inJson()).codes[0]).toEqual(['CERTIFICATE_EXPIRES']);
  machine.issue('mail.jks', -5);
  expect((await inJson()).codes[0]).toEqual(['CERTIFICATE_EXPIRED']);
});

test('a hook that failed is reported with its command and the time, until it succeeds', async () => {
  configure({ hook: 'exit 7' });
  expect((await machine.run('renew')).exitCode).toBe(4);
  const { codes, mail } = await inJson();
  expect(codes).toEqual([[], ['OUTPUT_MISSING', 'HOOK_FAILED'], []]);
  expect(mail.outputs[0].findings[1].message).toMatch(
    /^exit 7: deploy hook failed with exit code 7.*\(2026-11-26 00:00\)$/,
  );
  configure();
  await machine.run('renew');
  expect((await inJson()).exitCode).toBe(0);
});

test('a hook that failed is reported if it was that of the only output, which was restored', async () => {
  machine.configure(
    '[mail]\nkeystore = "mail.jks"\nstorepass = "file:password"\n[[mail.to]]\nout = "a.pem"\ndeploy-hook = "exit 7"\n',
  );
  expect((await machine.run('renew')).exitCode).toBe(4);
  expect((await inJson()).codes).toEqual([[], ['OUTPUT_MISSING', 'HOOK_FAILED']]);
});

test.each([
  ['damaged', () => writeFileSync(record(), '{"format":1,"changed":{"a":1}}')],
  ['one that others can change', () => chmodSync(record(), 0o666)],
])('a record that is %s is a warning; the next change writes it anew', async (_, damage) => {
  await machine.run('renew');
  damage();
  const { codes, mail, exitCode: wrong } = await inJson();
  expect([codes, wrong]).toEqual([[['RECORD_DAMAGED'], [], []], 3]);
  const [finding] = mail.findings;
  expect(finding).toMatchObject({
    severity: 'warning',
    message: expect.stringMatching(`^${record()}: cannot be read`),
  });
  expect(finding.hint).toContain('run status as the user who runs renew');
  machine.issue('mail.jks', 88);
  const { exitCode, error } = await machine.run('renew');
  expect([exitCode, error]).toEqual([
    0,
    expect.stringContaining('the record of earlier changes and hooks is damaged; it is replaced'),
  ]);
  expect((await inJson()).exitCode).toBe(0);
});

/** The only directory below that of all state. */
function record(): string {
  const [mark] = readdirSync(machine.state);
  return `${machine.state}/${mark}/state.json`;
}

test('a renewal that was killed is a warning, until the next one has taken it back', async () => {
  await machine.run('renew');
  const work = join(record(), '..', '.jks2pem-work');
  mkdirSync(work, { mode: 0o700 });
  const journal = { id: 'x', entries: [], pending: [], others: [], isFirst: true };
  writeFileSync(join(work, 'journal'), JSON.stringify(journal), { mode: 0o600 });
  const { codes, mail } = await inJson();
  expect(codes).toEqual([['RENEWAL_UNFINISHED'], [], []]);
  expect(mail.findings[0]).toMatchObject({
    severity: 'warning',
    message: expect.stringMatching(`^${join(work, 'journal')}: a renewal is running, or was killed`),
    hint: expect.stringMatching(`^jks2pem renew mail --config ${machine.config} `),
  });
  expect((await inJson('--allow', 'RENEWAL_UNFINISHED')).exitCode).toBe(0);
  expect((await machine.run('renew')).exitCode).toBe(0);
  expect((await inJson()).exitCode).toBe(0);
});

describe('for people', () => {
  /** Everything that differs between runs. */
  const stable = (text: string) =>
    text.replaceAll(machine.directory, '/etc').replaceAll(/\d{4}-\d\d-\d\d(?= +(?:ok|failed|$))/gm, '2026-11-26');

  test('a table that fits 80 columns', async () => {
    await machine.run('renew');
    rmSync(machine.path('dovecot/chain.pem'));
    const { output } = await machine.run('status', [], { outputColumns: 80 });
    for (const line of output.split('\n').filter((text) => !text.includes('/')))
      expect(line.length).toBeLessThanOrEqual(80);
    const { output: piped } = await machine.run('status');
    const owner = /\w+:\w+/.exec(piped.split('\n')[3] ?? '')?.[0] ?? '';
    expect(stable(piped)).toContain('NAME  FILE');
    expect(piped).toMatch(new RegExp(`postfix/mail.pem +82  current  0640  ${owner} +2026-11-26  ok\n`));
    expect(piped).toMatch(/dovecot +82 {2}missing +0600/);
    expect(piped).toContain(
      `  error: ${machine.path('dovecot/chain.pem')}: no such file [OUTPUT_MISSING]\n  hint: jks2pem renew mail --config ${machine.config}\n`,
    );
    expect(piped.trimEnd().split('\n').at(-1)).toBe('1 keystore, 2 outputs: 1 problem (mail)');
  });

  test('colours say what is right and what is wrong', async () => {
    await machine.run('renew');
    chmodSync(machine.path('postfix/mail.pem'), 0o644);
    const { output } = await machine.run('status', [], { environment: { FORCE_COLOR: '1' } });
    expect(output).toContain('\u001b[31m0644\u001b[39m');
    expect(output).toContain('\u001b[32mcurrent\u001b[39m');
  });
});

describe('--nagios', () => {
  test('is one line, with the days that are left', async () => {
    await machine.run('renew');
    const { exitCode, output } = await machine.run('status', ['--nagios']);
    expect([exitCode, output]).toEqual([0, 'STATUS OK - 1 keystore, 2 outputs current | days_left=82\n']);
  });

  test.each([
    [1, () => machine.issue('mail.jks', 5), ['--days', '10']],
    [2, () => rmSync(machine.path('dovecot/chain.pem')), []],
    [3, () => rmSync(machine.config), []],
  ])('exit code %d', async (code, change, args) => {
    await machine.run('renew');
    change();
    if (code === 1) await machine.run('renew');
    expect((await machine.run('status', ['--nagios', ...args])).exitCode).toBe(code);
  });
});

describe('--probe', () => {
  /** A TLS server that presents a file, as it was when it started. */
  async function serve(path: string): Promise<{ port: number; stop: () => void }> {
    const pem = readFileSync(machine.path(path));
    const sockets = new Set<TLSSocket>();
    const server = createServer({ key: pem, cert: pem }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return {
      port,
      stop: () => {
        for (const socket of sockets) socket.destroy();
        server.close();
      },
    };
  }

  test('a server that has the file, one that was not reloaded, and one that is away', async () => {
    await machine.run('renew');
    const { port, stop } = await serve('postfix/mail.pem');
    try {
      configure({ postfix: `probe = "127.0.0.1:${port}"` });
      const right = await inJson('--probe');
      expect([right.exitCode, right.mail.outputs[0].served]).toEqual([0, true]);
      machine.issue('mail.jks', 85);
      await machine.run('renew');
      const stale = await inJson('--probe');
      expect([stale.exitCode, stale.codes, stale.mail.outputs[0].served]).toEqual([
        3,
        [[], ['SERVER_DIFFERS'], []],
        false,
      ]);
      expect((await inJson()).exitCode).toBe(0);
    } finally {
      stop();
    }
    expect((await inJson('--probe')).codes).toEqual([[], ['SERVER_UNREACHABLE'], []]);
  });
});

test('one keystore by its name, and a name that is misspelt', async () => {
  mkdirSync(machine.path('more'));
  expect((await machine.run('status', ['mail'])).exitCode).toBe(3);
  const { exitCode, error } = await machine.run('status', ['mial']);
  expect([exitCode, error]).toEqual([2, expect.stringContaining('did you mean mail?')]);
});
