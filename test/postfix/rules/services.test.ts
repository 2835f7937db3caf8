import { describe, expect, test } from 'vitest';
import { bundle, bundlePath, type Change, examine, rulesOf } from '../sound-installation.js';
import { describeRules, type RuleCase } from './rule-table.js';

const main = (name: string, value: string | undefined): Change => ({ main: { [name]: value } });
const service = (line: string): Change => ({ master: (sound) => `${sound}${line}\n` });

describeRules('who can reach a service', [
  [
    'a content filter hands mail back',
    service(
      '127.0.0.1:10025 inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_tls_auth_only=no -o smtpd_recipient_restrictions=permit_mynetworks,reject',
    ),
    [],
  ],
  [
    'the same on an address of the machine',
    service('[::1]:10025 inet n - n - - smtpd -o content_filter= -o smtpd_tls_security_level=none'),
    [],
  ],
  [
    'a port for this machine alone',
    service('localhost:2525 inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_tls_auth_only=no'),
    ['A01 info smtpd_tls_auth_only @ localhost:2525/inet', 'T01 info smtpd_tls_security_level @ localhost:2525/inet'],
  ],
  [
    'the same for everyone',
    service('2525 inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_sasl_auth_enable=no'),
    ['M02 warning smtpd_tls_security_level @ 2525/inet', 'T01 warning smtpd_tls_security_level @ 2525/inet'],
  ],
  [
    'everything on loopback',
    { main: { inet_interfaces: 'loopback-only', smtpd_tls_auth_only: 'no' } },
    ['A01 info smtpd_tls_auth_only @ smtp/inet'],
  ],
  [
    'one interface of several is loopback',
    { main: { inet_interfaces: '127.0.0.1, 192.0.2.1', smtpd_tls_auth_only: 'no' } },
    ['A01 error smtpd_tls_auth_only @ smtp/inet'],
  ],
  [
    'a port for mynetworks',
    service('590 inet n - n - - smtpd -o smtpd_client_restrictions=permit_mynetworks,reject -o smtpd_tls_auth_only=no'),
    ['A01 info smtpd_tls_auth_only @ 590/inet'],
  ],
  ['no network service is started', { main: { master_service_disable: 'inet', smtpd_tls_auth_only: 'no' } }, []],
  ['one service is not started', { main: { master_service_disable: 'smtp/inet', smtpd_tls_auth_only: 'no' } }, []],
  [
    'a proxy speaks TLS, by XCLIENT',
    {
      main: { smtpd_authorized_xclient_hosts: '192.0.2.0/24', smtpd_tls_security_level: '' },
      master: 'smtp inet n - n - - smtpd\n',
    },
    ['M04 info submission', 'T01 info smtpd_tls_security_level @ smtp/inet'],
  ],
  [
    'a proxy speaks TLS, by the HAProxy protocol',
    {
      main: { smtpd_upstream_proxy_protocol: 'haproxy', smtpd_tls_security_level: '' },
      master: 'smtp inet n - n - - smtpd\n',
    },
    ['M04 info submission', 'T01 info smtpd_tls_security_level @ smtp/inet'],
  ],
  [
    'XCLIENT for local tests alone',
    { main: { smtpd_authorized_xclient_hosts: '127.0.0.1', smtpd_tls_security_level: '' } },
    ['T01 error smtpd_tls_security_level @ smtp/inet'],
  ],
  [
    'a service twice: the last counts',
    { master: (sound) => `smtp inet n - n - - smtpd -o smtpd_tls_auth_only=no\n${sound}` },
    ['M05 warning smtp/inet'],
  ],
  [
    'a service twice, and the last is the wrong one',
    { master: (sound) => `${sound}smtp inet n - n - - smtpd -o smtpd_tls_auth_only=no\n` },
    [
      'A01 error smtpd_tls_auth_only @ smtp/inet',
      'M02 warning smtpd_tls_auth_only @ smtp/inet',
      'M05 warning smtp/inet',
    ],
  ],
  [
    'an override that is not weaker',
    service('2525 inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_tls_auth_only=no'),
    [],
  ],
]);

