import { describe, expect, test } from 'vitest';
import { blocks, bundle, bundlePath, type Change, examine, rulesOf } from '../sound-installation.js';
import { describeRules, type RuleCase } from './rule-table.js';

const error = ['R02 error smtpd_relay_restrictions @ all'];
const warning = ['R02 warning smtpd_relay_restrictions @ all'];

/** A table in front of the protection, and what it holds. */
function table(check: string, rows: string | undefined, expected: readonly string[], type = 'hash'): RuleCase {
  const name = `${check} ${type}: ${rows ?? 'unreadable'}`;
  const list = `permit_sasl_authenticated, ${check} ${type}:/a, reject_unauth_destination`;
  const files = { [bundlePath]: bundle, ...(rows !== undefined && { '/a': `${rows}\n` }) };
  return [name, { main: { smtpd_relay_restrictions: list }, bundle: files }, expected];
}

describeRules('tables in front of reject_unauth_destination', [
  // Clients whom the administrator has chosen, as with mynetworks.
  table('check_client_access', '192.0.2.1 OK', warning),
  table('check_client_access', 'mail.example.org OK', warning),
  table('check_client_access', '192.168 OK', warning),
  table('check_client_access', '198.51.100.0/24 permit', warning, 'cidr'),
  table('check_client_access', undefined, warning),
  // Strangers.
  table('check_client_access', '0.0.0.0/0 OK', error, 'cidr'),
  table('check_client_access', '203 OK', error),
  table('check_client_access', '.com OK', error),
  table('check_client_access', '/./ OK', error, 'regexp'),
  table('check_client_access', '/^.*$/i OK', error, 'pcre'),
  table('check_client_access', '/\\.example\\.org$/ OK', warning, 'pcre'),
  table('check_client_access', '0.0.0.0/0 REJECT', [], 'cidr'),
  table('check_client_access', '192.0.2.1 DUNNO', []),
  // access(5): OK and RELAY, digits alone, and restrictions of which permit decides; any other result does not accept.
  ...['ok', 'OK text', 'Relay', '0', '12', 'permit', 'PERMIT_MYNETWORKS, permit'].map((result) =>
    table('check_client_access', `192.0.2.1 ${result}`, warning),
  ),
  ...['okay', '1 text', '4xx', 'permit_mynetworks', 'permit_mynetworks, reject, permit', 'reject OK', 'OK, text'].map(
    (result) => table('check_client_access', `192.0.2.1 ${result}`, []),
  ),
  // The text of a refusal may end with a number, or contain the words that accept.
  ...['REJECT see rule 12', 'reject OK 1', '550 relay denied', 'HOLD permit'].map((result) =>
    table('check_sender_access', `example.com ${result}`, []),
  ),
  // An address of fewer octets is a network. Up to /20, and /32 of IPv6, it may be the site's own.
  table('check_client_access', '10 OK', warning),
  table('check_client_access', '11 OK', error),
  table('check_client_access', '192.0.2 OK', warning),
  table('check_client_access', '203.0 OK', error),
  table('check_client_access', '203.51 OK', error),
  table('check_client_access', '203.0.112.0/20 OK', warning, 'cidr'),
  table('check_client_access', '203.0.96.0/19 OK', error, 'cidr'),
  table('check_client_access', '2001:db8::/32 OK', warning, 'cidr'),
  table('check_client_access', '2001:db8::/31 OK', error, 'cidr'),
  // Names: a top level is that of strangers.
  table('check_client_access', 'com OK', error),
  table('check_client_access', 'localhost OK', warning),
  table('check_client_access', '.localhost OK', warning),
  table('check_client_access', 'unknown OK', warning),
  table('check_client_access', 'mylocalhost OK', error),
  table('check_client_access', 'unknowns OK', error),
  // A static table has the same result for every key.
  ...['check_client_access', 'check_recipient_access'].map(
    (check): RuleCase => [
      `${check} static:OK`,
      {
        main: { smtpd_relay_restrictions: `permit_sasl_authenticated, ${check} static:OK, reject_unauth_destination` },
      },
      error,
    ],
  ),
  table('check_client_access', '.example.org OK', warning),
  table('check_client_access', '192.0.2.1 OK\n192.0.2.2 OK\n192.0.2.3 OK', warning),
  table('check_client_access', '192.0.2.1 OK\n192.0.2.2 OK\n192.0.2.3 OK\n192.0.2.4 OK', warning),
  table('check_client_access', '192.0.2.1 OK\n203 OK', error),
  table('check_client_access', '192.0.2.1 OK\n203 REJECT', warning),
  // Patterns that every name and address matches.
  ...['//', '/^/', '/./', '/.+/', '/.*$/', '/^.*$/', '!.*!', '|^|x'].map((pattern) =>
    table('check_client_access', `${pattern} OK`, error, 'regexp'),
  ),
  ...['/a/', '/..*/', '/^a/', '/1$/'].map((pattern) =>
    table('check_client_access', `${pattern} OK`, warning, 'regexp'),
  ),
  // Names that a client chooses.
  table('check_sender_access', 'example.com OK', error),
  table('check_helo_access', 'mail.example.com 1', error),
  table('check_reverse_client_hostname_access', 'mail.example.com OK', error),
  table('check_sender_mx_access', '192.0.2.1 OK', error),
  table('check_sender_access', 'spam.example REJECT', []),
  table('check_sender_access', undefined, warning),
  // Recipients: one user of any domain, or what is relayed on purpose.
  table('check_recipient_access', 'postmaster@ OK', warning),
  table('check_recipient_access', '/^abuse@/ OK', warning, 'regexp'),
  table('check_recipient_access', 'info@example.net OK', []),
  table('check_recipient_access', 'example.net OK', []),
  table('check_recipient_access', '/@example\\.net$/ OK', [], 'pcre'),
  table('check_recipient_access', 'org OK', error),
  table('check_recipient_access', '/@/ OK', warning, 'pcre'),
  table('check_recipient_access', '/.*/ OK', error, 'pcre'),
  table('check_recipient_access', '.org OK', error),
  table('check_recipient_access', 'localhost OK', []),
  table('check_recipient_access', '/^postmaster@a/ OK', warning, 'pcre'),
  table('check_recipient_access', '/^postmaster@ab/ OK', [], 'pcre'),
  table('check_recipient_access', '/^postmaster/ OK', warning, 'pcre'),
  table('check_recipient_mx_access', '192.0.2.1 OK', error),
  table('check_recipient_mx_access', undefined, warning),
  table('check_helo_access', undefined, warning),
  table('check_reverse_client_hostname_access', undefined, warning),
  // Found by a login or a fingerprint.
  table('check_sasl_access', 'alice OK', []),
  table('check_ccert_access', 'AB:CD OK', []),
]);

