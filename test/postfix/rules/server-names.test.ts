import { expect, test } from 'vitest';
import { examinePostfix } from '../../../src/postfix/examine-postfix.js';
import { blocks, bundle, bundlePath, type Change, examine, installation, now, rulesOf } from '../sound-installation.js';
import { describeRules, type RuleCase } from './rule-table.js';

const [key = '', site = '', intermediate = '', cross = ''] = blocks;
const maps = { tls_server_sni_maps: 'hash:/etc/postfix/sni' };
const row = 'mail.example.com /etc/postfix/other.pem\n';
/** A table, its index, and the PEM file that it names. */
const table = (pem: string, text = row, index = 'index'): Change => ({
  main: maps,
  bundle: {
    [bundlePath]: bundle,
    '/etc/postfix/sni': text,
    '/etc/postfix/sni.db': index,
    '/etc/postfix/other.pem': pem,
  },
});

describeRules('certificates by server name', [
  ['a sound table', table(bundle), []],
  ['no table', { main: maps }, ['N01 error tls_server_sni_maps']],
  [
    'a table without an index',
    { main: maps, bundle: { [bundlePath]: bundle, '/etc/postfix/sni': row, '/etc/postfix/other.pem': bundle } },
    ['N01 error tls_server_sni_maps'],
    'postmap -F hash:/etc/postfix/sni',
  ],
  ['a text table that is missing', main('texthash:/etc/postfix/sni'), ['N01 error tls_server_sni_maps']],
  [
    'an index without -F',
    table(bundle, row, '\0/etc/postfix/other.pem\0'),
    ['N02 error tls_server_sni_maps'],
    'postmap -F hash:/etc/postfix/sni',
  ],
  ['a certificate before the key', table(`${site}${intermediate}${key}`), ['N04 error tls_server_sni_maps']],
  ['no key', table(`${site}${intermediate}`), ['N04 error tls_server_sni_maps']],
  ['a key that does not fit', table(`${key}${intermediate}${site}`), ['N04 error tls_server_sni_maps']],
  ['no issuer', table(`${key}${site}`), ['N05 error tls_server_sni_maps']],
  ['another name', table(bundle, 'www.example.org /etc/postfix/other.pem\n'), ['N05 warning tls_server_sni_maps']],
  ['a star', table(bundle, '*.example.com /etc/postfix/other.pem\n'), ['N05 warning tls_server_sni_maps']],
  [
    'before 3.4 there is no such parameter',
    {
      ...table(site),
      version: '3.3.1',
      main: {
        ...maps,
        smtpd_tls_chain_files: undefined,
        smtpd_tls_cert_file: bundlePath,
        mynetworks_style: 'host',
        relay_domains: '',
      },
    },
    [],
  ],
  [
    'an encrypted key',
    table(`${key.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE')}${site}`),
    ['N04 error tls_server_sni_maps'],
  ],
  ['neither key nor certificate', table('nothing\n'), ['N04 error tls_server_sni_maps']],
  [
    'a damaged certificate',
    table(`${bundle}-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n`),
    ['N04 error tls_server_sni_maps'],
  ],
  ['a key without a certificate', table(key), ['N04 error tls_server_sni_maps']],
  ['a key before a key', table(key + key + site + intermediate), ['N04 error tls_server_sni_maps']],
  [
    'a file that is missing, of which the index has a copy',
    { main: maps, bundle: { [bundlePath]: bundle, '/etc/postfix/sni': row, '/etc/postfix/sni.db': '' } },
    [],
  ],
  [
    'a file that is missing',
    {
      ...main('texthash:/etc/postfix/sni'),
      bundle: { [bundlePath]: bundle, '/etc/postfix/sni': `${row.trim()}, /b.pem\n` },
    },
    ['N04 error tls_server_sni_maps'],
  ],
  ...['cidr', 'regexp', 'pcre'].map(
    (type): RuleCase => [`no ${type} table`, main(`${type}:/etc/postfix/sni`), ['N01 error tls_server_sni_maps']],
  ),
  ...['btree', 'lmdb', 'cdb', 'dbm'].map(
    (type): RuleCase => [
      `no index of ${type}`,
      {
        ...main(`${type}:/etc/postfix/sni`),
        bundle: { [bundlePath]: bundle, '/etc/postfix/sni': row, '/etc/postfix/other.pem': bundle },
      },
      ['N01 error tls_server_sni_maps'],
      `postmap -F ${type}:/etc/postfix/sni`,
    ],
  ),
  ['tables that only Postfix can read', main('mysql:/a, static:/b, nonsense'), ['N04 error tls_server_sni_maps']],
  [
    'two tables, of one service each, and of both',
    {
      main: { tls_server_sni_maps: 'hash:/a' },
      overrides: 'smtp/inet/tls_server_sni_maps = hash:/a hash:/b\n',
    },
    ['N01 error tls_server_sni_maps', 'N01 error tls_server_sni_maps'],
  ],
  [
    'a table of a service without TLS',
    { main: { ...maps, smtpd_tls_security_level: 'none' }, master: 'smtp inet n - n - - smtpd\n' },
    ['M04 info submission', 'T01 error smtpd_tls_security_level @ smtp/inet'],
  ],
  ['a word of an index that is no path', table(bundle, 'mail.example.com plain /etc/postfix/other.pem\n', 'plain'), []],
  ['a parent domain', table(bundle, '.example.com /etc/postfix/other.pem\n'), ['N05 warning tls_server_sni_maps']],
  ['a name without a domain', table(bundle, 'mail /etc/postfix/other.pem\n'), []],
  ['a name in capitals', table(bundle, 'MAIL.example.com /etc/postfix/other.pem\n'), []],
  [
    'a star, for another name',
    table(bundle, '*.example.org /etc/postfix/other.pem\n'),
    ['N05 warning tls_server_sni_maps'],
  ],
  [
    'a certificate that has expired',
    {
      ...table(bundle),
      options: { now: new Date('2056-06-01'), days: 1 },
      main: { ...maps, smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: 'none' },
    },
    ['N05 error tls_server_sni_maps'],
  ],
  [
    'a certificate that expires soon',
    {
      ...table(bundle),
      options: { days: 20_000 },
      main: { ...maps, smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: 'none' },
    },
    ['N05 warning tls_server_sni_maps'],
  ],
  ['a second key, without its issuer', table(bundle + key + site), ['N05 error tls_server_sni_maps']],
  [
    'several files for one name',
    {
      main: maps,
      bundle: {
        [bundlePath]: bundle,
        '/etc/postfix/sni': 'mail.example.com /k.pem /c.pem\n',
        '/etc/postfix/sni.db': '',
        '/k.pem': key,
        '/c.pem': `${site}${intermediate}${cross}`,
      },
    },
    [],
  ],
]);

