import { bundlePath, type Change } from '../sound-installation.js';
import { describeRules, type RuleCase } from './rule-table.js';

const main = (name: string, value: string | undefined): Change => ({ main: { [name]: value } });
const legacy = { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: bundlePath };
const smtpd = (line: string) => (sound: string) => sound.replace(/^smtp .*$/m, line);

describeRules('SASL', [
  [
    'SASL off',
    main('smtpd_sasl_auth_enable', 'no'),
    ['S02 error smtpd_sasl_auth_enable @ submission/inet', 'S02 warning smtpd_sasl_auth_enable @ smtp/inet'],
    'smtpd_sasl_auth_enable = yes',
  ],
  [
    'a type that is not there',
    main('smtpd_sasl_type', 'gsasl'),
    ['S01 error smtpd_sasl_type @ all'],
    'smtpd_sasl_type = cyrus',
  ],
  ['Postfix without SASL', { saslTypes: '' }, ['S01 error smtpd_sasl_type @ all']],
  ['Dovecot', { main: { smtpd_sasl_type: 'dovecot', smtpd_sasl_path: 'private/auth' }, saslConfig: null }, []],
  ['no smtpd.conf', { saslConfig: null }, ['S03 error smtpd_sasl_path @ all']],
  [
    'its name with the ending',
    { saslConfig: null, main: { smtpd_sasl_path: 'smtpd.conf' } },
    ['S03 error smtpd_sasl_path @ all'],
    'smtpd_sasl_path = smtpd',
  ],
  [
    'smtpd.conf elsewhere',
    {
      saslConfig: null,
      more: { strayedSaslConfig: '/usr/lib/sasl2/smtpd.conf', saslConfigPaths: ['/etc/postfix/sasl'] },
    },
    ['S03 error smtpd_sasl_path @ all'],
    'mkdir -p /etc/postfix/sasl && cp /usr/lib/sasl2/smtpd.conf /etc/postfix/sasl/smtpd.conf',
  ],
  [
    'the name with its ending',
    main('smtpd_sasl_path', 'smtpd.conf'),
    ['S03 error smtpd_sasl_path @ all'],
    'smtpd_sasl_path = smtpd',
  ],
  [
    'a path instead of the name',
    main('smtpd_sasl_path', '/etc/postfix/sasl/smtpd'),
    ['S03 error smtpd_sasl_path @ all'],
    'smtpd_sasl_path = smtpd',
  ],
  [
    'every mechanism',
    { saslConfig: 'pwcheck_method: saslauthd\n' },
    ['S04 error mech_list @ all'],
    'mech_list: plain login',
  ],
  [
    'more than saslauthd can',
    { saslConfig: 'pwcheck_method: saslauthd\nmech_list: PLAIN CRAM-MD5\n' },
    ['S04 error mech_list @ all'],
  ],
  [
    'every mechanism of a database',
    { saslConfig: 'pwcheck_method: auxprop\n', main: { smtpd_sasl_local_domain: '$mydomain' } },
    ['S04 warning mech_list @ all'],
  ],
  [
    'CRAM with a database',
    {
      saslConfig: 'pwcheck_method: auxprop\nmech_list: plain cram-md5\n',
      main: { smtpd_sasl_local_domain: '$mydomain' },
    },
    [],
  ],
  ['no saslauthd', { more: { reachable: () => 'missing' } }, ['S05 error saslauthd_path @ all']],
  [
    'no way to saslauthd',
    { more: { platform: 'debian', reachable: () => 'denied' } },
    ['S05 error saslauthd_path @ all'],
    'adduser postfix sasl && postfix reload',
  ],
  ['a way to saslauthd', { more: { reachable: () => 'yes' } }, []],
  [
    'a chroot',
    { master: smtpd('smtp inet n - y - - smtpd') },
    ['S06 error saslauthd_path @ smtp/inet'],
    "postconf -F 'smtp/inet/chroot = n'",
  ],
  [
    'a chroot by default',
    {
      version: '2.11.0',
      main: { ...legacy, mynetworks_style: 'host', relay_domains: '' },
      master: smtpd('smtp inet n - - - - smtpd'),
    },
    ['S06 error saslauthd_path @ smtp/inet'],
  ],
  [
    'a chroot with the socket inside',
    {
      master: smtpd('smtp inet n - y - - smtpd'),
      more: {
        reachable: (path) =>
          path === '/var/spool/postfix/var/run/saslauthd/mux' || path === '/var/run/saslauthd/mux' ? 'yes' : 'missing',
      },
    },
    [],
  ],
  [
    'a chroot, and the socket of saslauthd by its full path',
    {
      master: smtpd('smtp inet n - y - - smtpd'),
      saslConfig:
        'pwcheck_method: saslauthd\nmech_list: plain login\nsaslauthd_path: /var/spool/postfix/run/saslauthd/mux\n',
    },
    ['S06 error saslauthd_path @ smtp/inet'],
    "postconf -F 'smtp/inet/chroot = n'",
  ],
  [
    'a chroot, and Dovecot by its full path',
    {
      master: smtpd('smtp inet n - y - - smtpd'),
      main: { smtpd_sasl_type: 'dovecot', smtpd_sasl_path: '/var/spool/postfix/private/auth' },
    },
    ['S06 error smtpd_sasl_path @ smtp/inet'],
    'smtpd_sasl_path = private/auth',
  ],
  [
    'anonymous logins',
    main('smtpd_sasl_security_options', ''),
    ['S07 error smtpd_sasl_security_options @ all'],
    'smtpd_sasl_security_options = noanonymous',
  ],
  [
    'anonymous logins inside TLS',
    main('smtpd_sasl_tls_security_options', 'nodictionary'),
    ['S07 error smtpd_sasl_tls_security_options @ all'],
    'smtpd_sasl_tls_security_options = noanonymous, nodictionary',
  ],
  [
    'no plain passwords anywhere',
    main('smtpd_sasl_security_options', 'noanonymous, noplaintext'),
    ['S08 error smtpd_sasl_tls_security_options @ all'],
    'smtpd_sasl_tls_security_options = noanonymous',
  ],
  // Seen with smtpd 3.7.11: without mech_list, SCRAM, CRAM-MD5, DIGEST-MD5 and NTLM stay, and smtpd does not stop.
  [
    'no plain passwords anywhere, and no mech_list',
    { ...main('smtpd_sasl_security_options', 'noanonymous, noplaintext'), saslConfig: 'pwcheck_method: saslauthd\n' },
    ['S04 error mech_list @ all', 'S08 error smtpd_sasl_tls_security_options @ all'],
    'smtpd_sasl_tls_security_options = noanonymous',
  ],
  [
    'no plain passwords before TLS, and no mech_list',
    {
      main: {
        smtpd_tls_auth_only: 'no',
        smtpd_sasl_security_options: 'noanonymous, noplaintext',
        smtpd_sasl_tls_security_options: 'noanonymous',
      },
      saslConfig: 'pwcheck_method: saslauthd\n',
    },
    ['S04 error mech_list @ all'],
  ],
  [
    'no plain passwords outside TLS',
    {
      main: { smtpd_sasl_security_options: 'noanonymous, noplaintext', smtpd_sasl_tls_security_options: 'noanonymous' },
    },
    [],
  ],
  [
    'another realm',
    {
      saslConfig: 'mech_list: plain login\n',
      main: { smtpd_sasl_local_domain: '$mydomain' },
      more: { saslRealms: ['example.net'] },
    },
    ['S09 warning smtpd_sasl_local_domain @ all'],
    'smtpd_sasl_local_domain = example.net',
  ],
  [
    'users of a database whose realm is not told',
    { saslConfig: 'mech_list: plain login' },
    ['S09 info smtpd_sasl_local_domain @ all'],
    'smtpd_sasl_local_domain = $mydomain',
  ],
  [
    'a realm from elsewhere',
    { saslConfig: 'mech_list: plain login', main: { smtpd_sasl_local_domain: 'example.net' } },
    ['S09 warning smtpd_sasl_local_domain @ all'],
  ],
  [
    'Dovecot without its socket',
    { main: { smtpd_sasl_type: 'dovecot' } },
    ['S05 error smtpd_sasl_path @ all'],
    'smtpd_sasl_path = private/auth',
  ],
]);

