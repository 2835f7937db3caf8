import { expect, test } from 'vitest';
import { bundlePath, type Change, examine } from '../sound-installation.js';
import { findingText } from './rule-table.js';

/** What changes with a version of Postfix: the last one before, the first one with it, and what is then reported, with the remedy. */
interface Boundary {
  readonly what: string;
  readonly before: string;
  readonly since: string;
  readonly change: Change;
  readonly rules: readonly string[];
}

const old = { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: bundlePath };
const only25 = 'smtp inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\n';

const boundaries: readonly Boundary[] = [
  {
    what: 'smtpd_tls_security_level replaced smtpd_use_tls',
    before: '2.2.12',
    since: '2.3.0',
    change: { main: { ...old, smtpd_tls_security_level: undefined }, master: only25 },
    rules: ['T01'],
  },
  {
    what: 'smtpd_use_tls is an old switch',
    before: '2.2.12',
    since: '2.3.0',
    change: { main: { ...old, smtpd_tls_security_level: undefined, smtpd_use_tls: 'yes' }, master: only25 },
    rules: ['T06'],
  },
  {
    what: 'postconf warns about smtpd_use_tls',
    before: '3.8.9',
    since: '3.9.0',
    change: { main: { smtpd_use_tls: 'yes' } },
    rules: ['T06'],
  },
  {
    what: 'there are SASL implementations to choose from',
    before: '2.2.12',
    since: '2.3.0',
    change: {
      main: { ...old, smtpd_use_tls: 'yes', smtpd_sasl_type: 'dovecot' },
      saslTypes: 'cyrus\n',
      master: only25,
    },
    rules: ['S01'],
  },
  {
    what: 'servers are verified with the CAs of OpenSSL only if asked',
    before: '2.7.4',
    since: '2.8.0',
    change: { main: { ...old, smtp_tls_security_level: 'secure' } },
    rules: ['O02'],
  },
  {
    what: 'relaying has a list of its own',
    before: '2.9.6',
    since: '2.10.0',
    change: {
      main: { ...old, smtpd_recipient_restrictions: 'permit', smtpd_relay_restrictions: 'reject_unauth_destination' },
    },
    rules: ['R01', 'R02', 'R03', 'R04'],
  },
  {
    what: 'postconf edits master.cf',
    before: '2.10.9',
    since: '2.11.0',
    change: { main: old, master: only25.replace('n - n - - smtpd', 'n - y - - smtpd') },
    rules: ['S06'],
  },
  {
    what: 'services are not chrooted by default',
    before: '2.11.9',
    since: '3.0.0',
    change: { main: old, master: `${only25.replace('n - n - - smtpd', 'n - - - - smtpd')}` },
    rules: ['M05', 'S05', 'S06', 'C01'],
  },
  {
    what: 'smtpd_tls_chain_files is known',
    before: '3.3.22',
    since: '3.4.0',
    change: {},
    rules: ['T03', 'T04'],
  },
  {
    what: 'there is a log file without syslog',
    before: '3.3.22',
    since: '3.4.0',
    change: { main: { ...old, maillog_file: '/dev/stdout' }, master: only25 },
    rules: ['M03'],
  },
  {
    what: 'protocols are bounded by >=',
    before: '3.5.25',
    since: '3.6.0',
    change: {
      main: { smtpd_tls_protocols: '>=TLSv1.2', smtp_tls_security_level: 'may', smtp_tls_protocols: '>=TLSv1' },
    },
    rules: ['T10', 'O04'],
  },
  {
    what: 'protocols that are too old are replaced by >=',
    before: '3.5.25',
    since: '3.6.0',
    change: { main: { smtpd_tls_protocols: 'SSLv3', smtp_tls_security_level: 'may', smtp_tls_protocols: 'SSLv3' } },
    rules: ['T10', 'O04'],
  },
  {
    what: 'smtp_use_tls is deprecated',
    before: '3.8.9',
    since: '3.9.0',
    change: { main: { smtp_use_tls: 'yes' } },
    rules: ['T09'],
  },
  {
    what: 'postscreen_blacklist_action is deprecated',
    before: '3.10.13',
    since: '3.11.0',
    change: { main: { postscreen_blacklist_action: 'enforce' } },
    rules: ['T09'],
  },
];

/** What is reported by the rules that a boundary is about. */
const reported = (version: string, { change, rules }: Boundary) =>
  examine({ ...change, version })
    .filter(({ rule }) => rules.includes(rule))
    .map(findingText)
    .join('');

test.each(boundaries)('$since: $what', (boundary) => {
  expect(reported(boundary.before, boundary)).not.toBe(reported(boundary.since, boundary));
});

test('findings before and after each version that changes them', async () => {
  const sections = boundaries.flatMap((boundary) =>
    [boundary.before, boundary.since].map(
      (version) => `## ${boundary.what}: ${version}\n${reported(version, boundary)}`,
    ),
  );
  await expect(sections.join('\n')).toMatchFileSnapshot('findings/versions.txt');
});
