import { execFile, execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CertificateAuthority } from './certificate-authority.js';
import { jks2pem } from './command.js';
import { MailClient } from './mail-client.js';
import { MailSink } from './mail-sink.js';
import { PostfixServer } from './postfix-server.js';
import { Processes, waitUntil } from './processes.js';
import { certificateOf, startDovecot, startNginx, type TlsServer } from './tls-servers.js';

/** One keystore and one configuration for Postfix, Dovecot and nginx, as they run on one machine. */
const storePass = 'my-passphrase';
const processes = new Processes();
let sink: MailSink;
let postfix: PostfixServer;
let dovecot: TlsServer;
let nginx: TlsServer;
let authority: CertificateAuthority;
let root: Buffer;

const path = (name: string) => join(postfix.folder, name);
const files = () => [postfix.bundle, path('dovecot-tls/fullchain.pem'), path('nginx.pem')];
const hookLog = () => (existsSync(path('hooks')) ? readFileSync(path('hooks'), 'utf8').trim().split('\n') : []);

beforeAll(async () => {
  sink = await MailSink.open();
  postfix = await PostfixServer.create(sink.port);
  authority = new CertificateAuthority(postfix.folder);
  root = readFileSync(authority.root);
  writeFileSync(path('password'), storePass, { mode: 0o600 });
  // What the servers have before jks2pem comes: a certificate of another keystore.
  authority.issue(path('mail.jks'), storePass);
  const given = [path('mail.jks'), '--storepass', `file:${path('password')}`, '--trust', authority.root];
  mkdirSync(path('dovecot-tls'));
  for (const out of [postfix.bundle, path('nginx.pem')]) expect(jks2pem([...given, '-o', out]).status).toBe(0);
  expect(jks2pem([...given, '--layout', 'certbot', '-o', path('dovecot-tls')]).status).toBe(0);
  postfix.writeSaslConfig('pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: plain login\n');
  postfix.write();
  for (const name of ['dovecot', 'nginx']) mkdirSync(path(name));
  await postfix.start();
  dovecot = await startDovecot(path('dovecot'), path('dovecot-tls'), processes);
  nginx = await startNginx(path('nginx'), path('nginx.pem'), processes);
  configure();
});
afterAll(async () => {
  await processes.end();
  await postfix?.remove();
  sink?.close();
});

function configure(): void {
  const hook = (name: string, command: string) =>
    `deploy-hook = "echo ${name} >> ${path('hooks')}; test ! -e ${path(`${name}-fails`)} && ${command}"`;
  writeFileSync(
    path('jks2pem.toml'),
    `
[mail]
keystore = "mail.jks"
storepass = "file:password"
trust = "${authority.root}"
[[mail.to]]
out = "${postfix.bundle}"
${hook('postfix', `postfix -c ${postfix.config} reload`)}
probe = "127.0.0.1:${postfix.ports.smtp}"
[[mail.to]]
out = "dovecot-tls"
layout = "certbot"
mode = "0640"
${hook('dovecot', dovecot.reload)}
probe = "127.0.0.1:${dovecot.port}"
[[mail.to]]
out = "nginx.pem"
${hook('nginx', nginx.reload)}
probe = "127.0.0.1:${nginx.port}"
`,
  );
}

const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;
const environment = () => ({ STATE_DIRECTORY: path('state'), PATH: `${process.env['PATH']}:/usr/sbin` });
const run = (command: string, ...args: string[]) =>
  jks2pem([command, '--config', path('jks2pem.toml'), ...args], {
    env: environment(),
  });
const status = () => {
  const { status: exitCode, stdout, stderr } = run('status', '--probe', '--json');
  expect(stderr.toString()).toBe('');
  const [mail] = JSON.parse(stdout.toString()).keystores;
  const codes = mail.outputs.map(({ findings }: { findings: { code: string }[] }) => findings.map(({ code }) => code));
  const states = mail.outputs.map(({ state, served }: { state: string; served: boolean }) => [state, served]);
  return { exitCode, codes, states };
};
const allServed = { exitCode: 0, codes: [[], [], []], states: Array(3).fill(['current', true]) };

async function postfixCertificate(): Promise<string> {
  const client = await MailClient.open(postfix.ports.smtp);
  await client.startTls(root);
  const { certificate } = client;
  client.close();
  return certificate;
}

/** What a client of each server is shown. */
const servers = [postfixCertificate, () => certificateOf(dovecot.port, root), () => certificateOf(nginx.port, root)];
const presented = () => Promise.all(servers.map((ask) => ask()));
const installed = () => files().map((file) => new X509Certificate(certificateIn(file)).fingerprint256);

function certificateIn(file: string): string {
  return /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
}

/** Reloading takes effect when the old processes have gone. */
const waitUntilServed = (expected: () => readonly string[]) =>
  waitUntil('every server presents what it should', async () => `${await presented()}` === `${expected()}`);

/** Renews while this process goes on, so that visitors come all the time. */
async function renewBesides(): Promise<string> {
  const args = [bin, 'renew', '--config', path('jks2pem.toml'), '--json', '-q'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: environment() });
  return stdout;
}

