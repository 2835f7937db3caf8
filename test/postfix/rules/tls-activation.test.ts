import { bundle, bundlePath, type Change } from '../sound-installation.js';
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

const port = (line: string): Change => ({ master: (sound) => `${sound}${line}\n` });
const one = 'smtp inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\n';
const before34 = { version: '3.3.22', main: { mynetworks_style: 'host', relay_domains: '' } };
const mainFile = (text: string) => ({ [bundlePath]: bundle, '/etc/postfix/main.cf': text });
const long = 'x'.repeat(120 - 'yes # '.length);

describeRules('services without TLS', [
  [
    '587, alone',
    { main: { smtpd_tls_security_level: '' }, master: one.replace('smtp inet', 'submission inet') },
    ['T01 error smtpd_tls_security_level @ submission/inet'],
    'smtpd_tls_security_level = encrypt',
  ],
  [
    '587, beside another service',
    port('192.0.2.1:587 inet n - n - - smtpd -o smtpd_tls_security_level=none'),
    [
      'M02 warning smtpd_tls_security_level @ 192.0.2.1:587/inet',
      'T01 error smtpd_tls_security_level @ 192.0.2.1:587/inet',
    ],
    "postconf -P '192.0.2.1:587/inet/smtpd_tls_security_level = encrypt'",
  ],
  [
    'another port with an override',
    port('2525 inet n - n - - smtpd -o smtpd_tls_security_level=none'),
    ['M02 warning smtpd_tls_security_level @ 2525/inet', 'T01 error smtpd_tls_security_level @ 2525/inet'],
    "postconf -P '2525/inet/smtpd_tls_security_level = may'",
  ],
]);

describeRules('comments behind values', [
  ['of 120 characters', main('smtpd_tls_auth_only', `yes # ${long}`), ['T02 error smtpd_tls_auth_only']],
  ['of more', main('smtpd_tls_auth_only', `yes # ${long}y`), ['T02 error smtpd_tls_auth_only']],
  [
    'of master.cf, behind options',
    { master: smtpd('smtp inet n - n - 20 smtpd -v -o smtpd_tls_auth_only=yes # a, b') },
    ['T02 error @ smtp/inet'],
    'smtp inet n - n - 20 smtpd -v -o smtpd_tls_auth_only=yes',
  ],
  ['are words without a number sign', { master: smtpd('smtp inet n - n - - smtpd a b') }, []],
]);

describeRules('a certificate that is not named', [
  [
    'with a keystore',
    { main: { smtpd_tls_chain_files: undefined }, options: { keystore: 'mail.jks' } },
    ['T03 error smtpd_tls_chain_files @ all'],
    "jks2pem mail.jks -o /etc/postfix/example.com.pem && postfix reload\npostconf -e 'smtpd_tls_chain_files = /etc/postfix/example.com.pem'",
  ],
  [
    'with a keystore, in another directory',
    { main: { smtpd_tls_chain_files: undefined, config_directory: '/srv/conf' }, options: { keystore: 'mail.jks' } },
    ['T03 error smtpd_tls_chain_files @ all'],
    "jks2pem mail.jks -o /srv/conf/example.com.pem && postfix -c /srv/conf reload\npostconf -c /srv/conf -e 'smtpd_tls_chain_files = /srv/conf/example.com.pem'",
  ],
  [
    'without a domain',
    { main: { smtpd_tls_chain_files: undefined, mydomain: '', myhostname: '' }, options: { keystore: 'mail.jks' } },
    ['T03 error smtpd_tls_chain_files @ all'],
    "jks2pem mail.jks -o /etc/postfix/server.pem && postfix reload\npostconf -e 'smtpd_tls_chain_files = /etc/postfix/server.pem'",
  ],
  [
    'but in a parameter that postconf before 3.4 does not print',
    {
      ...before34,
      main: { ...before34.main, smtpd_tls_chain_files: undefined },
      bundle: mainFile(`smtpd_tls_chain_files = ${bundlePath}\n`),
    },
    ['T03 error smtpd_tls_cert_file @ all', 'T04 error smtpd_tls_chain_files @ all'],
    `smtpd_tls_cert_file = ${bundlePath}`,
  ],
  ['on purpose, in capitals', { main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: 'NONE' } }, []],
]);

describeRules('old and new parameters of certificates', [
  [
    'the new one before 3.4, beside the old one',
    { ...before34, main: { ...before34.main, smtpd_tls_cert_file: bundlePath } },
    ['T04 info smtpd_tls_chain_files @ all'],
    'postconf -X smtpd_tls_chain_files',
  ],
  [
    'several old ones, of main.cf and of one service',
    {
      main: { smtpd_tls_cert_file: '/a', smtpd_tls_key_file: '/b', smtpd_tls_eccert_file: '' },
      overrides: 'smtp/inet/smtpd_tls_dcert_file = /c\n',
    },
    ['T05 warning smtpd_tls_cert_file @ smtp/inet', 'T05 warning smtpd_tls_cert_file @ submission/inet'],
    'postconf -PX smtp/inet/smtpd_tls_dcert_file\npostconf -X smtpd_tls_cert_file smtpd_tls_key_file',
  ],
  [
    'an old one of one service',
    { overrides: 'smtp/inet/smtpd_tls_eckey_file = /c\n' },
    ['M02 warning smtpd_tls_eckey_file @ smtp/inet', 'T05 warning smtpd_tls_eckey_file @ smtp/inet'],
    'postconf -PX smtp/inet/smtpd_tls_eckey_file',
  ],
]);