describeRules('client certificates', [
  [
    'nobody is asked',
    {
      main: {
        smtpd_relay_restrictions: 'permit_tls_clientcerts, permit_sasl_authenticated, reject_unauth_destination',
        relay_clientcerts: 'hash:/c',
      },
    },
    ['R08 warning smtpd_tls_ask_ccert @ all'],
    'smtpd_tls_ask_ccert = yes',
  ],
  [
    'they are asked',
    {
      main: {
        smtpd_tls_ask_ccert: 'yes',
        smtpd_relay_restrictions: 'permit_tls_clientcerts, permit_sasl_authenticated, reject_unauth_destination',
        relay_clientcerts: 'hash:/c',
      },
    },
    [],
  ],
  [
    'no certificate is listed',
    {
      main: {
        smtpd_tls_ask_ccert: 'yes',
        smtpd_relay_restrictions: 'permit_tls_clientcerts, permit_sasl_authenticated, reject_unauth_destination',
      },
    },
    ['R09 warning relay_clientcerts @ all'],
  ],
  [
    'fingerprints of another digest',
    {
      main: {
        smtpd_tls_ask_ccert: 'yes',
        smtpd_relay_restrictions: 'permit_tls_clientcerts, permit_sasl_authenticated, reject_unauth_destination',
        relay_clientcerts: 'hash:/c',
      },
      bundle: { [bundlePath]: bundle, '/c': `${Array(20).fill('AB').join(':')} host\n` },
    },
    ['R09 warning relay_clientcerts @ all'],
    'smtpd_tls_fingerprint_digest = sha1',
  ],
  [
    'any certificate of a public CA',
    {
      main: {
        smtpd_tls_ask_ccert: 'yes',
        tls_append_default_CA: 'yes',
        smtpd_relay_restrictions: 'permit_tls_all_clientcerts, permit_sasl_authenticated, reject_unauth_destination',
      },
    },
    ['R02 error smtpd_relay_restrictions @ all'],
  ],
  [
    'any certificate of the public CAs in CAfile',
    {
      main: {
        smtpd_tls_ask_ccert: 'yes',
        smtpd_tls_CAfile: '/etc/ssl/certs/ca-certificates.crt',
        smtpd_relay_restrictions: 'permit_tls_all_clientcerts, permit_sasl_authenticated, reject_unauth_destination',
      },
    },
    ['R02 error smtpd_relay_restrictions @ all'],
  ],
  [
    'certificates of a private CA',
    {
      main: {
        smtpd_tls_ask_ccert: 'yes',
        smtpd_tls_CAfile: '/ca',
        smtpd_relay_restrictions: 'permit_tls_all_clientcerts, permit_sasl_authenticated, reject_unauth_destination',
      },
      bundle: { [bundlePath]: bundle, '/ca': bundle },
    },
    [],
  ],
  [
    'required of all, instead of a password',
    {
      main: {
        smtpd_tls_req_ccert: 'yes',
        smtpd_relay_restrictions: 'permit_tls_all_clientcerts, reject_unauth_destination',
      },
    },
    [],
  ],
]);

const byFingerprint = (more: Change['main'] = {}, table?: string, change: Change = {}): Change => ({
  ...change,
  main: {
    smtpd_tls_ask_ccert: 'yes',
    smtpd_relay_restrictions: 'permit_sasl_authenticated, permit_tls_clientcerts, reject_unauth_destination',
    relay_clientcerts: 'hash:/c',
    ...more,
  },
  ...(table !== undefined && { bundle: { [bundlePath]: bundle, '/c': `${table}\n` } }),
});
const fingerprint = (octets: number) => `${Array(octets).fill('AB').join(':')} host`;
const digests = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 };
const noUsers = { smtpd_sasl_auth_enable: undefined, smtpd_tls_auth_only: undefined };
const otherDigest = ['R09 warning relay_clientcerts @ all'];

