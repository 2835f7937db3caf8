import { blocks, bundle, bundlePath, type Change } from '../sound-installation.js';
import { describeRules, type RuleCase } from './rule-table.js';

const [key = '', site = '', intermediate = '', cross = ''] = blocks;
const main = (name: string, value: string | undefined): Change => ({ main: { [name]: value } });
const legacy = { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: bundlePath };
const service = (line: string): Change => ({ master: (sound) => `${sound}${line}\n` });
const unreachable = (path: string, state: 'missing' | 'denied') => ({
  reachable: (asked: string) => (asked === path ? state : ('yes' as const)),
});
const dovecot = (path: string) => ({ smtpd_sasl_type: 'dovecot', smtpd_sasl_path: path });
const sasldb = {
  saslConfig: 'pwcheck_method: auxprop\nmech_list: plain login\nsasldb_path: /etc/users.db\n',
  main: { smtpd_sasl_local_domain: '$mydomain' },
};

describeRules('sockets and files of the password check', [
  ['Dovecot over the network', { main: dovecot('inet:127.0.0.1:12345'), more: { reachable: () => 'missing' } }, []],
  [
    'Dovecot without a path',
    { main: dovecot('') },
    ['S05 error smtpd_sasl_path @ all'],
    'smtpd_sasl_path = private/auth',
  ],
  [
    "Dovecot's socket is missing",
    { main: dovecot('private/auth'), more: unreachable('/var/spool/postfix/private/auth', 'missing') },
    ['S05 error smtpd_sasl_path @ all'],
  ],
  [
    "Dovecot's socket, named with its type, is denied",
    { main: dovecot('unix:/run/dovecot/auth'), more: unreachable('/run/dovecot/auth', 'denied') },
    ['S05 error smtpd_sasl_path @ all'],
    'chown postfix:postfix /run/dovecot/auth && chmod 660 /run/dovecot/auth',
  ],
  ['sasldb is missing', { ...sasldb, more: unreachable('/etc/users.db', 'missing') }, ['S05 error sasldb_path @ all']],
  [
    'sasldb is denied',
    { ...sasldb, more: unreachable('/etc/users.db', 'denied') },
    ['S05 error sasldb_path @ all'],
    'chgrp postfix /etc/users.db && chmod 640 /etc/users.db',
  ],
  [
    'sasldb in its usual place is missing',
    { ...sasldb, saslConfig: 'mech_list: plain login\n', more: unreachable('/etc/sasldb2', 'missing') },
    ['S05 error sasldb_path @ all'],
  ],
  [
    'saslauthd elsewhere',
    {
      saslConfig: 'pwcheck_method: saslauthd\nmech_list: plain\nsaslauthd_path: /run/sasl/mux\n',
      more: unreachable('/run/sasl/mux', 'missing'),
    },
    ['S05 error saslauthd_path @ all'],
  ],
  [
    'saslauthd is denied on Red Hat',
    { more: { platform: 'redhat', ...unreachable('/var/run/saslauthd/mux', 'denied') } },
    ['S05 error saslauthd_path @ all'],
    '',
  ],
  [
    'saslauthd is denied in another configuration directory',
    {
      main: { config_directory: '/etc/postfix-2', mail_owner: 'mailer' },
      more: { platform: 'debian', ...unreachable('/var/run/saslauthd/mux', 'denied') },
    },
    ['S05 error saslauthd_path @ all'],
    'adduser mailer sasl && postfix -c /etc/postfix-2 reload',
  ],
  [
    'behind a proxy for TLS',
    {
      main: { smtpd_upstream_proxy_protocol: 'haproxy', smtpd_tls_security_level: '' },
      master: 'smtp inet n - y - - smtpd\n',
      more: { reachable: () => 'missing' },
    },
    ['M04 info submission', 'T01 info smtpd_tls_security_level @ smtp/inet'],
  ],
  ['sasldb outside the chroot', { ...sasldb, ...service('x unix - - n - - pipe') }, []],
  [
    'sasldb and a chroot',
    { ...sasldb, master: (sound) => sound.replace(/^smtp .*$/m, 'smtp inet n - y - - smtpd') },
    ['S06 error sasldb_path @ smtp/inet'],
    "postconf -F 'smtp/inet/chroot = n'",
  ],
  [
    "Dovecot's socket outside the chroot",
    {
      main: dovecot('/run/dovecot/auth'),
      master: (sound) => sound.replace(/^smtp .*$/m, 'smtp inet n - y - - smtpd'),
    },
    ['S06 error smtpd_sasl_path @ smtp/inet'],
    "postconf -F 'smtp/inet/chroot = n'",
  ],
]);

