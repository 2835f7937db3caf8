import { blocks, bundle, bundlePath, type Change } from '../sound-installation.js';
import { describeRules, type RuleCase } from './rule-table.js';

const [key = '', site = '', intermediate = ''] = blocks;
const ca = { smtp_tls_CAfile: '/etc/ca.pem' };
const files = { [bundlePath]: bundle, '/etc/ca.pem': intermediate };

describeRules('outgoing mail', [
  ['no TLS at all', { main: { smtp_tls_CAfile: '/no-such.pem' } }, []],
  [
    'a CAfile that is missing',
    { main: { smtp_tls_security_level: 'secure', smtp_tls_CAfile: '/no-such.pem' } },
    ['O01 error smtp_tls_CAfile'],
  ],
  [
    'the same where TLS is optional',
    { main: { smtp_tls_security_level: 'may', smtp_tls_CAfile: '/no-such.pem' } },
    ['O01 warning smtp_tls_CAfile'],
  ],
  ['a CAfile', { main: { smtp_tls_security_level: 'secure', ...ca }, bundle: files }, []],
  ['servers are verified without a CA', { main: { smtp_tls_security_level: 'verify' } }, ['O02 error smtp_tls_CAfile']],
  ['with a directory of CAs', { main: { smtp_tls_security_level: 'verify', smtp_tls_CApath: '/etc/ssl/certs' } }, []],
  [
    'its own certificate is missing',
    { main: { smtp_tls_security_level: 'encrypt', smtp_tls_cert_file: '/no-such.pem' } },
    ['O03 error smtp_tls_cert_file'],
  ],
  [
    'a missing file of the newer parameter is passed over: mail is sent, without a certificate',
    { main: { smtp_tls_security_level: 'encrypt', smtp_tls_chain_files: '/no-such.pem' } },
    ['O03 warning smtp_tls_chain_files'],
  ],
  [
    'its certificate before its key',
    {
      main: { smtp_tls_security_level: 'encrypt', smtp_tls_chain_files: '/client.pem' },
      bundle: { ...files, '/client.pem': `${site}${key}` },
    },
    ['O03 error smtp_tls_chain_files'],
  ],
  [
    'its own key does not fit',
    {
      main: { smtp_tls_security_level: 'may', smtp_tls_chain_files: '/client.pem' },
      bundle: { ...files, '/client.pem': `${key}${intermediate}` },
    },
    ['O03 warning smtp_tls_chain_files'],
  ],
  [
    'its own certificate',
    {
      main: { smtp_tls_security_level: 'may', smtp_tls_cert_file: '/client.pem' },
      bundle: { ...files, '/client.pem': `${site}${key}` },
    },
    [],
  ],
  [
    'no protocol is left',
    { main: { smtp_tls_security_level: 'encrypt', smtp_tls_mandatory_protocols: 'TLSv1.1' } },
    ['O04 error smtp_tls_mandatory_protocols'],
    'smtp_tls_mandatory_protocols = >=TLSv1.2',
  ],
  [
    'the same where TLS is optional, and another list counts',
    { main: { smtp_tls_security_level: 'may', smtp_tls_mandatory_protocols: 'TLSv1.1' } },
    [],
  ],
  [
    'DANE without DNSSEC',
    { main: { smtp_tls_security_level: 'dane' } },
    ['O05 warning smtp_dns_support_level'],
    'smtp_dns_support_level = dnssec',
  ],
  [
    'DANE alone without DNSSEC',
    { main: { smtp_tls_security_level: 'dane-only' } },
    ['O05 error smtp_dns_support_level'],
  ],
  ['DANE', { main: { smtp_tls_security_level: 'dane', smtp_dns_support_level: 'dnssec' } }, []],
  [
    'wrapper mode without mandatory TLS',
    { main: { smtp_tls_security_level: 'may', smtp_tls_wrappermode: 'yes' } },
    ['O06 error smtp_tls_wrappermode'],
    'smtp_tls_security_level = encrypt',
  ],
  ['wrapper mode', { main: { smtp_tls_security_level: 'encrypt', smtp_tls_wrappermode: 'yes' } }, []],
  [
    'one client of master.cf',
    { master: (sound) => `${sound}strict unix - - n - - smtp -o smtp_tls_security_level=verify\n` },
    ['O02 error smtp_tls_CAfile'],
  ],
]);