const platforms = ['debian', 'redhat', 'freebsd', 'alpine'] as const;
const sasldb = { saslConfig: 'mech_list: plain login\n' };
const realm = (value: string, more: Change = {}): Change => ({
  ...sasldb,
  main: { smtpd_sasl_local_domain: value },
  ...more,
});
const port = (line: string): Change => ({ master: (sound) => `${sound}${line}\n` });
const noAuth = { smtpd_sasl_auth_enable: 'no' };

describeRules('SASL implementations', [
  ...platforms.map(
    (platform): RuleCase => [
      `none, on ${platform}`,
      { saslTypes: '\n', more: { platform } },
      ['S01 error smtpd_sasl_type @ all'],
      '',
    ],
  ),
  ['Dovecot alone', { saslTypes: 'dovecot\n' }, ['S01 error smtpd_sasl_type @ all'], ''],
  [
    'Dovecot alone, with its socket',
    { saslTypes: 'dovecot\n', main: { smtpd_sasl_path: 'private/auth' } },
    ['S01 error smtpd_sasl_type @ all', 'S03 error smtpd_sasl_path @ all'],
    'smtpd_sasl_type = dovecot',
  ],
  ['another one', { saslTypes: 'a b\n', main: { smtpd_sasl_type: 'A', smtpd_sasl_path: 'private/auth' } }, []],
]);