describeRules('mechanisms and noplaintext', [
  [
    'noplaintext inside TLS with another mechanism',
    {
      saslConfig: 'pwcheck_method: auxprop\nmech_list: plain cram-md5\n',
      main: {
        smtpd_sasl_local_domain: '$mydomain',
        smtpd_sasl_security_options: 'noanonymous',
        smtpd_sasl_tls_security_options: 'noanonymous, noplaintext',
      },
    },
    [],
  ],
  ...['mech_list: plain cram-md5', ''].map(
    (list): RuleCase => [
      `noplaintext inside TLS with saslauthd, which has only plain ones: ${list}`,
      {
        saslConfig: `pwcheck_method: saslauthd\n${list}\n`,
        main: { smtpd_sasl_security_options: 'noanonymous, noplaintext' },
      },
      ['S04 error mech_list @ all', 'S08 error smtpd_sasl_tls_security_options @ all'],
    ],
  ),
  [
    'noplaintext inside TLS with Dovecot',
    { main: { ...dovecot('private/auth'), smtpd_sasl_tls_security_options: 'noanonymous, noplaintext' } },
    ['S08 warning smtpd_sasl_tls_security_options @ all'],
    'smtpd_sasl_tls_security_options = noanonymous',
  ],
  [
    'noplaintext before TLS alone, where AUTH is offered',
    {
      main: {
        smtpd_tls_auth_only: 'no',
        smtpd_sasl_security_options: 'noanonymous, noplaintext',
        smtpd_sasl_tls_security_options: 'noanonymous',
      },
    },
    ['S08 error smtpd_sasl_security_options @ smtp/inet'],
    'smtpd_tls_auth_only = yes',
  ],
]);

const list = (start: string): Change => main('smtpd_relay_restrictions', `${start}, reject_unauth_destination`);
const inFront = 'permit_sasl_authenticated';
describeRules('restrictions in front of reject_unauth_destination', [
  [
    'a list of hosts',
    list(`${inFront}, permit_dnswl_client list.example`),
    ['R02 warning smtpd_relay_restrictions @ all'],
  ],
  [
    'a list of domains',
    list(`${inFront}, permit_rhswl_client list.example`),
    ['R02 warning smtpd_relay_restrictions @ all'],
  ],
  [
    'an address without a name',
    list(`${inFront}, permit_naked_ip_address`),
    ['R02 error smtpd_relay_restrictions @ all'],
  ],
  [
    'backup for chosen networks',
    {
      main: {
        smtpd_relay_restrictions: `${inFront}, permit_mx_backup, reject_unauth_destination`,
        permit_mx_backup_networks: '192.0.2.0/24',
      },
    },
    [],
  ],
  [
    'warn_if_reject stays with its restriction',
    list(`${inFront}, warn_if_reject reject_unknown_client_hostname, permit_mx_backup`),
    ['R02 error smtpd_relay_restrictions @ all'],
    'smtpd_relay_restrictions = permit_sasl_authenticated, warn_if_reject reject_unknown_client_hostname, reject_unauth_destination, permit_mx_backup',
  ],
  [
    'at most five are reported',
    list(`${inFront}, ${[1, 2, 3, 4, 5, 6].map((i) => `permit_dnswl_client l${i}`).join(', ')}`),
    Array(5).fill('R02 warning smtpd_relay_restrictions @ all'),
  ],
]);

