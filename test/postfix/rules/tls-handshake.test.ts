import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { selectCiphers, usableCertificates } from '../../../src/postfix/configuration/cipher-list.js';
import { readProtocols } from '../../../src/postfix/configuration/protocol-list.js';
import { PostfixVersion } from '../../../src/postfix/configuration/version.js';
import { bundle, bundlePath, type Change, examine, rulesOf } from '../sound-installation.js';
import { describeRules, type RuleCase } from './rule-table.js';

const main = (name: string, value: string | undefined): Change => ({ main: { [name]: value } });
const submission = (line: string) => (sound: string) => sound.replace(/^submission .*$/m, line);

/** A key on P-256 with a certificate for the name of the server, made once by OpenSSL. */
const ecBundle = execFileSync(
  'openssl',
  [
    'req',
    '-x509',
    '-nodes',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-days',
    '3650',
    '-subj',
    '/CN=mail.example.com',
    '-addext',
    'subjectAltName=DNS:mail.example.com',
    '-keyout',
    '-',
  ],
  { stdio: ['ignore', 'pipe', 'ignore'] },
).toString();
/** What is reported of it beside: it is self-signed. */
const selfSigned = 'P08 warning smtpd_tls_chain_files @ all';

describeRules('whether a handshake can succeed', [
  [
    'a protocol that nobody speaks',
    main('smtpd_tls_protocols', 'TLSv1'),
    ['T10 error smtpd_tls_protocols @ smtp/inet'],
    'smtpd_tls_protocols = >=TLSv1.2',
  ],
  [
    'the same where TLS is mandatory',
    main('smtpd_tls_mandatory_protocols', 'SSLv3'),
    ['T10 error smtpd_tls_mandatory_protocols @ submission/inet'],
    'smtpd_tls_mandatory_protocols = >=TLSv1.2',
  ],
  ['TLS 1.3 alone', { main: { smtpd_tls_protocols: 'TLSv1.3', smtpd_tls_mandatory_protocols: '>=TLSv1.3' } }, []],
  ['old versions excluded', main('smtpd_tls_protocols', '!SSLv2, !SSLv3, !TLSv1, !TLSv1.1'), []],
  [
    'a protocol that does not exist',
    main('smtpd_tls_protocols', 'TLSv9'),
    ['T10 error smtpd_tls_protocols @ smtp/inet'],
  ],
  [
    'a bound before 3.6',
    { version: '3.4.1', main: { smtpd_tls_protocols: '>=TLSv1.2', mynetworks_style: 'host', relay_domains: '' } },
    ['T10 error smtpd_tls_protocols @ smtp/inet'],
    'smtpd_tls_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1',
  ],
  ['a certificate on P-256', { bundle: ecBundle }, [selfSigned]],
  [
    'the ciphers that it needs are excluded',
    { bundle: ecBundle, main: { smtpd_tls_exclude_ciphers: 'aNULL, ECDSA, 3DES' } },
    [selfSigned, 'T11 warning smtpd_tls_exclude_ciphers @ all'],
    'smtpd_tls_exclude_ciphers = aNULL, 3DES',
  ],
  [
    'and TLS 1.3, too',
    { bundle: ecBundle, main: { smtpd_tls_exclude_ciphers: 'aECDSA', smtpd_tls_protocols: 'TLSv1.2' } },
    [
      selfSigned,
      'T11 error smtpd_tls_exclude_ciphers @ smtp/inet',
      'T11 warning smtpd_tls_exclude_ciphers @ submission/inet',
    ],
  ],
  [
    'excluded where TLS is mandatory',
    { bundle: ecBundle, main: { smtpd_tls_mandatory_exclude_ciphers: 'ECDHE+ECDSA, aNULL' } },
    [selfSigned, 'T11 warning smtpd_tls_mandatory_exclude_ciphers @ submission/inet'],
    'smtpd_tls_mandatory_exclude_ciphers = aNULL',
  ],
  [
    'a list for RSA alone',
    { bundle: ecBundle, main: { smtpd_tls_mandatory_ciphers: 'high', tls_high_cipherlist: 'HIGH:!aNULL:!ECDSA' } },
    [selfSigned, 'T11 warning tls_high_cipherlist @ submission/inet'],
  ],
  [
    'a list for both',
    {
      bundle: ecBundle,
      main: {
        smtpd_tls_mandatory_ciphers: 'high',
        tls_high_cipherlist: 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256',
      },
    },
    [selfSigned],
  ],
  ['an RSA certificate does not need them', main('smtpd_tls_exclude_ciphers', 'aNULL, ECDSA'), []],
  [
    'all of RSA, word by word',
    main('smtpd_tls_exclude_ciphers', 'kRSA, ECDHE, DHE'),
    ['T11 warning smtpd_tls_exclude_ciphers @ all'],
  ],
  [
    'a grade that does not exist',
    main('smtpd_tls_ciphers', 'strong'),
    ['T11 error smtpd_tls_ciphers @ smtp/inet'],
    'smtpd_tls_ciphers = medium',
  ],
  [
    'a CAfile that is missing',
    main('smtpd_tls_CAfile', '/etc/ssl/no-such.pem'),
    ['T12 error smtpd_tls_CAfile @ all'],
    'postconf -X smtpd_tls_CAfile',
  ],
  [
    'the same where client certificates are verified',
    { main: { smtpd_tls_CAfile: '/etc/ssl/no-such.pem', smtpd_tls_ask_ccert: 'yes' } },
    ['T12 error smtpd_tls_CAfile @ all'],
  ],
  [
    'a CAfile without a certificate',
    { main: { smtpd_tls_CAfile: '/etc/ca.pem' }, bundle: { [bundlePath]: bundle, '/etc/ca.pem': 'none\n' } },
    ['T12 error smtpd_tls_CAfile @ all'],
  ],
  [
    'a CAfile with a damaged certificate',
    {
      main: { smtpd_tls_CAfile: '/etc/ca.pem' },
      bundle: { [bundlePath]: bundle, '/etc/ca.pem': bundle.slice(0, -99) },
    },
    ['T12 error smtpd_tls_CAfile @ all'],
  ],
  [
    'a CAfile',
    { main: { smtpd_tls_CAfile: '/etc/ca.pem' }, bundle: { [bundlePath]: bundle, '/etc/ca.pem': bundle } },
    [],
  ],
  [
    "the distribution's bundle, which nobody has looked for",
    main('smtpd_tls_CAfile', '/etc/ssl/certs/ca-certificates.crt'),
    [],
  ],
  [
    "the distribution's bundle, which is known to be missing",
    {
      ...main('smtpd_tls_CAfile', '/etc/ssl/certs/ca-certificates.crt'),
      more: { reachable: (path) => (path.endsWith('.crt') ? 'missing' : 'yes') },
    },
    ['T12 error smtpd_tls_CAfile @ all'],
  ],
  [
    '587 in wrapper mode',
    { master: submission('submission inet n - n - - smtpd -o smtpd_tls_wrappermode=yes') },
    ['T13 error smtpd_tls_wrappermode @ submission/inet'],
  ],
  [
    '465 without it',
    { master: (sound) => `${sound}465 inet n - n - - smtpd\n` },
    ['T13 error smtpd_tls_wrappermode @ 465/inet'],
    "postconf -P '465/inet/smtpd_tls_wrappermode = yes'",
  ],
  ['465 with it', { master: (sound) => `${sound}smtps inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n` }, []],
  [
    '25 in wrapper mode',
    { master: (sound) => sound.replace(/^smtp .*$/m, '25 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes') },
    ['T13 error smtpd_tls_wrappermode @ 25/inet'],
  ],
  [
    'another port in wrapper mode',
    { master: (sound) => `${sound}10465 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n` },
    [],
  ],
]);