describeRules('the place of smtpd.conf', [
  [
    'a directory',
    main('smtpd_sasl_path', '/etc/postfix/sasl/'),
    ['S03 error smtpd_sasl_path @ all'],
    'smtpd_sasl_path = smtpd',
  ],
  ['a name that contains .conf before its end', main('smtpd_sasl_path', 'my.conf.d'), []],
  ['of this Debian', { saslConfig: null, main: { smtpd_sasl_path: 'mail' } }, ['S03 error smtpd_sasl_path @ all'], ''],
  [
    'of 3.8',
    { version: '3.8.9', saslConfig: null, main: { cyrus_sasl_config_path: '/srv' } },
    ['S03 error smtpd_sasl_path @ all'],
    '',
  ],
  ['of 3.9', { version: '3.9.0', saslConfig: null }, ['S03 error smtpd_sasl_path @ all'], ''],
  [
    'of 3.9 with its parameter',
    { version: '3.9.0', saslConfig: null, main: { cyrus_sasl_config_path: '/srv/a:/srv/b' } },
    ['S03 error smtpd_sasl_path @ all'],
    '',
  ],
  [
    'of this build',
    { version: '3.9.0', saslConfig: null, more: { saslConfigPaths: ['/x', '/y'] } },
    ['S03 error smtpd_sasl_path @ all'],
    '',
  ],
  [
    'before 2.3',
    {
      version: '2.2.12',
      saslConfig: null,
      main: {
        ...legacy,
        mynetworks_style: 'host',
        relay_domains: '',
        smtpd_use_tls: 'yes',
        smtpd_sasl_application_name: 'smtpd.conf',
        smtpd_recipient_restrictions: 'permit_sasl_authenticated, reject_unauth_destination',
      },
    },
    ['S03 error smtpd_sasl_application_name @ all'],
    'smtpd_sasl_application_name = smtpd',
  ],
]);

describeRules('realms of sasldb', [
  ['that of the logins, in capitals', realm('Example.COM', { more: { saslRealms: ['a.example', 'EXAMPLE.com'] } }), []],
  [
    'none of them',
    realm('c.example', { more: { saslRealms: ['a.example', 'b.example'] } }),
    ['S09 warning smtpd_sasl_local_domain @ all'],
    'smtpd_sasl_local_domain = a.example',
  ],
  [
    'six others',
    realm('', { more: { saslRealms: ['a', 'b', 'c', 'd', 'e', 'f'] } }),
    ['S09 warning smtpd_sasl_local_domain @ all'],
    'smtpd_sasl_local_domain = a',
  ],
  ['the host, by default', { ...sasldb, more: { saslRealms: ['mail.example.com'] } }, []],
  ['the host, as configured', realm('$myhostname'), []],
  [
    'the host, as configured, without local domains',
    { ...sasldb, main: { smtpd_sasl_local_domain: '$myhostname', mydestination: '', myorigin: '$mydomain' } },
    [],
  ],
  ['the domain, as configured', realm('example.com'), []],
  [
    'the origin, as configured',
    { ...sasldb, main: { smtpd_sasl_local_domain: 'a.example', myorigin: 'a.example' } },
    [],
  ],
  [
    'a local domain, as configured',
    { ...sasldb, main: { smtpd_sasl_local_domain: 'a.example', mydestination: '$myhostname, a.example' } },
    [],
  ],
  [
    'without a name of this host',
    { ...sasldb, main: { myhostname: '', mydomain: '', smtpd_sasl_local_domain: '' } },
    [],
  ],
  [
    'without a name of this host, but with its domain',
    { ...sasldb, main: { myhostname: '', mydomain: 'example.com', smtpd_sasl_local_domain: '' } },
    [],
  ],
  [
    'without a domain of this host, but with its name',
    { ...sasldb, main: { mydomain: '', mydestination: '', smtpd_sasl_local_domain: '' } },
    [],
  ],
  ['of another database', { ...realm('a.example'), saslConfig: 'mech_list: plain login\nauxprop_plugin: sql\n' }, []],
]);