const [, , , cross = ''] = blocks;
const own = (parameter: string, level: string): Change => ({
  main: { smtp_tls_security_level: level, [parameter]: '/client.pem' },
});
const withFiles = (change: Change, text: string): Change => ({ ...change, bundle: { ...files, '/client.pem': text } });

describeRules('levels of outgoing mail', [
  ...['encrypt', 'dane-only', 'fingerprint', 'VERIFY', 'secure'].map(
    (level): RuleCase => [
      `${level}: mail is deferred`,
      { main: { smtp_tls_security_level: level, smtp_tls_CAfile: '/no.pem', smtp_dns_support_level: 'DNSSEC' } },
      ['O01 error smtp_tls_CAfile'],
    ],
  ),
  ...['may', 'dane'].map(
    (level): RuleCase => [
      `${level}: mail is sent without TLS`,
      { main: { smtp_tls_security_level: level, smtp_tls_CAfile: '/no.pem', smtp_dns_support_level: 'dnssec' } },
      ['O01 warning smtp_tls_CAfile'],
    ],
  ),
  ['none', { main: { smtp_tls_security_level: 'none', smtp_tls_CAfile: '/no.pem' } }, []],
  [
    'none, over smtp_use_tls',
    { main: { smtp_tls_security_level: 'none', smtp_use_tls: 'yes', smtp_tls_CAfile: '/no.pem' } },
    [],
  ],
  ['secure needs an authority', { main: { smtp_tls_security_level: 'secure' } }, ['O02 error smtp_tls_CAfile']],
  [
    'may, with usable protocols',
    { main: { smtp_tls_security_level: 'may', smtp_tls_protocols: '!SSLv2, !SSLv3' } },
    [],
  ],
  ['encrypt needs no authority', { main: { smtp_tls_security_level: 'encrypt' } }, []],
  [
    'wrapper mode with a verified server',
    { main: { smtp_tls_security_level: 'verify', smtp_tls_wrappermode: 'yes', ...ca }, bundle: files },
    [],
  ],
  [
    'wrapper mode with smtp_use_tls, which means the level may',
    { main: { smtp_use_tls: 'yes', smtp_tls_wrappermode: 'yes' } },
    ['O06 error smtp_tls_wrappermode'],
    'smtp_tls_security_level = encrypt',
  ],
  [
    'wrapper mode with DANE',
    { main: { smtp_tls_security_level: 'dane', smtp_tls_wrappermode: 'yes', smtp_dns_support_level: 'dnssec' } },
    ['O06 error smtp_tls_wrappermode'],
    'smtp_tls_security_level = encrypt',
  ],
]);

