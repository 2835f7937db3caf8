import { expect, test } from 'vitest';
import { examinePostfix } from '../../../src/postfix/examine-postfix.js';
import { blocks, bundle, bundlePath, type Change, examine, installation, now, rulesOf } from '../sound-installation.js';
import { describeRules } from './rule-table.js';

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
  const at = (hour: number) => new Date(`2026-11-30T${hour}:00:00Z`);
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
  expect(examineAt(at(11), at(12))).toEqual([]);
});

test('commands for another directory name it', () => {
  const findings = examine({
    main: { ...maps, config_directory: '/srv/conf' },
    bundle: { [bundlePath]: bundle, '/etc/postfix/sni': row, '/etc/postfix/other.pem': bundle },
  });
  expect(findings.map(({ fix }) => fix)).toEqual(['postmap -c /srv/conf -F hash:/etc/postfix/sni']);
  expect(rulesOf(findings)).toHaveLength(1);
});