describeRules('client certificates that count', [
  ...Object.entries(digests).map(
    ([digest, octets]): RuleCase => [
      `by ${digest}`,
      byFingerprint({ smtpd_tls_fingerprint_digest: digest }, fingerprint(octets)),
      [],
    ],
  ),
  ...Object.entries(digests)
    .filter(([digest]) => digest !== 'sha256')
    .map(
      ([digest, octets]): RuleCase => [
        `by ${digest}, where sha256 is the default`,
        byFingerprint({}, fingerprint(octets)),
        otherDigest,
        `smtpd_tls_fingerprint_digest = ${digest}`,
      ],
    ),
  [
    'by md5, which is the default at a lower compatibility level',
    byFingerprint({ compatibility_level: '3.5', smtpd_tls_fingerprint_digest: undefined }, fingerprint(16)),
    [],
  ],
  ['by md5, if the digest is empty', byFingerprint({ smtpd_tls_fingerprint_digest: '' }, fingerprint(16)), []],
  ['by a digest that is not known', byFingerprint({ smtpd_tls_fingerprint_digest: 'sm3' }, fingerprint(20)), []],
  ['by fingerprints without colons', byFingerprint({}, `${'AB'.repeat(32)} host`), otherDigest, ''],
  ['by one of two digests', byFingerprint({}, `${fingerprint(20)}\n${fingerprint(32)}`), []],
  ['by an empty table', byFingerprint({}, '# nothing'), []],
  [
    'by fingerprints of another digest, without users',
    byFingerprint(noUsers, fingerprint(20)),
    ['R09 error relay_clientcerts @ all'],
  ],
  [
    'by no table, without users',
    byFingerprint({ ...noUsers, relay_clientcerts: undefined }),
    ['R09 error relay_clientcerts @ all'],
  ],
  [
    'that are required',
    byFingerprint({ smtpd_tls_ask_ccert: undefined, smtpd_tls_req_ccert: 'yes' }, fingerprint(32)),
    [],
  ],
  [
    'that are permitted behind the protection',
    byFingerprint({
      smtpd_relay_restrictions: 'permit_sasl_authenticated, reject_unauth_destination, permit_tls_clientcerts',
    }),
    [],
  ],
]);

describeRules('client certificates that nobody asks for', [
  [
    'without users',
    byFingerprint({ ...noUsers, smtpd_tls_ask_ccert: undefined }, fingerprint(32)),
    [
      'R08 error smtpd_tls_ask_ccert @ all',
      'S02 error smtpd_sasl_auth_enable @ submission/inet',
      'S02 info smtpd_sasl_auth_enable @ smtp/inet',
    ],
    'smtpd_tls_ask_ccert = yes',
  ],
  [
    'on one port, while another one asks',
    byFingerprint({}, fingerprint(32), { overrides: 'smtp/inet/smtpd_tls_ask_ccert = no\n' }),
    ['R08 info smtpd_tls_ask_ccert @ smtp/inet'],
    '',
  ],
  [
    'without TLS',
    byFingerprint({ smtpd_tls_security_level: 'none' }, fingerprint(32), { master: 'smtp inet n - n - - smtpd\n' }),
    [
      'M04 info submission',
      'R08 warning smtpd_tls_ask_ccert @ smtp/inet',
      'T01 error smtpd_tls_security_level @ smtp/inet',
    ],
  ],
]);