/** Inode, times and mode of everything that a run could have written. */
function snapshot(): string[] {
  const roots = [postfix.config, path('dovecot-tls'), path('state')];
  const below = roots.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name)),
  );
  return [...roots, path('nginx.pem'), ...below].map((file) => {
    const { ino, ctimeMs, mode } = statSync(file);
    return `${file} ${ino} ${ctimeMs} ${mode}`;
  });
}

test('the first run: new files for all three, each hook once, and each server presents its file', async () => {
  authority.issue(path('mail.jks'), storePass);
  const before = await presented();
  expect(status().codes).toEqual(
    [['OUTPUT_OLDER'], ['FILE_MODE', 'OUTPUT_OLDER'], ['OUTPUT_OLDER']].map((codes) => expect.arrayContaining(codes)),
  );
  const { status: exitCode, stderr } = run('renew');
  expect([exitCode, stderr.toString()]).toEqual([0, expect.stringContaining('wrote')]);
  expect(hookLog()).toEqual(['postfix', 'dovecot', 'nginx']);
  expect(new Set([...installed(), ...before]).size).toBe(2);
  await waitUntilServed(installed);
  expect(status()).toEqual(allServed);
});

test('nothing new: no write, no hook', () => {
  const before = snapshot();
  rmSync(path('hooks'));
  const { status: exitCode, stderr } = run('renew');
  expect([exitCode, stderr.toString()]).toEqual([
    0,
    expect.stringMatching(/^jks2pem: mail: up to date: RSA key and 1 certificate[^\n]*\n$/),
  ]);
  expect(snapshot()).toEqual(before);
  expect(hookLog()).toEqual([]);
});

test('a renewal: all three present the new certificate, and no connection fails meanwhile', async () => {
  const failures: unknown[] = [];
  const seen: string[] = [];
  let goes = true;
  const visits = servers.map(async (ask) => {
    while (goes)
      await ask().then(
        (certificate) => seen.push(certificate),
        (error) => failures.push(error),
      );
  });
  await waitUntil('visitors come', () => seen.length > 20);
  const [old = ''] = seen;
  authority.issue(path('mail.jks'), storePass);
  const renewal = await renewBesides();
  expect(JSON.parse(renewal)).toMatchObject({
    name: 'mail',
    changed: true,
    hooks: [{ ok: true }, { ok: true }, { ok: true }],
  });
  await waitUntilServed(installed);
  goes = false;
  await Promise.all(visits);
  expect(failures).toEqual([]);
  expect(new Set([...seen, ...installed()])).toEqual(new Set([old, installed()[0]]));
});

test('one hook fails: its server keeps the old file, the others get the new one, exit 4', async () => {
  const [old = ''] = installed();
  writeFileSync(path('dovecot-fails'), '');
  authority.issue(path('mail.jks'), storePass);
  rmSync(path('hooks'));
  const { status: exitCode, stderr } = run('renew', '-q');
  expect(exitCode).toBe(4);
  expect(stderr.toString()).toMatch(
    /^jks2pem: error: mail: .*deploy hook failed with exit code 1; the previous files were restored, but the hook fails for them too \[ERR_HOOK_FAILED\]\njks2pem: hint: [^\n]*\n$/,
  );
  // The second run of the hook is for the old files.
  expect(hookLog()).toEqual(['postfix', 'dovecot', 'dovecot', 'nginx']);
  const [first = '', second, third] = installed();
  expect([second, third]).toEqual([old, first]);
  expect(first).not.toBe(old);
  await waitUntilServed(installed);
  const { exitCode: statusCode, codes, states } = status();
  expect([statusCode, states.map(([state]: string[]) => state === 'current')]).toEqual([3, [true, false, true]]);
  expect(codes).toEqual([[], [expect.stringMatching(/^OUTPUT_/), 'HOOK_FAILED'], []]);
  rmSync(path('dovecot-fails'));
  expect(run('renew', '-q').status).toBe(0);
  await waitUntilServed(installed);
  expect(status()).toEqual(allServed);
});

test('status finds what is wrong in between: a stale file, a wrong mode, a server that was not reloaded', async () => {
  authority.issue(path('mail.jks'), storePass);
  chmodSync(postfix.bundle, 0o644);
  const given = [path('mail.jks'), '--storepass', `file:${path('password')}`, '--trust', authority.root];
  expect(jks2pem([...given, '-o', path('nginx.pem'), '-q']).status).toBe(0);
  const { exitCode, codes } = status();
  expect(exitCode).toBe(3);
  expect(codes).toEqual([
    [expect.stringMatching(/^OUTPUT_/), 'FILE_MODE'],
    [expect.stringMatching(/^OUTPUT_/)],
    ['SERVER_DIFFERS'],
  ]);
  chmodSync(postfix.bundle, 0o600);
  expect(run('renew', '-q').status).toBe(0);
  execFileSync('sh', ['-c', nginx.reload], { env: environment(), stdio: 'ignore' });
  await waitUntilServed(installed);
  expect(status()).toEqual(allServed);
});