// Seen with smtpd 3.7.11: "error setting cipher grade", "no cipher match", and the connection is closed, also with TLS 1.3.
describeRules('cipher lists that select nothing', [
  [
    'names of TLS 1.3',
    main('tls_medium_cipherlist', 'TLS_AES_256_GCM_SHA384'),
    ['T11 error tls_medium_cipherlist @ smtp/inet', 'T11 error tls_medium_cipherlist @ submission/inet'],
  ],
  [
    'everything is excluded',
    main('smtpd_tls_exclude_ciphers', 'aNULL, ALL'),
    ['T11 error smtpd_tls_exclude_ciphers @ all'],
    'smtpd_tls_exclude_ciphers = aNULL',
  ],
  [
    'with TLS 1.3 alone',
    { main: { smtpd_tls_protocols: '>=TLSv1.3', tls_medium_cipherlist: 'no-such-cipher' } },
    ['T11 error tls_medium_cipherlist @ smtp/inet', 'T11 error tls_medium_cipherlist @ submission/inet'],
  ],
  [
    'suites that no certificate fits are left',
    main('tls_medium_cipherlist', 'PSK'),
    ['T11 warning tls_medium_cipherlist @ smtp/inet', 'T11 warning tls_medium_cipherlist @ submission/inet'],
  ],
]);