describeRules('passwords before TLS', [
  [
    'on a port beside a sound one',
    service('2525 inet n - n - - smtpd -o smtpd_tls_auth_only=no'),
    ['A01 warning smtpd_tls_auth_only @ 2525/inet'],
    '',
  ],
  [
    'on a port beside one that is not',
    {
      main: { smtpd_tls_auth_only: 'no' },
      master:
        'smtp inet n - n - - smtpd\n2525 inet n - n - - smtpd -o smtpd_tls_auth_only=no\ntlsmgr unix - - n 1000? 1 tlsmgr\n',
    },
    ['A01 error smtpd_tls_auth_only @ 2525/inet', 'A01 error smtpd_tls_auth_only @ smtp/inet'],
    "postconf -P '2525/inet/smtpd_tls_auth_only = yes'",
  ],
  [
    'on every port, of which one must encrypt',
    { main: { smtpd_tls_auth_only: 'no' }, ...service('2525 inet n - n - - smtpd') },
    ['A01 error smtpd_tls_auth_only @ smtp/inet, 2525/inet'],
    'smtpd_tls_auth_only = yes',
  ],
  [
    'that are not sent',
    {
      main: {
        smtpd_tls_auth_only: 'no',
        smtpd_sasl_security_options: 'noanonymous, noplaintext',
        smtpd_sasl_tls_security_options: 'noanonymous',
        smtpd_sasl_type: 'dovecot',
        smtpd_sasl_path: 'private/auth',
      },
    },
    [],
  ],
]);

describeRules('tables and networks at their edges', [
  [
    'digits alone accept',
    {
      main: {
        smtpd_relay_restrictions: 'permit_sasl_authenticated, check_client_access hash:/a, reject_unauth_destination',
      },
      bundle: { [bundlePath]: bundle, '/a': '192.0.2.1 1\n' },
    },
    ['R02 warning smtpd_relay_restrictions @ all'],
  ],
  [
    'a reply code is not OK',
    {
      main: {
        smtpd_relay_restrictions: 'permit_sasl_authenticated, check_client_access hash:/a, reject_unauth_destination',
      },
      bundle: { [bundlePath]: bundle, '/a': '192.0.2.1 550 no\n# 192.0.2.2 OK\n' },
    },
    [],
  ],
  ['a /20 of public addresses', main('mynetworks', '127.0.0.0/8 203.0.112.0/20'), []],
  [
    'a /19',
    main('mynetworks', '127.0.0.0/8 203.0.96.0/19'),
    ['R04 error mynetworks @ all'],
    'mynetworks = 127.0.0.0/8',
  ],
  ['a /32 of IPv6', main('mynetworks', '[2001:db8::]/32'), []],
  ['a /31 of IPv6', main('mynetworks', '[2001:db8::]/31'), ['R04 error mynetworks @ all']],
  ['defer_if_permit protects', main('smtpd_relay_restrictions', 'permit_sasl_authenticated, defer_if_permit'), []],
  [
    'private networks in a container',
    { main: { mynetworks: '127.0.0.0/8 10.0.0.0/8' }, bundle: { [bundlePath]: bundle, '/.dockerenv': '' } },
    ['R04 warning mynetworks @ all'],
  ],
  [
    'single hosts in a container',
    { main: { mynetworks: '127.0.0.0/8 10.1.2.3' }, bundle: { [bundlePath]: bundle, '/.dockerenv': '' } },
    [],
  ],
  ['a catch-all', { main: { local_recipient_maps: '', luser_relay: 'postmaster' } }, []],
  [
    'users of LMTP',
    { main: { local_recipient_maps: '', local_transport: 'lmtp:unix:private/lmtp' } },
    ['R06 warning local_recipient_maps @ all'],
  ],
  [
    'recipients are verified',
    {
      main: {
        local_recipient_maps: '',
        smtpd_recipient_restrictions:
          'permit_sasl_authenticated, reject_unauth_destination, reject_unverified_recipient',
      },
    },
    [],
  ],
  [
    'a key that the group can change',
    { mode: 0o620 },
    ['P02 error smtpd_tls_chain_files @ all'],
    `chown root:root ${bundlePath} && chmod 600 ${bundlePath}`,
  ],
  ['a key that a group can read', { mode: 0o640, owner: 'root:ssl-cert' }, ['P02 info smtpd_tls_chain_files @ all']],
]);

const mainFile = (text: string): Change => ({ bundle: { [bundlePath]: bundle, '/etc/postfix/main.cf': text } });