describeRules('mynetworks in its other forms', [
  ['a table for everybody', main('mynetworks', 'static:all'), ['R04 error mynetworks @ all']],
  ['an excluded network', main('mynetworks', '!203.0.0.0/8, 127.0.0.0/8'), []],
  ['a file that cannot be read', main('mynetworks', '/etc/postfix/networks'), []],
  [
    'the subnet of a public address, by default of old',
    {
      version: '2.11.0',
      main: { ...legacy, mynetworks: undefined, relay_domains: '', inet_interfaces: '203.0.113.5' },
    },
    ['R04 warning mynetworks_style @ all'],
  ],
  [
    'the subnet of a private address',
    { main: { mynetworks: undefined, mynetworks_style: 'subnet', inet_interfaces: '192.168.1.1' } },
    ['R04 warning mynetworks_style @ all'],
  ],
  ['the host alone', { main: { mynetworks: undefined, mynetworks_style: 'host', inet_interfaces: '203.0.113.5' } }, []],
]);

const postscreen = 'smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd -o smtpd_tls_auth_only=no\n';
const rest = 'tlsmgr unix - - n 1000? 1 tlsmgr\n';
describeRules('services that are not started, or not weaker', [
  [
    'smtpd behind postscreen',
    { master: postscreen + rest },
    [
      'A01 error smtpd_tls_auth_only @ smtpd/pass',
      'M02 warning smtpd_tls_auth_only @ smtpd/pass',
      'M04 info submission',
    ],
  ],
  [
    'smtpd behind a postscreen that is not started',
    { main: { master_service_disable: 'inet' }, master: postscreen + rest },
    [],
  ],
  [
    'smtpd of type pass without postscreen',
    { main: { master_service_disable: 'inet' }, master: postscreen.replace(/^smtp .*\n/, '') + rest },
    [
      'A01 error smtpd_tls_auth_only @ smtpd/pass',
      'M02 warning smtpd_tls_auth_only @ smtpd/pass',
      'M04 info submission',
    ],
  ],
  [
    'a service that is not started before 3.0',
    {
      version: '2.11.0',
      main: { ...legacy, mynetworks_style: 'host', relay_domains: '', master_service_disable: 'smtp.inet' },
      master: (sound) =>
        sound
          .replaceAll('  n       -       n', ' n - n')
          .replace(/^smtp .*$/m, 'smtp inet n - n - - smtpd -o smtpd_tls_auth_only=no'),
    },
    [],
  ],
  [
    'the same level as in main.cf',
    { main: { smtpd_tls_security_level: 'encrypt' }, overrides: 'smtp/inet/smtpd_tls_security_level = encrypt\n' },
    [],
  ],
  [
    'a lower level for this machine',
    {
      main: { smtpd_tls_security_level: 'encrypt' },
      ...service('127.0.0.1:2525 inet n - n - - smtpd -o smtpd_tls_security_level=may'),
    },
    [],
  ],
  [
    'a lower level behind a proxy for TLS',
    service(
      '2525 inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_upstream_proxy_protocol=haproxy -o smtpd_sasl_auth_enable=no',
    ),
    ['T01 info smtpd_tls_security_level @ 2525/inet'],
  ],
  [
    'a value that main.cf leaves empty',
    service('2525 inet n - n - - smtpd -o relay_domains=com'),
    ['M02 warning relay_domains @ 2525/inet', 'R05 error relay_domains @ 2525/inet'],
  ],
]);