describeRules('ciphers and grades', [
  ...['export', 'low', 'medium', 'high', 'HIGH', ''].map(
    (grade): RuleCase => [`grade ${grade}`, main('smtpd_tls_ciphers', grade), []],
  ),
  ['grade null', main('smtpd_tls_ciphers', 'null'), ['T11 warning smtpd_tls_ciphers @ smtp/inet']],
  [
    'null, and no TLS 1.3',
    { main: { smtpd_tls_ciphers: 'null', smtpd_tls_protocols: '>=TLSv1, <=TLSv1.2' } },
    ['T11 error smtpd_tls_ciphers @ smtp/inet'],
  ],
  ['null, and TLS 1.3 alone', { main: { smtpd_tls_ciphers: 'null', smtpd_tls_protocols: '>=TLSv1.3' } }, []],
  [
    'excluded for all, and for mandatory TLS',
    { main: { smtpd_tls_exclude_ciphers: 'kRSA', smtpd_tls_mandatory_exclude_ciphers: 'ECDHE, DHE' } },
    ['T11 warning smtpd_tls_exclude_ciphers @ submission/inet'],
    '',
  ],
  [
    'excluded for mandatory TLS, which port 25 does not ask for',
    {
      main: { smtpd_tls_mandatory_exclude_ciphers: 'aRSA' },
      master: 'smtp inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\n',
    },
    ['M04 info submission'],
  ],
  [
    'of a service without a certificate',
    { main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: 'none', smtpd_tls_ciphers: 'x' } },
    [],
  ],
]);

describeRules('authorities and wrapper mode', [
  [
    'a file of authorities of one service',
    { overrides: 'smtp/inet/smtpd_tls_CAfile = /no.pem\n' },
    ['M02 warning smtpd_tls_CAfile @ smtp/inet', 'T12 error smtpd_tls_CAfile @ smtp/inet'],
    'postconf -PX smtp/inet/smtpd_tls_CAfile',
  ],
  [
    'a file of authorities of one service, which needs it',
    { overrides: 'smtp/inet/smtpd_tls_CAfile = /no.pem\nsmtp/inet/smtpd_tls_req_ccert = yes\n' },
    ['T12 error smtpd_tls_CAfile @ smtp/inet'],
    '',
  ],
  [
    '587 in wrapper mode, by main.cf',
    {
      main: { smtpd_tls_wrappermode: 'yes' },
      master: (sound) => sound.replace(/^smtp .*\n/m, '').replace(/ -o .*$/m, ''),
    },
    ['T13 error smtpd_tls_wrappermode @ submission/inet'],
    "postconf -P 'submission/inet/smtpd_tls_wrappermode = no'\npostconf -P 'submission/inet/smtpd_tls_security_level = encrypt'",
  ],
  [
    '587 in wrapper mode, where TLS is mandatory anyway',
    { main: { smtpd_tls_security_level: 'encrypt' }, overrides: 'submission/inet/smtpd_tls_wrappermode = yes\n' },
    ['T13 error smtpd_tls_wrappermode @ submission/inet'],
    "postconf -P 'submission/inet/smtpd_tls_wrappermode = no'",
  ],
  [
    '25 in wrapper mode',
    { overrides: 'smtp/inet/smtpd_tls_wrappermode = yes\n' },
    ['T13 error smtpd_tls_wrappermode @ smtp/inet'],
    "postconf -P 'smtp/inet/smtpd_tls_wrappermode = no'",
  ],
  [
    '465 behind a proxy',
    {
      master: (sound) =>
        `${sound}465 inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_upstream_proxy_protocol=haproxy\n`,
    },
    ['T01 info smtpd_tls_security_level @ 465/inet'],
  ],
]);

