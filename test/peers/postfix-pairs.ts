import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MailClient } from './mail-client.js';
import type { PostfixServer } from './postfix-server.js';
import { waitUntil } from './processes.js';
import { outputOf, runTool } from './tool.js';

const root = new URL('../../fixtures/story/new-root.pem', import.meta.url).pathname;

type Change = (server: PostfixServer) => void;

/** Two configurations that differ in what a rule is about. */
export interface Pair {
  readonly rule: string;
  readonly name: string;
  readonly broken: Change;
  readonly sound: Change;
  /** Whether it works, as a client sees it. */
  readonly works: (server: PostfixServer) => boolean | Promise<boolean>;
}

export const user = { name: 'alice', password: 's3cret' };

/** Whether a user can log in after STARTTLS. */
export async function logsIn(server: PostfixServer, port = server.ports.smtp): Promise<boolean> {
  let client: MailClient | undefined;
  try {
    client = await MailClient.open(port);
    await client.startTls(readFileSync(root));
    return (await client.logIn(user.name, user.password)).startsWith('235');
  } catch {
    return false;
  } finally {
    client?.close();
  }
}

const set =
  (...settings: readonly (readonly [string, string])[]): Change =>
  ({ main }) =>
    settings.forEach(([name, value]) => void main.set(name, value));

