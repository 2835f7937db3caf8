import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { examinePostfix } from '../../src/postfix/examine.js';
import { readInstallation } from '../../src/postfix/installation/read-installation.js';
import { jks2pem } from './command.js';
import { MailClient } from './mail-client.js';
import { MailSink } from './mail-sink.js';
import { PostfixServer } from './postfix-server.js';
import { waitUntil } from './processes.js';
import { outputOf, runTool } from './tool.js';

/*
 * For each rule of severity error that postfix-faults.ts does not cover: a Postfix in which it breaks what the rule says,
 * and beside it a configuration that looks alike, works, and has no such finding.
 */

const root = new URL('../../fixtures/story/new-root.pem', import.meta.url).pathname;
const keystore = new URL('../../fixtures/tomcat.keystore', import.meta.url).pathname;
const password = 's3cret';

let sink: MailSink;
let server: PostfixServer;
let sound: { main: Map<string, string>; master: string[]; bundle: Buffer; smtpdConf: string };

beforeAll(async () => {
  sink = await MailSink.open();
  server = await PostfixServer.create(sink.port);
  server.addUser('alice', 'example.com', password);
  expect(jks2pem([keystore, '--storepass', 'pass:my-passphrase', '-o', server.bundle]).status).toBe(0);
  const smtpdConf = `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: plain login\nsasldb_path: ${server.sasldb}\n`;
  sound = { main: new Map(server.main), master: server.master, bundle: readFileSync(server.bundle), smtpdConf };
  server.writeSaslConfig(smtpdConf);
  server.write();
  await server.start();
});
afterEach(() => {
  server.main.clear();
  for (const [name, value] of sound.main) server.main.set(name, value);
  server.master = sound.master;
  writeFileSync(server.bundle, sound.bundle);
  server.writeSaslConfig(sound.smtpdConf);
});
afterAll(async () => {
  await server?.remove();
  sink?.close();
});

type Change = (server: PostfixServer) => void;

const set =
  (...settings: readonly (readonly [string, string])[]): Change =>
  ({ main }) =>
    settings.forEach(([name, value]) => void main.set(name, value));
const file = (name: string) => join(server.folder, name);

async function logsIn(): Promise<boolean> {
  let client: MailClient | undefined;
  try {
    client = await MailClient.open(server.ports.smtp);
    await client.startTls(readFileSync(root));
    return (await client.logIn('alice', password)).startsWith('235');
  } catch {
    return false;
  } finally {
    client?.close();
  }
}

/** What openssl s_client says of a handshake. */
function handshake(...options: string[]): string {
  const { stdout, stderr } = spawnSync(
    'openssl',
    ['s_client', '-connect', `127.0.0.1:${server.ports.smtp}`, '-starttls', 'smtp', ...options],
    { input: 'QUIT\n', timeout: 10_000, encoding: 'utf8' },
  );
  return `${stdout}${stderr}`;
}
const hasCertificate = (text: string) => /^subject=/m.test(text);

/** Why mail waits in the queue, once one was sent by the office. */
async function reasonOfDelay(): Promise<string> {
  runTool('postsuper', ['-c', server.config, '-d', 'ALL']);
  const client = await MailClient.open(server.ports.smtp, '127.0.0.2');
  await client.command('EHLO office.example.com');
  await client.send('a@example.com', `b-${Date.now()}@example.org`);
  client.close();
  let queue = '';
  await waitUntil('the mail waits, or has gone', () => {
    queue = outputOf('postqueue', ['-c', server.config, '-p']).toString();
    return queue.includes('(') || queue.includes('queue is empty');
  });
  return queue;
}

const ecBundle = () =>
  outputOf('openssl', [
    'req',
    '-x509',
    '-nodes',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-subj',
    '/CN=mail.example.com',
    '-keyout',
    '-',
  ]);

/** A table of one name, as postmap leaves it. */
const nameTable =
  (pem: () => string | Buffer, ...options: string[]): Change =>
  ({ main, config }) => {
    writeFileSync(join(config, 'other.pem'), pem(), { mode: 0o600 });
    writeFileSync(join(config, 'sni'), `mail.example.com ${join(config, 'other.pem')}\n`);
    outputOf('postmap', ['-c', config, ...options, `hash:${join(config, 'sni')}`]);
    main.set('tls_server_sni_maps', `hash:${join(config, 'sni')}`);
  };
const bundleText = () => sound.bundle.toString('latin1');
const reversed = () =>
  (bundleText().match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n/g) ?? []).reverse().join('');

const postscreen =
  (...more: string[]): Change =>
  (postfix) => {
    postfix.main.set('postscreen_bare_newline_enable', 'yes');
    postfix.main.set('postscreen_greet_wait', '1s');
    postfix.master = [
      ...postfix.master.map((line) =>
        line.startsWith(`${postfix.ports.smtp} inet`) ? `${postfix.ports.smtp} inet n - n - 1 postscreen` : line,
      ),
      'smtpd pass - - n - - smtpd',
      'dnsblog unix - - n - 0 dnsblog',
      ...more,
    ];
  };