const postscreen =
  (more = '') =>
  (sound: string) =>
    `${sound.replace(/^smtp .*$/m, 'smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd')}${more}`;

describeRules('postscreen', [
  ['tests before the greeting alone', { master: postscreen() }, []],
  [
    'tests after it, without tlsproxy',
    { master: postscreen(), main: { postscreen_pipelining_enable: 'yes' } },
    ['M06 error tlsproxy'],
    'tlsproxy unix - - n - 0 tlsproxy',
  ],
  [
    'tests after it, with tlsproxy',
    { master: postscreen('tlsproxy unix - - n - 0 tlsproxy\n'), main: { postscreen_pipelining_enable: 'yes' } },
    [],
  ],
  [
    'without TLS',
    { master: postscreen(), main: { postscreen_pipelining_enable: 'yes', postscreen_tls_security_level: 'none' } },
    [],
  ],
  ...['postscreen_bare_newline_enable', 'postscreen_non_smtp_command_enable'].map(
    (name): RuleCase => [name, { master: postscreen(), main: { [name]: 'yes' } }, ['M06 error tlsproxy']],
  ),
  ['another test', { master: postscreen(), main: { postscreen_dnsbl_sites: 'a' } }, []],
  [
    'mandatory TLS of its own',
    {
      master: postscreen(),
      main: { postscreen_pipelining_enable: 'yes', postscreen_tls_security_level: 'Encrypt' },
    },
    ['M06 error tlsproxy'],
  ],
  ...['postscreen_use_tls', 'postscreen_enforce_tls'].map(
    (name): RuleCase => [
      `TLS by ${name}`,
      {
        master: postscreen(),
        main: { postscreen_pipelining_enable: 'yes', postscreen_tls_security_level: '', [name]: 'yes' },
      },
      ['M06 error tlsproxy'],
    ],
  ),
  [
    'a test of its line in master.cf',
    {
      master: (sound) => postscreen()(sound).replace('postscreen', 'postscreen -o postscreen_pipelining_enable=yes'),
    },
    ['M06 error tlsproxy'],
  ],
  [
    'that is not started',
    { master: postscreen(), main: { postscreen_pipelining_enable: 'yes', master_service_disable: 'inet' } },
    [],
  ],
  [
    'a tlsproxy that is no UNIX service',
    { master: postscreen('tlsproxy inet - - n - 0 tlsproxy\n'), main: { postscreen_pipelining_enable: 'yes' } },
    ['M06 error tlsproxy'],
  ],
]);