describeRules('the certificate of outgoing mail', [
  ['without a key', withFiles(own('smtp_tls_cert_file', 'encrypt'), site), ['O03 error smtp_tls_cert_file']],
  [
    'with a damaged certificate',
    withFiles(
      own('smtp_tls_cert_file', 'encrypt'),
      `${key}${site}-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n`,
    ),
    ['O03 error smtp_tls_cert_file'],
  ],
  ['before its key, in the older style', withFiles(own('smtp_tls_cert_file', 'encrypt'), site + cross + key), []],
  [
    'with an issuer first',
    withFiles(own('smtp_tls_chain_files', 'encrypt'), key + intermediate + site),
    ['O03 error smtp_tls_chain_files'],
  ],
  [
    'with a block in front that Postfix ignores',
    withFiles(
      own('smtp_tls_chain_files', 'encrypt'),
      `-----BEGIN DH PARAMETERS-----\nMAA=\n-----END DH PARAMETERS-----\n${key}${site}`,
    ),
    [],
  ],
  ...[
    ['without a key', site, intermediate],
    ['without a certificate', key, key],
    ['in the wrong order', site, key],
    ['with a key of another certificate', key, intermediate],
  ].map(
    ([fault, first = '', second = '']): RuleCase => [
      `in two files, ${fault}`,
      {
        main: { smtp_tls_security_level: 'encrypt', smtp_tls_chain_files: '/1.pem, /2.pem' },
        bundle: { ...files, '/1.pem': first, '/2.pem': second },
      },
      ['O03 error smtp_tls_chain_files'],
    ],
  ),
  [
    'with its key in another file',
    {
      main: { smtp_tls_security_level: 'encrypt', smtp_tls_cert_file: '/c.pem', smtp_tls_key_file: '/k.pem' },
      bundle: { ...files, '/c.pem': site, '/k.pem': key },
    },
    [],
  ],
  [
    'with the newer parameter before 3.4, which knows only the older one',
    {
      version: '3.3.22',
      main: {
        ...{
          smtpd_tls_chain_files: undefined,
          smtpd_tls_cert_file: bundlePath,
          mynetworks_style: 'host',
          relay_domains: '',
        },
        smtp_tls_security_level: 'encrypt',
        smtp_tls_chain_files: '/client.pem',
        smtp_tls_cert_file: '/no.pem',
      },
    },
    ['O03 error smtp_tls_cert_file'],
  ],
  [
    'with several files',
    {
      main: { smtp_tls_security_level: 'encrypt', smtp_tls_chain_files: '/k.pem, /c.pem' },
      bundle: { ...files, '/k.pem': key, '/c.pem': site },
    },
    [],
  ],
]);

const service = (line: string): Change => ({ master: (sound) => `${sound}${line}\n` });
describeRules('clients of master.cf', [
  [
    'with the settings of main.cf',
    { ...service('relay unix - - n - - smtp -o syslog_name=a'), main: { smtp_tls_security_level: 'verify' } },
    ['O02 error smtp_tls_CAfile'],
  ],
  [
    'with a level among other settings',
    service('relay unix - - n - - smtp -o syslog_name=a -o smtp_tls_security_level=verify'),
    ['O02 error smtp_tls_CAfile'],
  ],
  [
    'with their own, beside those of main.cf',
    {
      ...service('relay unix - - n - - smtp -o smtp_tls_security_level=dane'),
      main: { smtp_tls_security_level: 'dane-only' },
    },
    ['O05 error smtp_dns_support_level', 'O05 warning smtp_dns_support_level'],
  ],
  [
    'with wrapper mode below the level encrypt',
    service('relay unix - - n - - smtp -o smtp_tls_security_level=may -o smtp_tls_wrappermode=yes'),
    ['O06 error smtp_tls_wrappermode'],
    '',
  ],
  [
    'with no usable protocol',
    service('relay unix - - n - - smtp -o smtp_tls_security_level=may -o smtp_tls_protocols=SSLv3'),
    ['O04 warning smtp_tls_protocols'],
    '',
  ],
  [
    'that use the older parameters for TLS',
    {
      ...service('a unix - - n - - smtp -o smtp_use_tls=yes\nb unix - - n - - smtp -o smtp_enforce_tls=yes'),
      main: { smtp_tls_CAfile: '/no-such.pem' },
    },
    ['O01 error smtp_tls_CAfile', 'O01 warning smtp_tls_CAfile'],
  ],
  [
    'that require TLS without verification, with the older parameters',
    service('a unix - - n - - smtp -o smtp_enforce_tls=yes -o smtp_tls_enforce_peername=No'),
    [],
  ],
  [
    'with the only setting that DANE lacks',
    {
      ...service('a unix - - n - - smtp -o smtp_dns_support_level=enabled'),
      main: { smtp_tls_security_level: 'dane', smtp_dns_support_level: 'dnssec' },
    },
    ['O05 warning smtp_dns_support_level'],
  ],
  [
    'with no public CAs',
    {
      ...service('a unix - - n - - smtp -o tls_append_default_CA=no'),
      main: { smtp_tls_security_level: 'secure', tls_append_default_CA: 'yes' },
    },
    ['O02 error smtp_tls_CAfile'],
  ],
  ['smtpd, which is no client', { overrides: 'smtp/inet/smtp_tls_security_level = verify\n' }, []],
]);