interface Pair {
  readonly rule: string;
  readonly name: string;
  readonly broken: Change;
  readonly sound: Change;
  /** Whether it works, as a client sees it. */
  readonly works: () => boolean | Promise<boolean>;
}

const pairs: readonly Pair[] = [
  {
    rule: 'T10',
    name: 'protocols',
    broken: set(['smtpd_tls_protocols', 'TLSv1']),
    sound: set(['smtpd_tls_protocols', '!SSLv2, !SSLv3, !TLSv1']),
    works: logsIn,
  },
  {
    rule: 'T11',
    name: 'ciphers that the certificate needs',
    broken: (postfix) => {
      writeFileSync(postfix.bundle, ecBundle());
      set(['smtpd_tls_protocols', 'TLSv1.2'], ['smtpd_tls_exclude_ciphers', 'aNULL, ECDSA'])(postfix);
    },
    sound: (postfix) => {
      writeFileSync(postfix.bundle, ecBundle());
      set(['smtpd_tls_protocols', 'TLSv1.2'], ['smtpd_tls_exclude_ciphers', 'aNULL, DSS, RC4'])(postfix);
    },
    works: () => hasCertificate(handshake('-tls1_2')),
  },
  {
    rule: 'T12',
    name: 'CAfile',
    broken: set(['smtpd_tls_CAfile', '/etc/ssl/certs/no-such-ca.pem'], ['smtpd_tls_ask_ccert', 'yes']),
    sound: set(['smtpd_tls_CAfile', root], ['smtpd_tls_ask_ccert', 'yes']),
    works: logsIn,
  },
  {
    rule: 'M06',
    name: 'tlsproxy',
    broken: postscreen(),
    sound: postscreen('tlsproxy unix - - n - 0 tlsproxy'),
    works: () => hasCertificate(handshake()),
  },
  {
    rule: 'N01',
    name: 'the index of server names',
    broken: ({ main, config }) => void main.set('tls_server_sni_maps', `hash:${join(config, 'never-made')}`),
    sound: nameTable(bundleText, '-F'),
    works: () => hasCertificate(handshake('-servername', 'mail.example.com')),
  },
  {
    rule: 'N02',
    name: 'postmap -F',
    broken: nameTable(bundleText),
    sound: nameTable(bundleText, '-F'),
    works: () => hasCertificate(handshake('-servername', 'mail.example.com')),
  },
  {
    rule: 'N04',
    name: 'the key first',
    broken: nameTable(reversed, '-F'),
    sound: nameTable(bundleText, '-F'),
    works: () => hasCertificate(handshake('-servername', 'mail.example.com')),
  },
  {
    rule: 'P10',
    name: 'dates',
    broken: (postfix) => {
      const key = file('old.key');
      outputOf('openssl', ['genrsa', '-out', key, '2048']);
      const request = outputOf('openssl', ['req', '-new', '-key', key, '-subj', '/CN=mail.example.com']);
      const old = outputOf('openssl', ['x509', '-req', '-signkey', key, '-days', '-1'], request);
      writeFileSync(postfix.bundle, Buffer.concat([readFileSync(key), old]));
    },
    sound: () => {},
    works: () => !handshake().includes('certificate has expired'),
  },
  {
    rule: 'S04',
    name: 'mechanisms that saslauthd cannot check',
    broken: (postfix) => postfix.writeSaslConfig('pwcheck_method: saslauthd\nmech_list: plain login cram-md5\n'),
    sound: () => {},
    works: async () => {
      const client = await MailClient.open(server.ports.smtp);
      const reply = await client.startTls(readFileSync(root));
      client.close();
      return reply.includes('AUTH') && !reply.includes('CRAM-MD5');
    },
  },
  {
    rule: 'S05',
    name: 'a socket that nobody listens at',
    broken: (postfix) =>
      postfix.writeSaslConfig('pwcheck_method: saslauthd\nmech_list: plain login\nsaslauthd_path: /no/such/mux\n'),
    sound: () => {},
    works: logsIn,
  },
  {
    rule: 'O06',
    name: 'wrapper mode of outgoing mail',
    broken: set(['smtp_tls_security_level', 'may'], ['smtp_tls_wrappermode', 'yes']),
    sound: set(['smtp_tls_security_level', 'may'], ['smtp_tls_wrappermode', 'no']),
    works: async () => (await reasonOfDelay()).includes('queue is empty'),
  },
];

async function errorsFor(rule: string) {
  return examinePostfix(readInstallation({ directory: server.config }), { now: new Date() }).filter(
    (finding) => finding.rule === rule && finding.severity === 'error',
  );
}

/** A new master, so that no process of the last configuration answers. */
async function begin(change: Change): Promise<void> {
  change(server);
  server.write();
  await server.stop();
  await server.start();
}

describe.each(pairs)('$rule: $name', ({ rule, broken, sound: alike, works }) => {
  test('breaks what the rule says, and is reported', async () => {
    await begin(broken);
    await waitUntil('the fault shows', async () => !(await works()));
    expect(await errorsFor(rule)).not.toEqual([]);
  });

  test('its near relation works, and is not reported', async () => {
    await begin(alike);
    await waitUntil('it works', works);
    expect(await errorsFor(rule)).toEqual([]);
  });
});