describe('protocol lists', () => {
  const read = (value: string, version = '3.7.11') => readProtocols(value, PostfixVersion.parse(version));
  test.each([
    ['', ['TLSv1.2', 'TLSv1.3']],
    ['>=TLSv1', ['TLSv1.2', 'TLSv1.3']],
    ['>=TLSv1.2, <=TLSv1.2', ['TLSv1.2']],
    ['TLSv1.3:TLSv1.2', ['TLSv1.2', 'TLSv1.3']],
    ['tlsv1.3', ['TLSv1.3']],
    ['!TLSv1.3 !TLSv1.2', []],
    ['<=TLSv1.1', []],
    // What smtpd 3.7.11 did with each of these bounds.
    ['>=0303', ['TLSv1.2', 'TLSv1.3']],
    ['>=0X304', ['TLSv1.3']],
    ['>=+304 <=000304', ['TLSv1.3']],
    ['<=0302', []],
    ['>=0304 >=TLSv1.2', ['TLSv1.2', 'TLSv1.3']],
    ['>=0304 >=0305', ['TLSv1.2', 'TLSv1.3']],
    ['>=0304, >=', ['TLSv1.2', 'TLSv1.3']],
    ['<=0305 <=2', ['TLSv1.2', 'TLSv1.3']],
    ['>=7fffffff', ['TLSv1.2', 'TLSv1.3']],
  ])('%j', (value, usable) => expect(read(value)).toEqual({ usable }));
  test.each(['TLS13', '0303', '!0303', '!', '>=TLSv1.4', '>=SSLv2', '>=zz', '>=0x', '>=-303', '>=80000000'])(
    '%s, which Postfix refuses',
    (word) => expect(read(`TLSv1.2, ${word}`)).toEqual({ usable: [], invalid: word }),
  );
  test('a hexadecimal bound before 3.6', () =>
    expect(read('>=0303', '3.5.25')).toEqual({ usable: [], invalid: '>=0303' }));
});

describe('cipher lists', () => {
  test.each([
    ['HIGH', [], ['ECDSA', 'RSA']],
    ['HIGH', ['ECDSA'], ['RSA']],
    ['HIGH', ['aRSA'], ['ECDSA']],
    ['aNULL:-aNULL:HIGH:@STRENGTH', ['SHA1', 'kRSA'], ['ECDSA', 'RSA']],
    ['aNULL', [], []],
    ['ECDHE-ECDSA-AES256-GCM-SHA384', [], ['ECDSA']],
    ['AES128-SHA', [], ['RSA']],
    ['AES128-SHA:-AES128-SHA', [], []],
    ['HIGH:!HIGH:HIGH', [], []],
    ['ECDHE+AESGCM', ['RSA'], ['ECDSA', 'RSA']],
    ['kRSA', ['RSA'], []],
    ['no-such-cipher', [], []],
    ['CHACHA20', ['ECDHE+ECDSA'], ['RSA']],
    ['FIPS', ['aECDSA'], ['RSA']],
    // Seen with smtpd 3.7.11: a Suite B profile at the beginning makes OpenSSL ignore the rest of the list.
    ['SUITEB128', ['ECDSA'], ['ECDSA']],
    ['SUITEB192:RSA', [], ['ECDSA']],
    ['RSA:SUITEB128', [], ['RSA']],
    ['eNULL', [], []],
  ] as const)('%s without %j', (list, excluded, kinds) => {
    expect([...usableCertificates(list, excluded)].sort()).toEqual([...kinds]);
  });

  // OpenSSL's own reading; -s leaves out what TLS 1.3 has.
  test.each([
    'HIGH',
    'HIGH:!ECDSA',
    'ECDHE+AESGCM',
    'AESCCM',
    'kRSA',
    'DHE',
    'CAMELLIA',
    'ARIA',
    'HIGH:!kRSA:!ECDHE',
    'SHA384',
    'SHA1',
    'CHACHA20:!aRSA',
    'FIPS',
    'CBC',
    'SUITEB128',
    'SUITEB128ONLY',
    'SUITEB192',
  ])('agrees with openssl ciphers: %s', (list) => {
    const text = execFileSync('openssl', ['ciphers', '-v', `${list}:!PSK:!SRP:@SECLEVEL=0`]).toString();
    const old = text.split('\n').filter((line) => line !== '' && !line.includes('TLSv1.3'));
    const kinds = new Set(old.flatMap((line) => (/Au=(RSA|ECDSA)\b/.exec(line)?.[1] ?? []) as string[] | string));
    expect([...usableCertificates(list, [])].sort()).toEqual([...kinds].sort());
  });
});