describeRules('switches of 2.2', [
  [
    'that still have an effect',
    { main: { smtpd_tls_security_level: undefined, smtpd_enforce_tls: 'yes' } },
    ['T06 info smtpd_enforce_tls @ smtp/inet', 'T06 info smtpd_enforce_tls @ submission/inet'],
    "postconf -e 'smtpd_tls_security_level = encrypt'\npostconf -X smtpd_enforce_tls",
  ],
  [
    'that have their default',
    { main: { smtpd_tls_security_level: undefined, smtpd_use_tls: 'no', smtpd_enforce_tls: 'yes' } },
    ['smtp/inet', 'submission/inet'].flatMap((name) => [
      `T06 info smtpd_enforce_tls @ ${name}`,
      `T06 info smtpd_use_tls @ ${name}`,
    ]),
    'postconf -X smtpd_use_tls',
  ],
  [
    'of one service',
    {
      main: { smtpd_tls_security_level: undefined, smtpd_use_tls: 'yes' },
      overrides: 'submission/inet/smtpd_enforce_tls = yes\n',
    },
    [
      'T06 info smtpd_enforce_tls @ submission/inet',
      'T06 info smtpd_use_tls @ smtp/inet',
      'T06 info smtpd_use_tls @ submission/inet',
    ],
    "postconf -e 'smtpd_tls_security_level = may'\npostconf -X smtpd_use_tls",
  ],
  [
    'of main.cf and of one service, which has no level of its own',
    {
      main: { smtpd_tls_security_level: undefined, smtpd_use_tls: 'yes' },
      master: one.replace('tlsmgr', '587 inet n - n - - smtpd -o smtpd_enforce_tls=yes\ntlsmgr'),
    },
    ['T06 info smtpd_enforce_tls @ 587/inet', 'T06 info smtpd_use_tls @ smtp/inet, 587/inet'],
    "postconf -P '587/inet/smtpd_tls_security_level = encrypt'\npostconf -PX 587/inet/smtpd_enforce_tls",
  ],
  [
    'since postconf warns about them',
    { version: '3.9.0', main: { smtpd_enforce_tls: 'no' } },
    ['T06 info smtpd_enforce_tls @ all'],
    'postconf -X smtpd_enforce_tls',
  ],
]);

const broken = (value: string, files: Readonly<Record<string, string>> = {}, more: Change = {}): Change => ({
  main: { smtpd_tls_chain_files: value },
  bundle: files,
  ...more,
});
const twice = ['P01 error smtpd_tls_chain_files @ all', 'P01 error smtpd_tls_chain_files @ all'];
const brokenPath = 'T07 error smtpd_tls_chain_files @ all';
describeRules('paths that a blank or a comma cuts', [
  [
    'of a file that is there',
    broken("/etc/postfix/it's mine.pem", { "/etc/postfix/it's mine.pem": bundle }),
    [...twice, brokenPath],
    `mv '/etc/postfix/it'\\''s mine.pem' /etc/postfix/it's-mine.pem\npostconf -e 'smtpd_tls_chain_files = /etc/postfix/it'\\''s-mine.pem'`,
  ],
  [
    'with a keystore',
    broken('/etc/postfix/a,b.pem', {}, { options: { keystore: 'mail.jks' } }),
    [...twice, brokenPath],
    "jks2pem mail.jks -o /etc/postfix/a-b.pem && postfix reload\npostconf -e 'smtpd_tls_chain_files = /etc/postfix/a-b.pem'",
  ],
  [
    'twice, behind a sound one',
    broken('/a.pem, /etc/b c d.pem', { '/a.pem': bundle }),
    [...twice, 'P01 error smtpd_tls_chain_files @ all', brokenPath],
  ],
  [
    'is a relative one',
    broken('a.pem', { '/var/spool/postfix/a.pem': bundle }),
    ['P01 warning smtpd_tls_chain_files @ all'],
  ],
  [
    'is two relative ones, which are there',
    broken('/a.pem b.pem', { '/a.pem': bundle, 'b.pem': bundle }),
    ['P01 error smtpd_tls_chain_files @ all'],
  ],
  [
    'without TLS',
    {
      ...broken('/etc/a b.pem'),
      main: { smtpd_tls_chain_files: '/etc/a b.pem', smtpd_tls_security_level: 'none' },
      master: one,
    },
    ['M04 info submission', 'T01 error smtpd_tls_security_level @ smtp/inet'],
  ],
]);