/** What openssl s_client prints of a handshake. */
function connect(...options: string[]): string {
  const all = ['s_client', ...options];
  const { stdout, stderr } = spawnSync('openssl', all, { input: 'QUIT\n', timeout: 10_000, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}
const handshake = ({ ports }: PostfixServer, ...options: string[]) =>
  connect('-connect', `127.0.0.1:${ports.smtp}`, '-starttls', 'smtp', ...options);
const hasCertificate = (text: string) => /^subject=/m.test(text);
const servesName = (server: PostfixServer) => hasCertificate(handshake(server, '-servername', 'mail.example.com'));

/** Whether mail of the office leaves the queue. */
async function delivers(server: PostfixServer): Promise<boolean> {
  runTool('postsuper', ['-c', server.config, '-d', 'ALL']);
  const client = await MailClient.open(server.ports.smtp, '127.0.0.2').catch(() => undefined);
  if (client === undefined) return false;
  await client.command('EHLO office.example.com');
  const reply = await client.send('a@example.com', `b-${Date.now()}@example.org`);
  client.close();
  if (!reply.startsWith('250')) return false;
  let queue = '';
  await waitUntil('the mail waits with a reason, or has gone', () => {
    queue = outputOf('postqueue', ['-c', server.config, '-p']).toString();
    return queue.includes('(') || queue.includes('queue is empty');
  });
  return queue.includes('queue is empty');
}

const newKeyAndCertificate = (...options: string[]) =>
  outputOf('openssl', ['req', '-x509', '-nodes', '-subj', '/CN=mail.example.com', '-keyout', '-', ...options]);
const ellipticBundle = () => newKeyAndCertificate('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1');

function expiredBundle({ folder }: PostfixServer): Buffer {
  const key = join(folder, 'old.key');
  outputOf('openssl', ['genrsa', '-out', key, '2048']);
  const request = outputOf('openssl', ['req', '-new', '-key', key, '-subj', '/CN=mail.example.com']);
  const certificate = outputOf('openssl', ['x509', '-req', '-signkey', key, '-days', '-1'], request);
  return Buffer.concat([readFileSync(key), certificate]);
}

const blocksOf = (bundle: string) => bundle.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n/g) ?? [];
const textOf = ({ bundle }: PostfixServer) => readFileSync(bundle, 'latin1');
const certificateFirst = () => blocksOf(ellipticBundle().toString('latin1')).reverse().join('');
const reversed = (server: PostfixServer) => blocksOf(textOf(server)).reverse().join('');

/** A table of one name, as postmap leaves it. */
const nameTable =
  (pem: (server: PostfixServer) => string | Buffer, ...options: string[]): Change =>
  (server) => {
    const { main, config } = server;
    writeFileSync(join(config, 'other.pem'), pem(server), { mode: 0o600 });
    writeFileSync(join(config, 'sni'), `mail.example.com ${join(config, 'other.pem')}\n`);
    outputOf('postmap', ['-c', config, ...options, `hash:${join(config, 'sni')}`]);
    main.set('tls_server_sni_maps', `hash:${join(config, 'sni')}`);
  };

const postscreen =
  (...more: string[]): Change =>
  (server) => {
    set(['postscreen_bare_newline_enable', 'yes'], ['postscreen_greet_wait', '1s'])(server);
    const { smtp } = server.ports;
    server.master = [
      ...server.master.map((line) => (line.startsWith(`${smtp} inet`) ? `${smtp} inet n - n - 1 postscreen` : line)),
      'smtpd pass - - n - - smtpd',
      'dnsblog unix - - n - 0 dnsblog',
      ...more,
    ];
  };

const addService =
  (line: string): Change =>
  (server) => {
    server.master = [...server.master, line];
  };

/** Outgoing mail to a server that speaks TLS, whose certificate is for `localhost`. */
const outgoing =
  (port: number, level: string, ...settings: readonly (readonly [string, string])[]): Change =>
  (server) =>
    set(['relayhost', `[localhost]:${port}`], ['smtp_tls_security_level', level], ...settings)(server);

const inFile =
  (name: string, content: (server: PostfixServer) => string | Buffer, parameter: string): Change =>
  (server) => {
    const path = join(server.config, name);
    writeFileSync(path, content(server), { mode: 0o600 });
    server.main.set(parameter, path);
  };

const both =
  (...changes: readonly Change[]): Change =>
  (server) =>
    changes.forEach((change) => void change(server));

/** @param sink the server that mail is relayed to, and the file of its certificate */
export function pairsOf(sink: () => { readonly port: number; readonly certificate: string }): readonly Pair[] {
  const elliptic = (excluded: string): Change =>
    both(
      (server) => writeFileSync(server.bundle, ellipticBundle()),
      set(['smtpd_tls_protocols', 'TLSv1.2'], ['smtpd_tls_exclude_ciphers', excluded]),
    );
  const relay =
    (level: string, ...settings: readonly (readonly [string, () => string])[]): Change =>
    (server) =>
      outgoing(sink().port, level, ...settings.map(([name, value]) => [name, value()] as const))(server);
  const saslConfig =
    (text: string): Change =>
    (server) =>
      server.writeSaslConfig(text);
  const nothing: Change = () => {};
  return [
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
      broken: elliptic('aNULL, ECDSA'),
      sound: elliptic('aNULL, DSS, RC4'),
      works: (server) => hasCertificate(handshake(server, '-tls1_2')),
    },
    {
      rule: 'T12',
      name: 'CAfile',
      broken: set(['smtpd_tls_CAfile', '/etc/ssl/certs/no-such-ca.pem'], ['smtpd_tls_ask_ccert', 'yes']),
      sound: set(['smtpd_tls_CAfile', root], ['smtpd_tls_ask_ccert', 'yes']),
      works: logsIn,
    },
    {
      rule: 'T13',
      name: 'wrapper mode on port 465',
      broken: addService('465 inet n - n - - smtpd'),
      sound: addService('465 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes'),
      works: () => hasCertificate(connect('-connect', '127.0.0.1:465')),
    },
    {
      rule: 'M06',
      name: 'tlsproxy',
      broken: postscreen(),
      sound: postscreen('tlsproxy unix - - n - 0 tlsproxy'),
      works: (server) => hasCertificate(handshake(server)),
    },
    {
      rule: 'N01',
      name: 'the index of server names',
      broken: ({ main, config }) => void main.set('tls_server_sni_maps', `hash:${join(config, 'never-made')}`),
      sound: nameTable(textOf, '-F'),
      works: servesName,
    },
    {
      rule: 'N02',
      name: 'postmap -F',
      broken: nameTable(textOf),
      sound: nameTable(textOf, '-F'),
      works: servesName,
    },
    {
      rule: 'N04',
      name: 'the key first',
      broken: nameTable(reversed, '-F'),
      sound: nameTable(textOf, '-F'),
      works: servesName,
    },
    {
      rule: 'N05',
      name: 'the certificate of a name',
      broken: nameTable(expiredBundle, '-F'),
      sound: nameTable(textOf, '-F'),
      works: (server) =>
        handshake(server, '-servername', 'mail.example.com', '-CAfile', root).includes('Verify return code: 0'),
    },
    {
      rule: 'P10',
      name: 'dates',
      broken: (server) => writeFileSync(server.bundle, expiredBundle(server)),
      sound: nothing,
      works: (server) => !handshake(server).includes('certificate has expired'),
    },
    {
      rule: 'S04',
      name: 'mechanisms that saslauthd cannot check',
      broken: saslConfig('pwcheck_method: saslauthd\nmech_list: plain login cram-md5\n'),
      sound: nothing,
      works: async (server) => {
        const client = await MailClient.open(server.ports.smtp);
        const reply = await client.startTls(readFileSync(root)).finally(() => client.close());
        return reply.includes('AUTH') && !reply.includes('CRAM-MD5');
      },
    },
    {
      rule: 'S05',
      name: 'a socket that no program listens at',
      broken: saslConfig('pwcheck_method: saslauthd\nmech_list: plain login\nsaslauthd_path: /no/such/mux\n'),
      sound: nothing,
      works: logsIn,
    },
    {
      rule: 'O01',
      name: 'CAfile for outgoing mail',
      broken: relay('encrypt', ['smtp_tls_CAfile', () => '/etc/ssl/certs/no-such-ca.pem']),
      sound: relay('encrypt', ['smtp_tls_CAfile', () => sink().certificate]),
      works: delivers,
    },
    {
      rule: 'O02',
      name: 'a CA to verify servers with',
      broken: relay('secure'),
      sound: relay('secure', ['smtp_tls_CAfile', () => sink().certificate]),
      works: delivers,
    },
    {
      rule: 'O03',
      name: 'the certificate of the smtp client',
      broken: both(relay('encrypt'), inFile('client.pem', certificateFirst, 'smtp_tls_chain_files')),
      sound: both(relay('encrypt'), inFile('client.pem', certificateFirst, 'smtp_tls_cert_file')),
      works: delivers,
    },
    {
      rule: 'O04',
      name: 'protocols of outgoing mail',
      broken: relay('encrypt', ['smtp_tls_mandatory_protocols', () => 'TLSv1']),
      sound: relay('encrypt', ['smtp_tls_mandatory_protocols', () => '!SSLv2, !SSLv3, !TLSv1']),
      works: delivers,
    },
    {
      rule: 'O05',
      name: 'DNSSEC for DANE',
      broken: relay('dane-only'),
      sound: relay('dane'),
      works: delivers,
    },
    {
      rule: 'O06',
      name: 'wrapper mode of outgoing mail',
      broken: relay('may', ['smtp_tls_wrappermode', () => 'yes']),
      sound: relay('may', ['smtp_tls_wrappermode', () => 'no']),
      works: delivers,
    },
  ];
}

