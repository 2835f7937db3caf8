import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseParameters } from '../../src/postfix/configuration/main-cf.js';
import { examinePostfix } from '../../src/postfix/examine-postfix.js';
import type { PostfixInstallation } from '../../src/postfix/installation/installation.js';
import { bundle, now, rulesOf } from './sound-installation.js';

const recorded = (name: string) =>
  readFileSync(new URL(`recorded/debian-13/postconf-${name}.txt`, import.meta.url), 'utf8');

/** The stock Postfix of Debian 13 (3.10.13), as it prints itself; with these lines of main.cf changed. */
function debian13(changes: Readonly<Record<string, string | undefined>> = {}): PostfixInstallation {
  const main = new Map<string, string | undefined>([
    ...parseParameters(recorded('n')),
    ['myhostname', 'mail.example.com'],
    ...Object.entries(changes),
  ]);
  const lines = [...main].flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${value}\n`]));
  return {
    mailVersion: '3.10.13',
    main: lines.join(''),
    master: recorded('M'),
    overrides: recorded('P'),
    saslTypes: 'cyrus\ndovecot\n',
    defaults: recorded('d'),
    file: (path) =>
      path === '/etc/postfix/example.pem'
        ? { bytes: new Uint8Array(Buffer.from(bundle, 'latin1')), mode: 0o600, owner: 'root:root' }
        : undefined,
  };
}

const relay = {
  smtpd_tls_chain_files: '/etc/postfix/example.pem',
  smtpd_tls_security_level: 'may',
  smtpd_tls_auth_only: 'yes',
  smtpd_sasl_auth_enable: 'yes',
  smtpd_sasl_local_domain: '$mydomain',
  smtpd_relay_restrictions: 'permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
};
const sasldb = (path: string) => ({
  saslConfig: `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: plain login\nsasldb_path: ${path}\n`,
});
const findings = (installation: PostfixInstallation) => examinePostfix(installation, { now });

/** Each was tried with that Postfix in a chroot: what is called an error below broke there what the rule says. */
describe('Debian 13', () => {
  test('stock: no error', () => {
    expect(rulesOf(findings(debian13()))).toEqual([
      'S02 info smtpd_sasl_auth_enable @ smtp/inet',
      'T01 warning smtpd_tls_security_level @ smtp/inet',
    ]);
  });

  test('the relay of the documents, with sasldb where smtpd in its chroot sees it: no error', () => {
    expect(rulesOf(findings({ ...debian13(relay), ...sasldb('relative/sasldb2') }))).toEqual(['M04 info submission']);
  });

  test('sasldb outside of the chroot, which is the default of master.cf: logins are answered with 535', () => {
    const [finding] = findings({ ...debian13(relay), ...sasldb('/etc/postfix/sasl/sasldb2') });
    expect([finding?.rule, finding?.fix]).toEqual(['S06', "postconf -F 'smtp/inet/chroot = n'"]);
  });

  test('without cyrus_sasl_config_path, /etc/postfix/sasl is not read: logins are answered with 454', () => {
    const [finding] = findings({
      ...debian13({ ...relay, cyrus_sasl_config_path: undefined }),
      saslConfigPaths: ['/etc/sasl2', '/usr/lib/sasl2'],
      strayedSaslConfig: '/etc/postfix/sasl/smtpd.conf',
    });
    expect([finding?.rule, finding?.fix]).toEqual([
      'S03',
      'mkdir -p /etc/sasl2 && cp /etc/postfix/sasl/smtpd.conf /etc/sasl2/smtpd.conf',
    ]);
    expect(finding?.message).toContain('smtpd.conf is /etc/postfix/sasl/smtpd.conf, where this build does not read it');
  });

  test('parameters that its postconf warns about', () => {
    const old = { smtpd_use_tls: 'yes', smtpd_tls_dh1024_param_file: '/etc/ssl/dh.pem' };
    const reported = findings({ ...debian13({ ...relay, ...old }), ...sasldb('relative/sasldb2') });
    expect(reported.map(({ rule, fix }) => `${rule} ${fix}`)).toEqual(
      expect.arrayContaining(['T09 postconf -X smtpd_tls_dh1024_param_file', 'T06 postconf -X smtpd_use_tls']),
    );
  });
});