describeRules('ports on which nobody can log in', [
  [
    '465',
    port('submissions inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=no'),
    ['M02 warning smtpd_sasl_auth_enable @ submissions/inet', 'S02 error smtpd_sasl_auth_enable @ submissions/inet'],
    "postconf -P 'submissions/inet/smtpd_sasl_auth_enable = yes'",
  ],
  ['another one, if users have their own', port('2525 inet n - n - - smtpd -o smtpd_sasl_auth_enable=no'), []],
  [
    'another one, if nothing prepares for users',
    {
      main: { ...noAuth, smtpd_tls_auth_only: undefined },
      master: 'smtp inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\n',
    },
    ['S02 info smtpd_sasl_auth_enable @ smtp/inet'],
    '',
  ],
  ...['smtpd_sasl_path', 'smtpd_sasl_type', 'smtpd_sasl_local_domain', 'smtpd_tls_auth_only'].map(
    (name): RuleCase => [
      `another one, with ${name}`,
      {
        main: {
          ...noAuth,
          smtpd_tls_auth_only: undefined,
          [name]: name.endsWith('only') ? 'yes' : name.endsWith('type') ? 'cyrus' : 'smtpd',
        },
        master: 'smtp inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\n',
      },
      ['S02 warning smtpd_sasl_auth_enable @ smtp/inet'],
      // Without smtpd_tls_auth_only, passwords would cross the network in the clear.
      name.endsWith('only') ? 'smtpd_sasl_auth_enable = yes' : '',
    ],
  ),
  [
    '587 for the own hosts',
    { main: noAuth, overrides: 'submission/inet/smtpd_client_restrictions = permit_mynetworks, reject\n' },
    ['S02 warning smtpd_sasl_auth_enable @ smtp/inet'],
  ],
  [
    '587 whose lists do not mention users',
    {
      main: {
        ...noAuth,
        smtpd_tls_auth_only: undefined,
        smtpd_relay_restrictions: 'permit_mynetworks, reject_unauth_destination',
      },
    },
    ['S02 info smtpd_sasl_auth_enable @ all'],
  ],
  [
    '587 with one list of two that mentions users',
    {
      main: {
        ...noAuth,
        smtpd_relay_restrictions: 'permit_mynetworks, reject_unauth_destination',
        smtpd_recipient_restrictions: 'permit_sasl_authenticated, reject_unauth_destination',
      },
    },
    ['S02 error smtpd_sasl_auth_enable @ submission/inet', 'S02 warning smtpd_sasl_auth_enable @ smtp/inet'],
  ],
  [
    '587 with one list that does not mention users, and the default of the other',
    {
      main: {
        ...noAuth,
        smtpd_relay_restrictions: undefined,
        smtpd_recipient_restrictions: 'permit_mynetworks, reject_unauth_destination',
      },
    },
    ['S02 warning smtpd_sasl_auth_enable @ all'],
  ],
  [
    '587 with default lists',
    { main: { ...noAuth, smtpd_relay_restrictions: undefined } },
    ['S02 error smtpd_sasl_auth_enable @ submission/inet', 'S02 warning smtpd_sasl_auth_enable @ smtp/inet'],
  ],
  [
    '587 with a network and a host of its own',
    { main: { ...noAuth, mynetworks: '127.0.0.0/8, 192.0.2.1' } },
    ['S02 warning smtpd_sasl_auth_enable @ all'],
  ],
  [
    '587 with an exception of the own hosts',
    { main: { ...noAuth, mynetworks: '127.0.0.0/8, !127.0.0.3, [::1]' } },
    ['S02 error smtpd_sasl_auth_enable @ submission/inet', 'S02 warning smtpd_sasl_auth_enable @ smtp/inet'],
  ],
  [
    'on which certificates count',
    {
      main: {
        ...noAuth,
        smtpd_tls_ask_ccert: 'yes',
        relay_clientcerts: 'hash:/c',
        smtpd_relay_restrictions: 'permit_tls_clientcerts, reject_unauth_destination',
      },
    },
    [],
  ],
  [
    'another one, if certificates count on their own',
    {
      main: { ...noAuth, relay_clientcerts: 'hash:/c' },
      master: `smtp inet n - n - - smtpd
submission inet n - n - - smtpd -o smtpd_tls_ask_ccert=yes -o smtpd_relay_restrictions=permit_tls_clientcerts,reject
tlsmgr unix - - n 1000? 1 tlsmgr
`,
    },
    [],
  ],
  [
    'behind a proxy',
    {
      main: { ...noAuth, smtpd_upstream_proxy_protocol: 'haproxy', smtpd_tls_security_level: 'none' },
      master: 'submission inet n - n - - smtpd\n',
    },
    ['T01 info smtpd_tls_security_level @ submission/inet'],
  ],
]);