/** Configurations that look like faults of other rules, and work. */
export interface Unusual {
  readonly name: string;
  readonly rules: string;
  readonly make: Change;
  readonly works?: Pair['works'];
}

const splitBundle: Change = ({ config, bundle, main }) => {
  const [key = '', ...chain] = blocksOf(readFileSync(bundle, 'latin1'));
  writeFileSync(join(config, 'key.pem'), key, { mode: 0o600 });
  writeFileSync(join(config, 'leaf.pem'), chain[0] ?? '');
  writeFileSync(join(config, 'issuers.pem'), chain.slice(1).join(''));
  writeFileSync(join(config, 'chain.pem'), chain.join(''));
  main.delete('smtpd_tls_chain_files');
};

export const unusual: readonly Unusual[] = [
  {
    name: 'a comment sign in the banner, text around the PEM blocks, relaying for one more host',
    rules: 'T01 T02 P01 P03 P05 R02 R04 R05',
    make: both(
      set(
        ['smtpd_banner', '$myhostname ESMTP # 1'],
        ['smtpd_tls_chain_files', '$' + '{config_directory}/example.pem'],
        ['mynetworks', '127.0.0.2/32 198.51.100.0/24'],
        ['relay_domains', 'example.net'],
        [
          'smtpd_relay_restrictions',
          'permit_mynetworks, permit_sasl_authenticated, check_client_access inline:{ { 127.0.0.3 = OK } }, reject_unauth_destination, check_sender_access static:OK',
        ],
      ),
      (server) => {
        const text = `\ufeffnot an ENCRYPTED PRIVATE KEY\n${textOf(server)}`.replaceAll('\n', '\r\n');
        writeFileSync(server.bundle, text);
        addService(`127.0.0.1:${server.ports.smtp + 1} inet n - n - - smtpd -o smtpd_tls_security_level=none`);
      },
    ),
  },
  {
    name: 'the parameters of Postfix 2, AUTH under mandatory TLS, another name for smtpd.conf',
    rules: 'T03 P04 A01 S03 R01',
    make: both(
      splitBundle,
      set(
        ['smtpd_tls_security_level', 'encrypt'],
        ['smtpd_tls_auth_only', 'no'],
        ['smtpd_sasl_path', 'relay'],
        ['smtpd_relay_restrictions', ''],
        ['smtpd_recipient_restrictions', 'permit_mynetworks, permit_sasl_authenticated, reject'],
      ),
      ({ config, main }) => {
        main.set('smtpd_tls_key_file', join(config, 'key.pem'));
        main.set('smtpd_tls_cert_file', join(config, 'chain.pem'));
        copyFileSync(join(config, 'sasl/smtpd.conf'), join(config, 'sasl/relay.conf'));
      },
    ),
  },
  {
    name: 'two files behind each other, issuers in CAfile, plain passwords inside TLS alone, users in a restriction class',
    rules: 'T07 P06 P08 S07 S08 R03',
    make: both(
      splitBundle,
      set(
        ['smtpd_sasl_security_options', 'noanonymous, noplaintext'],
        ['smtpd_sasl_tls_security_options', 'noanonymous'],
        ['smtpd_restriction_classes', 'insiders'],
        ['insiders', 'permit_mynetworks, permit_sasl_authenticated'],
        ['smtpd_relay_restrictions', 'insiders, reject_unauth_destination'],
      ),
      ({ config, main }) => {
        main.set('smtpd_tls_chain_files', `${join(config, 'key.pem')} ${join(config, 'leaf.pem')}`);
        main.set('smtpd_tls_CAfile', join(config, 'issuers.pem'));
      },
    ),
  },
  {
    name: 'the certificate before the key in one file, a socket that is not used, no log service',
    rules: 'P06 S04 S05 M01 M03',
    make: (server) => {
      const { main, bundle, sasldb } = server;
      const [key, ...chain] = blocksOf(textOf(server));
      writeFileSync(bundle, [...chain, key].join(''));
      main.delete('smtpd_tls_chain_files');
      main.set('smtpd_tls_cert_file', bundle);
      server.writeSaslConfig(
        `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: plain login cram-md5\nsasldb_path: ${sasldb}\nsaslauthd_path: /no/such/mux\n`,
      );
      server.master = server.master.filter((line) => !line.startsWith('postlog'));
    },
  },
  {
    name: 'a chroot with sasldb inside, AUTH on the other ports alone',
    rules: 'S02 S06',
    make: (server) => {
      const { main, folder, ports } = server;
      mkdirSync(join(folder, 'queue/sasl'), { recursive: true });
      outputOf('cp', ['-p', server.sasldb, join(folder, 'queue/sasl/sasldb2')]);
      server.writeSaslConfig(
        'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: plain login\nsasldb_path: /sasl/sasldb2\n',
      );
      main.set('smtpd_sasl_auth_enable', 'no');
      server.master = server.master.map((line) => {
        if (!/ smtpd( |$)/.test(line)) return line;
        const inChroot = line.replace(' inet n - n ', ' inet n - y ');
        return inChroot.startsWith(`${ports.smtp} `) ? inChroot : `${inChroot} -o smtpd_sasl_auth_enable=yes`;
      });
    },
    works: (server) => logsIn(server, server.ports.submission),
  },
  {
    name: 'keys of two algorithms, a client certificate that is missing',
    rules: 'P07 P12 P14 O03',
    make: (server) => {
      const other = newKeyAndCertificate('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1');
      writeFileSync(server.bundle, `${textOf(server)}${other}`);
      set(['smtp_tls_security_level', 'may'], ['smtp_tls_chain_files', '/no/such/client.pem'])(server);
    },
    works: (server) =>
      ['RSA-PSS+SHA256', 'ECDSA+SHA384'].every((algorithm) => hasCertificate(handshake(server, '-sigalgs', algorithm))),
  },
];