const client = (text: string) => ({ [bundlePath]: bundle, '/client.pem': text });
const own = { smtp_tls_security_level: 'encrypt', smtp_tls_chain_files: '/client.pem' };
const encryptedKey = key.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY');
describeRules('TLS of the client in its other forms', [
  ['roots of OpenSSL', { main: { smtp_tls_security_level: 'verify', tls_append_default_CA: 'yes' } }, []],
  ['a trust anchor', { main: { smtp_tls_security_level: 'secure', smtp_tls_trust_anchor_file: '/a.pem' } }, []],
  [
    'roots of OpenSSL before 2.8',
    {
      version: '2.7.0',
      main: {
        ...legacy,
        mynetworks_style: 'host',
        relay_domains: '',
        smtp_tls_security_level: 'verify',
        smtpd_recipient_restrictions: inFront.concat(', reject_unauth_destination'),
      },
    },
    [],
  ],
  ['enforced by the older parameter', { main: { smtp_enforce_tls: 'yes' } }, ['O02 error smtp_tls_CAfile']],
  ['the same without verification', { main: { smtp_enforce_tls: 'yes', smtp_tls_enforce_peername: 'no' } }, []],
  [
    'required by the older parameter, without verification',
    { main: { smtp_enforce_tls: 'yes', smtp_tls_enforce_peername: 'no', smtp_tls_CAfile: '/no-such.pem' } },
    ['O01 error smtp_tls_CAfile'],
  ],
  [
    'optional by the older parameter',
    { main: { smtp_use_tls: 'yes', smtp_tls_CAfile: '/no-such.pem' } },
    ['O01 warning smtp_tls_CAfile'],
  ],
  ['no key', { main: own, bundle: client(site) }, ['O03 error smtp_tls_chain_files']],
  ['no certificate', { main: own, bundle: client(key) }, ['O03 error smtp_tls_chain_files']],
  ['an encrypted key', { main: own, bundle: client(encryptedKey + site) }, ['O03 error smtp_tls_chain_files']],
  ['a sound file', { main: own, bundle: client(key + site + intermediate + cross) }, []],
  [
    'a key file that is missing',
    {
      main: { smtp_tls_security_level: 'may', smtp_tls_cert_file: '/client.pem', smtp_tls_key_file: '/no-such.pem' },
      bundle: client(site),
    },
    ['O03 warning smtp_tls_cert_file'],
  ],
  [
    'no protocol where TLS is optional',
    { main: { smtp_tls_security_level: 'may', smtp_tls_protocols: 'SSLv3' } },
    ['O04 warning smtp_tls_protocols'],
    'smtp_tls_protocols = >=TLSv1.2',
  ],
  [
    'no protocol before 3.6',
    { version: '3.5.0', main: { smtp_tls_security_level: 'may', smtp_tls_protocols: 'SSLv3' } },
    ['O04 warning smtp_tls_protocols'],
    'smtp_tls_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1',
  ],
  [
    'wrapper mode without TLS',
    { main: { smtp_tls_wrappermode: 'yes' } },
    ['O06 error smtp_tls_wrappermode'],
    'smtp_tls_security_level = encrypt',
  ],
  [
    'LMTP of master.cf, without a line for main.cf',
    service('inbox unix - - n - - lmtp -o lmtp_tls_security_level=dane-only -o lmtp_tls_wrappermode=yes'),
    ['O05 error lmtp_dns_support_level'],
    '',
  ],
  ['another program of master.cf', service('inbox unix - - n - - pipe -o smtp_tls_security_level=dane-only'), []],
]);

