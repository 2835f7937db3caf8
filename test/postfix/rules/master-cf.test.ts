import { bundlePath, type Change } from '../sound-installation.js';
import { describeRules } from './rule-table.js';

const main = (name: string, value: string | undefined): Change => ({ main: { [name]: value } });
const legacy = { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: bundlePath };

describeRules('master.cf', [
  [
    'no tlsmgr',
    { master: (sound) => sound.replace(/^tlsmgr/m, '#tlsmgr') },
    ['M01 error tlsmgr'],
    'tlsmgr unix - - n 1000? 1 tlsmgr',
  ],
  [
    'one port without protection',
    { overrides: 'smtp/inet/smtpd_tls_auth_only = no\n' },
    ['A01 error smtpd_tls_auth_only @ smtp/inet', 'M02 warning smtpd_tls_auth_only @ smtp/inet'],
    "postconf -P 'smtp/inet/smtpd_tls_auth_only = yes'",
  ],
  [
    'one port with less',
    { main: { smtpd_tls_security_level: 'encrypt' }, overrides: 'smtp/inet/smtpd_tls_security_level = may\n' },
    ['M02 warning smtpd_tls_security_level @ smtp/inet'],
    'postconf -PX smtp/inet/smtpd_tls_security_level',
  ],
  [
    'a log without its writer',
    { ...main('maillog_file', '/var/log/mail.log'), master: (sound) => sound.replace(/^postlog.*\n/m, '') },
    ['M03 error maillog_file'],
    'postlog unix-dgram n - n - 1 postlogd',
  ],
  [
    'a log without its writer before 3.4',
    {
      version: '3.3.0',
      main: { ...legacy, maillog_file: '/x' },
      master: (sound) => sound.replace(/^postlog.*\n/m, ''),
    },
    [],
  ],
  ['only port 25', { master: (sound) => sound.replace(/^submission.*\n/m, '') }, ['M04 info submission']],
]);

const port = (line: string): Change => ({ master: (sound) => `${sound}${line}\n` });
const without = (pattern: RegExp): Change => ({ master: (sound) => sound.replace(pattern, '') });

describeRules('services of master.cf that are missing', [
  [
    'tlsmgr, with its name on another type',
    { master: (sound) => sound.replace(/^tlsmgr( +)unix/m, 'tlsmgr$1inet') },
    ['M01 error tlsmgr'],
  ],
  ['tlsmgr of type unix-dgram', { master: (sound) => sound.replace(/^tlsmgr( +)unix/m, 'tlsmgr$1unix-dgram') }, []],
  [
    'tlsmgr, where nothing speaks TLS',
    { main: { smtpd_tls_security_level: 'none' }, master: 'smtp inet n - n - - smtpd\n' },
    ['M04 info submission', 'T01 error smtpd_tls_security_level @ smtp/inet'],
  ],
  ['postlog, without a file for the log', without(/^postlog.*\n/m), []],
  [
    'a port for users, where port 25 has no AUTH',
    { main: { smtpd_sasl_auth_enable: undefined, smtpd_tls_auth_only: undefined }, ...without(/^submission.*\n/m) },
    ['S02 info smtpd_sasl_auth_enable @ smtp/inet'],
  ],
  [
    'a port for users, beside one for this machine',
    { master: (sound) => sound.replace(/^submission /m, '127.0.0.1:587 ') },
    ['M04 info submission'],
    'submission inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes',
  ],
  ['a port for users, beside another one', { master: (sound) => sound.replace(/^submission /m, '2525 ') }, []],
  [
    'two services twice',
    { master: (sound) => `${sound}${sound.replaceAll('  n       -       n', ' n - n')}${sound}` },
    [
      'M05 warning postlog/unix-dgram',
      'M05 warning smtp/inet',
      'M05 warning submission/inet',
      'M05 warning tlsmgr/unix',
    ],
    '',
  ],
]);

describeRules('overrides that weaken one service', [
  [
    'a list of restrictions that is as weak in main.cf, but lets users relay there',
    {
      main: {
        smtpd_relay_restrictions: 'permit_naked_ip_address, permit_sasl_authenticated, reject_unauth_destination',
      },
      overrides: 'smtp/inet/smtpd_relay_restrictions = permit_naked_ip_address, reject_unauth_destination\n',
    },
    [
      'R02 error smtpd_relay_restrictions @ smtp/inet',
      'R02 error smtpd_relay_restrictions @ submission/inet',
      'R03 info smtpd_relay_restrictions @ smtp/inet',
    ],
  ],
  [
    'the security level, of a port for this machine',
    {
      main: { smtpd_tls_security_level: 'encrypt' },
      ...port('127.0.0.1:2525 inet n - n - - smtpd -o smtpd_tls_security_level=may'),
    },
    [],
  ],
  [
    'the security level, in another way',
    {
      main: { smtpd_tls_security_level: 'encrypt' },
      ...port('2525 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_tls_security_level=encrypt'),
    },
    [],
  ],
  [
    'a note is not weaker',
    port('2525 inet n - n - - smtpd -o smtpd_use_tls=yes'),
    ['T06 info smtpd_use_tls @ 2525/inet'],
  ],
  [
    'as weak as main.cf',
    { main: { mynetworks: '0.0.0.0/0' }, ...port('2525 inet n - n - - smtpd -o mynetworks=0.0.0.0/0') },
    ['R04 error mynetworks @ 2525/inet', 'R04 error mynetworks @ all'],
    "postconf -P '2525/inet/mynetworks = 127.0.0.0/8 [::1]/128'",
  ],
  [
    'mynetworks',
    port('2525 inet n - n - - smtpd -o mynetworks=0.0.0.0/0'),
    ['M02 warning mynetworks @ 2525/inet', 'R04 error mynetworks @ 2525/inet'],
    'postconf -PX 2525/inet/mynetworks',
  ],
]);