const senders = 'permit_mynetworks, check_sender_access static:OK, reject_unauth_destination';

const certificates = 'permit_tls_all_clientcerts, permit_sasl_authenticated, reject_unauth_destination';
const authorities = (count: number) => ({
  [bundlePath]: bundle,
  '/ca.pem': (blocks[1] ?? '').repeat(count),
});
const byCertificate = (main: Change['main'], more: Change = {}): Change => ({
  ...more,
  main: { smtpd_tls_ask_ccert: 'yes', smtpd_relay_restrictions: certificates, ...main },
});

/** postconf(5), smtpd_tls_CAfile, smtpd_tls_CApath and tls_append_default_CA. */
describeRules('certificates of which authorities permit relaying', [
  ['none', byCertificate({}), []],
  ['of a private one', byCertificate({ smtpd_tls_CApath: '/etc/ca' }), []],
  ['of the system', byCertificate({ smtpd_tls_CApath: '/etc/ssl/certs/' }), error],
  ['of the system, on Red Hat', byCertificate({ smtpd_tls_CApath: '/etc/pki/tls/certs' }), error],
  ...[
    ...['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/cert.pem', '/etc/pki/tls/certs/ca-bundle.crt'],
    ...['/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', '/usr/local/share/certs/ca-root-nss.crt'],
    ...['/etc/ssl/ca-bundle.pem', '/var/lib/ca-certificates/ca-bundle.pem'],
  ].map((path): RuleCase => [path, byCertificate({ smtpd_tls_CAfile: path }), error]),
  ['twenty of its own', byCertificate({ smtpd_tls_CAfile: '/ca.pem' }, { bundle: authorities(20) }), []],
  ['more than that', byCertificate({ smtpd_tls_CAfile: '/ca.pem' }, { bundle: authorities(21) }), error],
  [
    'those of OpenSSL before 2.8',
    byCertificate(
      {
        ...{
          smtpd_tls_chain_files: undefined,
          smtpd_tls_cert_file: bundlePath,
          relay_domains: '',
          mynetworks_style: 'host',
        },
        smtpd_recipient_restrictions: certificates,
      },
      { version: '2.7.4' },
    ),
    ['R02 error smtpd_recipient_restrictions @ all'],
  ],
]);