describeRules('what main.cf says beside', [
  [
    'a misspelt name',
    mainFile('smtpd_tls_exclude_cipher = aNULL\n'),
    ['T08 warning smtpd_tls_exclude_cipher'],
    "postconf -X smtpd_tls_exclude_cipher\npostconf -e 'smtpd_tls_exclude_ciphers = aNULL'",
  ],
  ['a name that is like no other', mainFile('my_own_setting = x\n'), ['T08 info my_own_setting'], ''],
  [
    'a name whose right spelling is set',
    mainFile('smtpd_tls_auth_onyl = no\n'),
    ['T08 warning smtpd_tls_auth_onyl'],
    'postconf -X smtpd_tls_auth_onyl',
  ],
  [
    'a deprecated parameter',
    { version: '3.10.4', main: { smtpd_tls_eecdh_grade: 'auto' } },
    ['T09 info smtpd_tls_eecdh_grade'],
    'postconf -X smtpd_tls_eecdh_grade',
  ],
  ['the same before it was deprecated', { main: { smtpd_tls_eecdh_grade: 'auto' } }, []],
  [
    'a deprecated parameter that still has an effect',
    { version: '3.10.4', main: { smtp_use_tls: 'yes' } },
    ['T09 info smtp_use_tls'],
  ],
  [
    'a comment inside a list',
    {
      main: {
        smtpd_relay_restrictions: 'permit_mynetworks, # ours permit_sasl_authenticated, reject_unauth_destination',
      },
      ...mainFile(
        'smtpd_relay_restrictions = permit_mynetworks, # ours\n permit_sasl_authenticated,\n# a line of its own\n reject_unauth_destination\n',
      ),
    },
    ['T02 error smtpd_relay_restrictions'],
    'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
  ],
]);

describe('lines that could harm are withheld', () => {
  test('a whitelist behind the protection stays behind it', () => {
    const list =
      'permit_mynetworks, permit_sasl_authenticated, check_sender_access static:OK, reject_unauth_destination, check_client_access hash:/w, permit';
    const [finding] = examine({
      main: { smtpd_relay_restrictions: list },
      bundle: { [bundlePath]: bundle, '/w': '192.0.2.1 OK\n' },
    });
    expect(finding?.fix).toBe(
      'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination, check_sender_access static:OK, check_client_access hash:/w, permit',
    );
  });

  test('a line that only uncovers another error', () => {
    const [finding] = examine({
      main: { smtpd_tls_security_level: '', smtpd_tls_chain_files: undefined },
      master: 'smtp inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\n',
    });
    expect(finding).toMatchObject({ rule: 'T01', fix: '', place: 'shell' });
    expect(finding?.message).toMatch(
      /\. To do: name a certificate in smtpd_tls_chain_files, then set smtpd_tls_security_level = may$/,
    );
  });

  test('a key is never written into a file for certificates', () => {
    const [key = '', ...chain] = bundle.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n/g) as string[];
    const findings = examine({
      main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: '/cert.pem', smtpd_tls_key_file: '/key.pem' },
      bundle: { '/cert.pem': chain[0] as string, '/key.pem': key },
      options: { keystore: 'mail.jks' },
    });
    expect(rulesOf(findings)).toEqual(['P08 error smtpd_tls_cert_file @ all']);
    expect(findings[0]).toMatchObject({ fix: '', message: expect.stringContaining('--only chain') });
  });

  test('every proposed line, applied, leaves the finding gone and no new error', () => {
    // The examination tries it itself; this tries the text that is printed.
    const findings = examine({ main: { smtpd_tls_auth_only: 'no', mynetworks: '0.0.0.0/0', smtpd_use_tls: 'yes' } });
    expect(rulesOf(findings)).toEqual([
      'A01 error smtpd_tls_auth_only @ smtp/inet',
      'R04 error mynetworks @ all',
      'T06 info smtpd_use_tls @ all',
    ]);
    const lines = findings
      .filter(({ place }) => place === 'main.cf')
      .map(({ fix }) => fix.split(' = ') as [string, string]);
    expect(rulesOf(examine({ main: Object.fromEntries(lines) }))).toEqual([]);
  });
});