const lmtp = service('lmtp unix - - n - - lmtp');
// Seen with 3.7: lmtp reads only parameters that begin with lmtp_, and smtp only those that begin with smtp_.
describeRules('the lmtp client', [
  [
    'with the settings of main.cf',
    { ...lmtp, main: { lmtp_tls_security_level: 'verify' } },
    ['O02 error lmtp_tls_CAfile'],
  ],
  ['with settings of main.cf that no service uses', { main: { lmtp_tls_security_level: 'verify' } }, []],
  ['with settings for smtp', service('lmtp unix - - n - - lmtp -o smtp_tls_security_level=verify'), []],
  ['smtp with settings for lmtp', service('a unix - - n - - smtp -o lmtp_tls_security_level=verify'), []],
  [
    'with its own settings',
    service('lmtp unix - - n - - lmtp -o lmtp_enforce_tls=yes -o lmtp_tls_CAfile=/no-such.pem'),
    ['O01 error lmtp_tls_CAfile'],
  ],
  [
    'with TLS where it is possible',
    { ...lmtp, main: { lmtp_use_tls: 'yes', lmtp_tls_CAfile: '/no-such.pem' } },
    ['O01 warning lmtp_tls_CAfile'],
  ],
  [
    'with a certificate without its key',
    {
      ...lmtp,
      main: { lmtp_tls_security_level: 'encrypt', lmtp_tls_cert_file: '/c.pem' },
      bundle: { ...files, '/c.pem': site },
    },
    ['O03 error lmtp_tls_cert_file'],
  ],
  [
    'with a certificate before its key in the files of a chain',
    {
      ...lmtp,
      main: { lmtp_tls_security_level: 'encrypt', lmtp_tls_chain_files: '/c.pem' },
      bundle: { ...files, '/c.pem': site + key },
    },
    ['O03 error lmtp_tls_chain_files'],
  ],
  [
    'with no usable protocol',
    { ...lmtp, main: { lmtp_tls_security_level: 'encrypt', lmtp_tls_mandatory_protocols: 'SSLv3' } },
    ['O04 error lmtp_tls_mandatory_protocols'],
  ],
  [
    'with DANE, but without DNSSEC',
    { ...lmtp, main: { lmtp_tls_security_level: 'dane-only' } },
    ['O05 error lmtp_dns_support_level'],
    'lmtp_dns_support_level = dnssec',
  ],
  [
    'with wrapper mode below the level encrypt',
    { ...lmtp, main: { lmtp_tls_wrappermode: 'yes' } },
    ['O06 error lmtp_tls_wrappermode'],
    'lmtp_tls_security_level = encrypt',
  ],
]);

describeRules('the certificate of outgoing mail with trust settings', [
  [
    'in a file without the key',
    {
      main: { smtp_tls_security_level: 'encrypt', smtp_tls_cert_file: '/c.pem', smtp_tls_key_file: '/k.pem' },
      bundle: { ...files, '/c.pem': site.replaceAll(' CERT', ' TRUSTED CERT'), '/k.pem': key },
    },
    [],
  ],
  [
    'in a file with the key',
    {
      main: { smtp_tls_security_level: 'encrypt', smtp_tls_cert_file: '/c.pem' },
      bundle: { ...files, '/c.pem': key + site.replaceAll(' CERT', ' TRUSTED CERT') },
    },
    ['O03 error smtp_tls_cert_file'],
  ],
  [
    'in a file with the key, before 3.4',
    {
      version: '3.3.0',
      main: {
        ...{ smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: bundlePath },
        ...{ smtp_tls_security_level: 'encrypt', smtp_tls_cert_file: '/c.pem' },
      },
      bundle: { ...files, '/c.pem': key + site.replaceAll(' CERT', ' TRUSTED CERT') },
    },
    [],
  ],
]);