describeRules('both lists together', [
  [
    'open in one, unknown in the other: not certain, and no line is proposed',
    {
      main: {
        smtpd_relay_restrictions: 'permit_sasl_authenticated, permit',
        smtpd_recipient_restrictions: 'permit_sasl_authenticated, check_sender_access hash:/a, reject',
      },
    },
    ['R02 warning smtpd_recipient_restrictions @ all', 'R02 warning smtpd_relay_restrictions @ all'],
    '',
  ],
  [
    'users alone get so far',
    {
      main: {
        smtpd_client_restrictions: 'permit_mynetworks, permit_sasl_authenticated, reject',
        smtpd_relay_restrictions: `permit_sasl_authenticated, ${senders}`,
        allow_untrusted_routing: 'yes',
        local_recipient_maps: '',
      },
    },
    [],
  ],
  [
    'a client that sends no HELO gets past',
    {
      main: {
        smtpd_helo_restrictions: 'permit_sasl_authenticated, reject',
        smtpd_relay_restrictions: `permit_sasl_authenticated, ${senders}`,
      },
    },
    error,
  ],
  [
    'unless it must send one',
    {
      main: {
        smtpd_helo_required: 'yes',
        smtpd_helo_restrictions: 'permit_sasl_authenticated, reject',
        smtpd_relay_restrictions: `permit_sasl_authenticated, ${senders}`,
      },
    },
    [],
  ],
]);

describe('the proposed line', () => {
  const list =
    'check_client_access hash:/blocked, permit_sasl_authenticated, check_client_access hash:/partners, check_sender_access static:OK, permit_mx_backup, reject_unauth_destination, check_helo_access hash:/c';
  const files = { [bundlePath]: bundle, '/blocked': '192.0.2.9 REJECT\n', '/partners': '192.0.2.1 OK\n' };

  test('moves what lets strangers in, and nothing else', () => {
    const findings = examine({ main: { smtpd_relay_restrictions: list }, bundle: files });
    expect(rulesOf(findings)).toEqual([...error, ...error, ...warning]);
    const fixes = findings.map(({ fix }) => fix);
    expect(new Set(fixes)).toEqual(
      new Set([
        'smtpd_relay_restrictions = check_client_access hash:/blocked, permit_sasl_authenticated, check_client_access hash:/partners, reject_unauth_destination, check_sender_access static:OK, permit_mx_backup, check_helo_access hash:/c',
        '',
      ]),
    );
  });

  test('is withheld where nobody knows what a table answers', () => {
    const tables = 'permit_sasl_authenticated, check_sender_access proxy:mysql:/a.cf, reject_unauth_destination';
    const [finding] = examine({ main: { smtpd_relay_restrictions: tables } });
    expect([finding?.fix, finding?.message]).toEqual(['', expect.stringContaining('To do: move')]);
  });
});

describeRules('port 587 without AUTH', [
  [
    'is for users',
    { overrides: '', main: { smtpd_sasl_auth_enable: 'no' } },
    ['S02 error smtpd_sasl_auth_enable @ submission/inet', 'S02 warning smtpd_sasl_auth_enable @ smtp/inet'],
  ],
  [
    'is for the hosts of a network, as in many containers',
    {
      main: {
        smtpd_sasl_auth_enable: 'no',
        smtpd_tls_auth_only: undefined,
        mynetworks: '127.0.0.0/8 10.1.0.0/16',
      },
    },
    ['S02 info smtpd_sasl_auth_enable @ all'],
  ],
]);