describe('whether a list selects anything', () => {
  const all = execFileSync('openssl', ['ciphers', '-v', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0']).toString();
  const names = all
    .split('\n')
    .flatMap((line) => (line === '' || line.includes('TLSv1.3') ? [] : [line.split(' ')[0] as string]));
  const keywords = [
    ...[
      'ALL',
      'HIGH',
      'DEFAULT',
      'COMPLEMENTOFDEFAULT',
      'COMPLEMENTOFALL',
      'eNULL',
      'NULL',
      'aNULL',
      'ADH',
      'AECDH',
      'RSA',
    ],
    ...[
      'kRSA',
      'aRSA',
      'ECDSA',
      'aECDSA',
      'DSS',
      'aDSS',
      'PSK',
      'kPSK',
      'kRSAPSK',
      'kDHEPSK',
      'kECDHEPSK',
      'aPSK',
      'SRP',
    ],
    ...[
      'kSRP',
      'aSRP',
      'DH',
      'kDHE',
      'kEDH',
      'DHE',
      'EDH',
      'ECDH',
      'kECDHE',
      'kEECDH',
      'ECDHE',
      'EECDH',
      'AES',
      'AESGCM',
    ],
    ...['AESCCM', 'AESCCM8', 'CBC', 'ARIA', 'ARIAGCM', 'CAMELLIA', 'MD5', 'SHA', 'SHA1', 'SHA256', 'SHA384', 'TLSv1.2'],
    ...[
      'TLSv1',
      'TLSv1.0',
      'SSLv3',
      'AES128',
      'AES256',
      'CHACHA20',
      'MEDIUM',
      'LOW',
      'RC4',
      'ECDHE+PSK',
      'aRSA+SHA256',
    ],
  ];

  test('each name selects its suite', () => {
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => selectCiphers(name, []).isEmpty)).toEqual([]);
    expect(names.filter((name) => !selectCiphers(name, [name]).isEmpty)).toEqual([]);
  });

  test('each keyword excludes the suites that openssl ciphers prints for it', () => {
    const differing = keywords.flatMap((keyword) => {
      const { stdout } = spawnSync('openssl', ['ciphers', `${keyword}:@SECLEVEL=0`], { encoding: 'utf8' });
      const selected = new Set(stdout.trim().split(':'));
      return names.flatMap((name) =>
        selectCiphers(name, [keyword]).isEmpty === selected.has(name) ? [] : [`${keyword} ${name}`],
      );
    });
    expect(differing).toEqual([]);
  });
});

describe("every suite and every keyword, against OpenSSL's own reading", () => {
  /** Suites of TLS 1.2 and older by name, with the kind of certificate that they need. */
  const read = (list: string) => {
    const text = execFileSync('openssl', ['ciphers', '-v', `${list}:!PSK:!SRP:@SECLEVEL=0`]).toString();
    const lines = text.split('\n').filter((line) => line !== '' && !line.includes('TLSv1.3'));
    return new Map(lines.map((line) => [line.split(' ')[0] as string, /Au=(RSA|ECDSA)\b/.exec(line)?.[1]]));
  };
  const withKeys = () => [...read('ALL')].filter(([, kind]) => kind !== undefined);

  test('a suite selects the kind of its certificate', () => {
    const suites = withKeys();
    expect(suites.length).toBeGreaterThan(50);
    expect(suites.map(([name]) => [name, ...usableCertificates(name, [])])).toEqual(suites);
  });
});

test('a certificate that expires soon, by a quarter of its lifetime or by --days', () => {
  // Fixtures end in 2056.
  const late = { options: { now: new Date('2055-12-25T00:00:00Z') } };
  expect(rulesOf(examine(late)).filter((text) => text.startsWith('P10 warning'))).not.toEqual([]);
  expect(rulesOf(examine({ options: { days: 20_000 } }))[0]).toBe('P10 warning smtpd_tls_chain_files @ all');
  expect(examine({ options: { days: 30 } })).toEqual([]);
});