function main(value: string): Change {
  return { main: { tls_server_sni_maps: value } };
}

test('a table that is older than its PEM file serves the old certificate', () => {
  const sound = installation(table(bundle));
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 30, hour));
  const examineAt = (pem: Date, index: Date) =>
    examinePostfix(
      {
        ...sound,
        file: (path) => {
          const file = sound.file(path);
          return (
            file && { ...file, modified: path.endsWith('other.pem') ? pem : path.endsWith('.db') ? index : at(10) }
          );
        },
      },
      { now },
    );
  const [finding] = examineAt(at(12), at(11));
  expect(finding).toMatchObject({ rule: 'N03', severity: 'warning', fix: 'postmap -F hash:/etc/postfix/sni' });
  expect(finding?.message).toContain('was made before /etc/postfix/other.pem changed');
  expect(examineAt(at(11), at(12))).toEqual([]);
  expect(examineAt(at(11), at(11))).toEqual([]);
  const [older] = examineAt(at(8), at(9));
  expect(older?.message).toContain('was made before /etc/postfix/sni changed');
  const [both] = examineAt(at(9), at(8));
  expect(both?.message).toContain('was made before /etc/postfix/sni, /etc/postfix/other.pem changed');
});

test('a table that is older than six of its files names five', () => {
  const rows = [1, 2, 3, 4, 5, 6].map((i) => `mail${i}.example.com /p${i}.pem`).join('\n');
  const sound = installation(table(bundle, `${rows}\n`));
  const [finding] = examinePostfix(
    {
      ...sound,
      file: (path) => {
        const file = sound.file(path.startsWith('/p') ? bundlePath : path);
        const modified = new Date(path.endsWith('.db') ? '2026-11-30T01:00:00Z' : '2026-11-30T02:00:00Z');
        return file && { ...file, modified };
      },
    },
    { now },
  );
  expect(finding?.message).toContain('was made before /etc/postfix/sni, /p1.pem, /p2.pem, /p3.pem, /p4.pem changed');
});

test('commands for another directory name it', () => {
  const findings = examine({
    main: { ...maps, config_directory: '/srv/conf' },
    bundle: { [bundlePath]: bundle, '/etc/postfix/sni': row, '/etc/postfix/other.pem': bundle },
  });
  expect(findings.map(({ fix }) => fix)).toEqual(['postmap -c /srv/conf -F hash:/etc/postfix/sni']);
  expect(rulesOf(findings)).toHaveLength(1);
});
