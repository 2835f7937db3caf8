import { chmodSync, copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MailClient } from './mail-client.js';
import type { PostfixServer } from './postfix-server.js';
import { outputOf } from './tool.js';

/** A way to break a Postfix that works. */
export interface Fault {
  readonly rule: string;
  readonly name: string;
  /** Breaks it; the configuration is written afterwards. */
  readonly make: (server: PostfixServer) => void;
  /** What can be seen of it from outside, if it is not that users cannot send mail. */
  readonly symptom?: (server: PostfixServer) => Promise<boolean>;
  /** Whether it takes more than a line, such as a new certificate. */
  readonly beyondLines?: boolean;
  /** Whether Postfix must be started anew to notice. */
  readonly restart?: boolean;
}

const set = (name: string, value: string) => (server: PostfixServer) => void server.main.set(name, value);
const text = (server: PostfixServer) => readFileSync(server.bundle, 'latin1');
const rewrite = (change: (bundle: string) => string | Uint8Array) => (server: PostfixServer) =>
  writeFileSync(server.bundle, change(text(server)));
const blocks = (bundle: string) => bundle.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n/g) ?? [];
const everywhere = (server: PostfixServer, change: (line: string) => string) => {
  server.master = server.master.map((line) => (/ smtpd( |$)/.test(line) ? change(line) : line));
};

/** Nothing that a stranger does may succeed. */
const strangerRelays = (recipient: string) => async (server: PostfixServer) => {
  const client = await MailClient.open(server.ports.smtp);
  await client.command('EHLO stranger.example.net');
  await client.command('MAIL FROM:<mallory@example.net>');
  const reply = await client.command(`RCPT TO:<${recipient}>`);
  client.close();
  return reply.startsWith('250');
};
const offersAuthInTheClear = async (server: PostfixServer) => {
  const client = await MailClient.open(server.ports.smtp);
  const reply = await client.command('EHLO client.example.org');
  client.close();
  return reply.includes('AUTH');
};
/** Postfix and its log know nothing of it: only clients do, or nobody. */
const unnoticed = async () => true;

