import { bundlePath, type Change } from '../sound-installation.js';
import { describeRules } from './rule-table.js';

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
