import { bundlePath, type Change } from '../sound-installation.js';
import { describeRules } from './rule-table.js';

const main = (name: string, value: string | undefined): Change => ({ main: { [name]: value } });
const legacy = { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: bundlePath };
const smtpd = (line: string) => (sound: string) => sound.replace(/^smtp .*$/m, line);

describeRules('TLS and the parameters for it', [
  [
    'no certificate before 3.4',
    { version: '3.3.22', main: { smtpd_tls_chain_files: undefined } },
    ['T03 error smtpd_tls_cert_file @ all'],
  ],
  [
    'TLS off',
    main('smtpd_tls_security_level', ''),
    ['T01 error smtpd_tls_security_level @ smtp/inet'],
    'smtpd_tls_security_level = may',
  ],
  [
    'TLS none',
    main('smtpd_tls_security_level', 'none'),
    ['T01 error smtpd_tls_security_level @ smtp/inet'],
    'smtpd_tls_security_level = may',
  ],
  [
    'TLS only for submission, which alone has AUTH',
    {
      main: { smtpd_tls_security_level: '', smtpd_sasl_auth_enable: 'no' },
      overrides: 'submission/inet/smtpd_sasl_auth_enable = yes\n',
    },
    ['T01 warning smtpd_tls_security_level @ smtp/inet'],
    'smtpd_tls_security_level = may',
  ],
  [
    'wrappermode without a level',
    {
      ...main('smtpd_tls_security_level', ''),
      master: (sound) =>
        sound
          .replace(/^smtp .*\n/m, '')
          .replace(/^submission (.*)-o .*$/m, 'submissions $1-o smtpd_tls_wrappermode=yes'),
    },
    [],
  ],
  [
    'the level of 2.2',
    {
      version: '2.2.10',
      main: {
        ...legacy,
        smtpd_tls_security_level: undefined,
        smtpd_use_tls: 'yes',
        smtpd_relay_restrictions: undefined,
        smtpd_recipient_restrictions: 'permit_sasl_authenticated, reject_unauth_destination',
        mynetworks_style: 'host',
        relay_domains: '',
      },
    },
    [],
  ],
  [
    'a comment',
    main('smtpd_tls_auth_only', 'yes # always'),
    ['T02 error smtpd_tls_auth_only'],
    'smtpd_tls_auth_only = yes',
  ],
  [
    'nothing but a comment',
    main('smtpd_tls_security_level', '# later'),
    ['T01 error smtpd_tls_security_level @ smtp/inet', 'T02 error smtpd_tls_security_level'],
    'smtpd_tls_security_level =',
  ],
  ['a number sign in a banner', main('smtpd_banner', '$myhostname # 1'), []],
  ['a number sign in a table', main('virtual_alias_maps', 'inline:{ {a@example.com = b #c} }'), []],
  [
    'a comment in master.cf',
    { master: smtpd('smtp inet n - n - - smtpd # the door') },
    ['T02 error @ smtp/inet'],
    'smtp inet n - n - - smtpd',
  ],
  ['no certificate', main('smtpd_tls_chain_files', undefined), ['T03 error smtpd_tls_chain_files @ all']],
  ['no certificate on purpose', { main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: 'none' } }, []],
  [
    'chain files before 3.4',
    { version: '3.3.22' },
    ['T03 error smtpd_tls_cert_file @ all', 'T04 error smtpd_tls_chain_files @ all'],
    `smtpd_tls_cert_file = ${bundlePath}`,
  ],
  [
    'both styles',
    main('smtpd_tls_cert_file', bundlePath),
    ['T05 warning smtpd_tls_cert_file @ all'],
    'postconf -X smtpd_tls_cert_file',
  ],
  [
    'the switches of 2.2',
    { main: { smtpd_use_tls: 'yes' } },
    ['T06 info smtpd_use_tls @ all'],
    'postconf -X smtpd_use_tls',
  ],
  [
    'a blank in a path',
    main('smtpd_tls_chain_files', '/etc/postfix/my bundle.pem'),
    [
      'P01 error smtpd_tls_chain_files @ all',
      'P01 error smtpd_tls_chain_files @ all',
      'T07 error smtpd_tls_chain_files @ all',
    ],
    'smtpd_tls_chain_files = /etc/postfix/my-bundle.pem',
  ],
  [
    'passwords in the clear',
    main('smtpd_tls_auth_only', undefined),
    ['A01 error smtpd_tls_auth_only @ smtp/inet'],
    'smtpd_tls_auth_only = yes',
  ],
  [
    'passwords only where TLS is a must',
    { ...main('smtpd_tls_auth_only', 'no'), main: { smtpd_tls_auth_only: 'no', smtpd_tls_security_level: 'encrypt' } },
    [],
  ],
]);