/** Deprecated parameters of DEPRECATION_README, by the version from which postconf warns about them. postconf 3.10.13 warns about the first. */
const since39 = [
  ...['disable_dns_lookups', 'lmtp_enforce_tls', 'lmtp_tls_per_site', 'lmtp_use_tls', 'postscreen_enforce_tls'],
  ...['postscreen_use_tls', 'smtp_enforce_tls', 'smtp_tls_per_site', 'smtp_use_tls', 'smtpd_tls_dh1024_param_file'],
  ...['smtpd_tls_eecdh_grade', 'tlsproxy_client_enforce_tls', 'tlsproxy_client_per_site', 'tlsproxy_client_use_tls'],
  ...['tlsproxy_enforce_tls', 'tlsproxy_use_tls'],
];
const since311 = [
  ...['authorized_verp_clients', 'fallback_relay', 'lmtp_tls_enforce_peername', 'postscreen_blacklist_action'],
  ...['postscreen_dnsbl_ttl', 'postscreen_dnsbl_whitelist_threshold', 'postscreen_whitelist_interfaces'],
  ...['smtp_tls_enforce_peername', 'smtpd_client_connection_limit_exceptions', 'tlsproxy_client_level'],
  ...['tlsproxy_client_policy', 'virtual_maps'],
];
const allDeprecated = Object.fromEntries([...since39, ...since311].map((name) => [name, 'no']));
const reported = (names: readonly string[]) => names.map((name) => `T09 info ${name}`);
const mainFile = (text: string): Change => ({ bundle: { [bundlePath]: bundle, '/etc/postfix/main.cf': text } });
describeRules('parameters that are deprecated or not used', [
  ['each of them', { version: '3.11.0', main: allDeprecated }, reported([...since39, ...since311])],
  ['those of 3.9', { version: '3.10.13', main: allDeprecated }, reported(since39)],
  ['none before 3.9', { version: '3.8.9', main: allDeprecated }, []],
  [
    'one that is replaced already',
    { version: '3.11.0', main: { virtual_maps: 'hash:/a', virtual_alias_maps: 'hash:/b' } },
    ['T09 info virtual_maps'],
    'postconf -X virtual_maps',
  ],
  [
    'a parameter of a transport',
    mainFile('relay2_destination_concurrency_limit = 2\n'),
    ['T08 info relay2_destination_concurrency_limit'],
  ],
  ['capitals and hyphens', mainFile('SMTPD-TLS-exclude-ciphers = aNULL\n'), ['T08 warning SMTPD-TLS-exclude-ciphers']],
  ['a short name is like no other', mainFile('mydom = a\n'), ['T08 info mydom']],
  ['two letters are wrong', mainFile('smtpd_tls_exclud_ciphrs = aNULL\n'), ['T08 warning smtpd_tls_exclud_ciphrs']],
  ['three letters are wrong', mainFile('smtpd_tls_exclu_ciphrs = aNULL\n'), ['T08 info smtpd_tls_exclu_ciphrs']],
]);

describeRules('PEM files in their other forms', [
  [
    'a relative path that exists',
    {
      main: { smtpd_tls_chain_files: 'tls/example.pem' },
      bundle: { '/var/spool/postfix/tls/example.pem': bundle, '/etc/postfix/tls/example.pem': bundle },
    },
    ['P01 warning smtpd_tls_chain_files @ all'],
    'smtpd_tls_chain_files = /etc/postfix/tls/example.pem',
  ],
  [
    'a relative path that does not exist, in the older style',
    { main: { ...legacy, smtpd_tls_cert_file: 'tls/example.pem' } },
    ['P01 error smtpd_tls_cert_file @ all'],
  ],
  [
    'a missing file, in the older style',
    { main: { ...legacy, smtpd_tls_cert_file: '/no.pem' } },
    ['P01 error smtpd_tls_cert_file @ all'],
  ],
  ['six certificates too many', { bundle: `${bundle}${site.repeat(6)}` }, ['P13 warning smtpd_tls_chain_files @ all']],
  [
    'hidden certificates',
    { bundle: `${bundle}${cross.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE')}` },
    ['P15 info smtpd_tls_chain_files @ all'],
  ],
  [
    'other blocks',
    { bundle: `${bundle}${cross.replaceAll('CERTIFICATE', 'X509 CRL')}` },
    ['P15 info smtpd_tls_chain_files @ all'],
  ],
  [
    'two keys in the older style',
    { main: legacy, bundle: `${key}${bundle}` },
    ['P14 warning smtpd_tls_cert_file @ all'],
    '',
  ],
  [
    'two keys in the older style before 3.4',
    { version: '3.3.0', main: legacy, bundle: `${key}${bundle}` },
    ['P14 warning smtpd_tls_cert_file @ all'],
    '',
  ],
  [
    'two keys of one algorithm',
    { bundle: `${bundle}${key}${site}` },
    ['P08 error smtpd_tls_chain_files @ all', 'P14 error smtpd_tls_chain_files @ all'],
  ],
  [
    'a key without its certificate',
    { bundle: `${key}${bundle}` },
    ['P04 error smtpd_tls_chain_files @ all', 'P14 error smtpd_tls_chain_files @ all'],
  ],
]);