/** A key and a certificate that vouches for itself. */
const selfSigned = (kind: readonly string[]) => (server: PostfixServer) => {
  const key = join(server.folder, 'other.key');
  const certificate = outputOf('openssl', [
    'req',
    '-x509',
    '-nodes',
    '-subj',
    '/CN=mail.example.com',
    '-days',
    '9',
    '-keyout',
    key,
    ...kind,
  ]);
  return `${readFileSync(key, 'latin1')}${certificate}`;
};
const curve = (name: string) => selfSigned(['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${name}`]);

export const faults: readonly Fault[] = [
  { rule: 'T01', name: 'TLS is off', make: set('smtpd_tls_security_level', '') },
  {
    rule: 'T02',
    name: 'a comment behind a value',
    make: set('smtpd_tls_auth_only', 'yes # no passwords in the clear'),
  },
  {
    rule: 'T02',
    name: 'a comment in master.cf',
    make: (server) => everywhere(server, (line) => (line.includes(' -o') ? line : `${line} # for all`)),
  },
  { rule: 'T03', name: 'no certificate is named', make: set('smtpd_tls_chain_files', '') },
  {
    rule: 'T07',
    name: 'a blank in the path',
    make: (server) => {
      const path = join(server.config, 'my bundle.pem');
      copyFileSync(server.bundle, path);
      server.main.set('smtpd_tls_chain_files', path);
    },
  },
  {
    rule: 'A01',
    name: 'passwords in the clear',
    make: set('smtpd_tls_auth_only', 'no'),
    symptom: offersAuthInTheClear,
  },
  { rule: 'P01', name: 'the file is not there', make: (server) => rmSync(server.bundle) },
  { rule: 'P01', name: 'a relative path', make: set('smtpd_tls_chain_files', 'example.pem') },
  {
    rule: 'P02',
    name: 'everybody can read the key',
    make: (server) => chmodSync(server.bundle, 0o644),
    symptom: unnoticed,
  },
  {
    rule: 'P03',
    name: 'the keystore itself',
    make: rewrite(() => readFileSync(new URL('../../fixtures/tomcat.keystore', import.meta.url))),
  },
  { rule: 'P03', name: 'UTF-16', make: rewrite((bundle) => Buffer.from(`\ufeff${bundle}`, 'utf16le')) },
  { rule: 'P03', name: 'blanks before the boundaries', make: rewrite((bundle) => bundle.replaceAll(/^/gm, '  ')) },
  {
    rule: 'P03',
    name: 'two boundaries on one line',
    make: rewrite((bundle) => bundle.replace('-----\n-----BEGIN', '----------BEGIN')),
  },
  { rule: 'P03', name: 'carriage returns alone', make: rewrite((bundle) => bundle.replaceAll('\n', '\r')) },
  { rule: 'P03', name: 'cut', make: rewrite((bundle) => bundle.slice(0, 1_000)) },
  { rule: 'P03', name: 'empty', make: rewrite(() => '') },
  { rule: 'P04', name: 'no key', make: rewrite((bundle) => blocks(bundle).slice(1).join('')) },
  { rule: 'P04', name: 'no certificate', make: rewrite((bundle) => blocks(bundle)[0] as string) },
  {
    rule: 'P05',
    name: 'an encrypted key',
    make: rewrite(
      (bundle) =>
        `${outputOf('openssl', ['pkey', '-aes256', '-passout', 'pass:x'], bundle)}${blocks(bundle).slice(1).join('')}`,
    ),
  },
  {
    rule: 'P06',
    name: 'the key last',
    make: rewrite((bundle) => [...blocks(bundle).slice(1), blocks(bundle)[0]].join('')),
  },
  {
    rule: 'P07',
    name: 'an issuer before the server certificate',
    make: rewrite((bundle) => {
      const [key, site, issuer, cross] = blocks(bundle);
      return [key, issuer, site, cross].join('');
    }),
  },
  { rule: 'P08', name: 'no issuer', make: rewrite((bundle) => blocks(bundle).slice(0, 2).join('')) },
  {
    rule: 'P12',
    name: 'a curve that TLS has not',
    make: (server) => writeFileSync(server.bundle, curve('secp256k1')(server)),
    beyondLines: true,
  },
  {
    rule: 'P12',
    name: 'another curve that TLS has not',
    make: (server) => writeFileSync(server.bundle, curve('brainpoolP256r1')(server)),
    beyondLines: true,
  },
  {
    rule: 'P13',
    name: 'the root as well',
    make: rewrite(
      (bundle) => `${bundle}${readFileSync(new URL('../../fixtures/story/old-root.pem', import.meta.url), 'latin1')}`,
    ),
    symptom: unnoticed,
  },
  {
    rule: 'P14',
    name: 'two keys of one algorithm',
    make: (server) => writeFileSync(server.bundle, `${text(server)}${selfSigned(['-newkey', 'rsa:2048'])(server)}`),
  },
  { rule: 'S01', name: 'a SASL type that is not there', make: set('smtpd_sasl_type', 'gsasl') },
  { rule: 'S02', name: 'no AUTH', make: set('smtpd_sasl_auth_enable', 'no') },
  {
    rule: 'S03',
    name: 'smtpd.conf beside main.cf',
    make: (server) => renameSync(join(server.config, 'sasl/smtpd.conf'), join(server.config, 'smtpd.conf')),
  },
  { rule: 'S03', name: 'the name with its ending', make: set('smtpd_sasl_path', 'smtpd.conf') },
  {
    rule: 'S06',
    name: 'smtpd in a chroot',
    make: (server) => everywhere(server, (line) => line.replace(' inet n - n ', ' inet n - y ')),
  },
  {
    rule: 'S07',
    name: 'anonymous logins',
    make: (server) => {
      server.main.set('smtpd_sasl_security_options', '');
      const path = join(server.config, 'sasl/smtpd.conf');
      writeFileSync(path, readFileSync(path, 'utf8').replace('plain login', 'plain login anonymous'));
    },
    symptom: anonymousIsOffered,
  },
  {
    rule: 'S08',
    name: 'no plain passwords, even in TLS',
    make: set('smtpd_sasl_security_options', 'noanonymous, noplaintext'),
  },
  { rule: 'S09', name: 'another realm', make: set('smtpd_sasl_local_domain', 'example.net') },
  {
    rule: 'R01',
    name: 'the line of the article alone',
    make: (server) => {
      server.main.set('smtpd_relay_restrictions', '');
      server.main.set('smtpd_recipient_restrictions', 'permit_sasl_authenticated');
    },
  },
  {
    rule: 'R02',
    name: 'OK for all senders',
    make: set(
      'smtpd_relay_restrictions',
      'permit_mynetworks, permit_sasl_authenticated, check_sender_access static:OK, reject_unauth_destination',
    ),
    symptom: strangerRelays('victim@example.org'),
  },
  ...['RELAY', 'ok and a text'].map((result) => ({
    rule: 'R02',
    name: `${result} for one sender`,
    make: set(
      'smtpd_relay_restrictions',
      `permit_mynetworks, permit_sasl_authenticated, check_sender_access inline:{ {mallory@example.net=${result}} }, reject_unauth_destination`,
    ),
    symptom: strangerRelays('victim@example.org'),
  })),
  {
    rule: 'R03',
    name: 'users are not let through',
    make: set('smtpd_relay_restrictions', 'permit_mynetworks, reject_unauth_destination'),
  },
  {
    rule: 'R04',
    name: 'everybody is the office',
    make: set('mynetworks', '127.0.0.2/32 0.0.0.0/0'),
    symptom: strangerRelays('victim@example.org'),
  },
  {
    rule: 'R05',
    name: 'all hosts below the domain',
    make: set('relay_domains', '$mydestination'),
    symptom: strangerRelays('victim@pc.example.com'),
  },
  {
    rule: 'R06',
    name: 'users who do not exist',
    make: set('local_recipient_maps', ''),
    symptom: strangerRelays('no-such-user@example.com'),
    // The mail goes to a transport whose users Postfix does not know.
    beyondLines: true,
  },
  {
    rule: 'M01',
    name: 'no tlsmgr',
    make: (server) => {
      server.master = server.master.filter((line) => !line.startsWith('tlsmgr'));
    },
    restart: true,
  },
  {
    rule: 'M02',
    name: 'one port without TLS',
    make: (server) =>
      everywhere(server, (line) => (line.includes(' -o') ? line : `${line} -o smtpd_tls_security_level=none`)),
  },
  {
    rule: 'M03',
    name: 'no postlog',
    make: (server) => {
      server.main.set('maillog_file', '/var/log/jks2pem-test.log');
      server.master = server.master.filter((line) => !line.startsWith('postlog'));
    },
    restart: true,
  },
];

async function anonymousIsOffered(server: PostfixServer): Promise<boolean> {
  const client = await MailClient.open(server.ports.smtp);
  const reply = await client.startTls(readFileSync(new URL('../../fixtures/story/new-root.pem', import.meta.url)));
  client.close();
  return /AUTH.*ANONYMOUS/.test(reply);
}
