import { describe, expect, test } from 'vitest';
import { Site } from '../../src/postfix/configuration/site.js';
import { smtpdServices } from '../../src/postfix/configuration/smtpd-service.js';
import { FixTrials } from '../../src/postfix/fix-trials.js';
import { describeOthers } from '../../src/postfix/rules/other-services.js';
import { runRules } from '../../src/postfix/run-rules.js';
import { blocks, bundle, bundlePath, type Change, examine, installation, now } from './sound-installation.js';

const services = (count: number, options: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => `${2_000 + i} inet n - n - - smtpd${options(i)}\n`).join('');
const sound = (more: string): Change => ({ master: (text) => text + more });
const rowsOf = (change: Change, rule: string) => examine(change).filter((finding) => finding.rule === rule);

describe('each of many services gets its own line', () => {
  test('for an override', () => {
    const found = rowsOf(sound(services(5, () => ' -o smtpd_sasl_security_options=')), 'M02');
    expect(found).toHaveLength(5);
    expect(
      found.map(({ service, fix }) => fix === `postconf -PX ${service}/smtpd_sasl_security_options`),
    ).not.toContain(false);
  });

  test('for a file of its own', () => {
    const files = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`/p${i}.pem`, bundle]));
    const change = {
      ...sound(services(5, (i) => ` -o smtpd_tls_chain_files=/p${i}.pem`)),
      bundle: { ...files, [bundlePath]: bundle },
      mode: 0o604,
    };
    const fixes = rowsOf(change, 'P02').map(({ fix }) => fix);
    expect(fixes).toHaveLength(6);
    expect(fixes).toContain('chown root:root /p4.pem && chmod 600 /p4.pem');
    // With a sound file in main.cf, the overrides would be weaker (M02).
    expect(fixes.filter((fix) => fix === '')).toHaveLength(1);
  });

  test('for a comment on its line', () => {
    const fixes = rowsOf(sound(services(66, () => ' # ours')), 'T02').map(({ fix }) => fix);
    expect(fixes).toHaveLength(66);
    expect(fixes).toContain('2065 inet n - n - - smtpd');
  });
});

describe('a change is not proposed', () => {
  const examination = runRules(Site.parse(installation({ main: { smtpd_tls_auth_only: 'no' } }), { now }));
  const trials = new FixTrials(examination);
  const [group, draft] = examination.groups
    .map((each) => [each, each.find(({ parameter }) => parameter === 'smtpd_tls_auth_only')] as const)
    .find(([, found]) => found !== undefined) ?? [[]];
  const isSafe = (name: string, value: string) =>
    trials.isSafe({ ...(draft ?? expect.fail()), changes: [{ kind: 'set', name, value }] }, group);

  test('unless it removes the finding', () => {
    expect(isSafe('smtpd_tls_auth_only', 'yes')).toBe(true);
    expect(isSafe('mail_name', 'Postfix')).toBe(false);
  });
});

test('of changes of main.cf, 64 are tried; the others are left to the reader', () => {
  const names = Array.from({ length: 66 }, (_, i) => `setting_${i}`);
  const change = { main: Object.fromEntries(names.map((name) => [name, 'yes # comment'])) };
  const found = rowsOf(change, 'T02');
  expect(found).toHaveLength(66);
  const [tried, others] = [found.filter(({ fix }) => fix !== ''), found.filter(({ fix }) => fix === '')];
  expect([tried.length, others.length]).toEqual([64, 2]);
  expect(others[0]?.message).toMatch(/\. To do: put the comment on a line of its own that begins with #$/);
});

describe('a file is rebuilt from the keystore', () => {
  const [key = '', ...certificates] = blocks;
  const fixOf = (second: string) =>
    rowsOf(
      {
        main: { smtpd_tls_chain_files: '/k.pem' },
        master: (text) => `${text}1465 inet n - n - - smtpd${second}\n`,
        bundle: { '/k.pem': key, '/c.pem': certificates.join('') },
        options: { keystore: '/mail.jks' },
      },
      'P04',
    ).map(({ fix }) => fix);

  test('if every service reads it alone', () =>
    expect(fixOf('')).toEqual(['jks2pem /mail.jks -o /k.pem && postfix reload']));

  test.each([
    ' -o smtpd_tls_chain_files=/k.pem,/c.pem',
    ' -o smtpd_tls_chain_files= -o smtpd_tls_cert_file=/c.pem -o smtpd_tls_key_file=/k.pem',
  ])('but not if another service reads it with%s', (second) => expect(fixOf(second)).toEqual(['']));
});

test('a change is proposed although other errors remain, also if their parameter has a milder finding, too', () => {
  const change = {
    main: {
      smtpd_tls_auth_only: 'no',
      smtpd_relay_restrictions: 'permit_naked_ip_address, permit_dnswl_client list.example, reject_unauth_destination',
    },
  };
  expect(rowsOf(change, 'R02').map(({ severity }) => severity)).toEqual(['error', 'warning']);
  expect(rowsOf(change, 'A01').map(({ fix }) => fix)).toEqual(['smtpd_tls_auth_only = yes']);
});

test('a change that makes another service worse is not proposed', () => {
  const [finding] = rowsOf(
    {
      main: { smtpd_tls_security_level: 'none', smtpd_tls_chain_files: undefined },
      master:
        'smtp inet n - n - - smtpd\n587 inet n - n - - smtpd -o smtpd_tls_security_level=encrypt\ntlsmgr unix - - n 1000? 1 tlsmgr\n',
    },
    'T01',
  );
  expect(finding).toMatchObject({ fix: '', service: 'smtp/inet' });
});

test('a service that requires TLS is the only one that a change may make so', () => {
  const fixes = examine({
    main: { smtpd_tls_security_level: '' },
    master: 'smtp inet n - n - - smtpd\nsubmission inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\n',
  }).flatMap(({ rule, fix }) => (rule === 'T01' ? [fix] : []));
  expect(fixes).toEqual([
    'smtpd_tls_security_level = may',
    "postconf -P 'submission/inet/smtpd_tls_security_level = encrypt'",
  ]);
});

test('a change of main.cf that makes another service require TLS is not proposed', () => {
  const fixesWith = (other: string) =>
    rowsOf(
      {
        main: { smtpd_tls_security_level: undefined, smtpd_enforce_tls: 'yes' },
        master: `smtp inet n - n - - smtpd${other}\n587 inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\n`,
      },
      'T06',
    ).flatMap(({ service, fix }) => (service?.includes('587/inet') ? [fix] : []));
  expect(fixesWith('')).toEqual(["postconf -e 'smtpd_tls_security_level = encrypt'\npostconf -X smtpd_enforce_tls"]);
  // Port 25 is excepted: it would lose mail from servers without TLS.
  expect(fixesWith(' -o smtpd_enforce_tls=no')).toEqual(['']);
});

describe('what is known of the other services', () => {
  const describeAll = (lines: string, main: Change['main'] = {}) => {
    const all = smtpdServices(Site.parse(installation({ master: lines, main: main ?? {} }), { now }));
    return all.map(describeOthers(all));
  };
  const nothing = {
    exist: true,
    offerAuth: false,
    offerAuthToInternet: false,
    letUsersRelay: false,
    protectPasswords: false,
    relayByCertificate: false,
  };
  const all = { ...nothing, offerAuth: true, offerAuthToInternet: true, letUsersRelay: true, protectPasswords: true };
  const off = ' -o smtpd_sasl_auth_enable=no';

  test('a service alone has no others', () => {
    expect(describeAll('smtp inet n - n - - smtpd\n')).toEqual([{ ...nothing, exist: false }]);
  });

  test('a service does not count for itself', () => {
    expect(describeAll(`1 inet n - n - - smtpd\n2 inet n - n - - smtpd${off}\n`)).toEqual([nothing, all]);
    expect(describeAll('1 inet n - n - - smtpd\n2 inet n - n - - smtpd\n')).toEqual([all, all]);
  });

  test.each([
    ['for this machine', '127.0.0.1:2 inet n - n - - smtpd', { offerAuthToInternet: false, letUsersRelay: false }],
    [
      'where users may not relay',
      '2 inet n - n - - smtpd -o smtpd_relay_restrictions=reject_unauth_destination',
      { letUsersRelay: false },
    ],
    ['before TLS', '2 inet n - n - - smtpd -o smtpd_tls_auth_only=no', { protectPasswords: false }],
    [
      'with required TLS',
      '2 inet n - n - - smtpd -o smtpd_tls_auth_only=no -o smtpd_tls_security_level=encrypt',
      { protectPasswords: true },
    ],
    [
      'by certificate',
      '2 inet n - n - - smtpd -o smtpd_tls_ask_ccert=yes -o smtpd_relay_restrictions=permit_sasl_authenticated,permit_tls_clientcerts,reject',
      { relayByCertificate: true },
    ],
  ])('AUTH %s', (_, line, expected) => {
    expect(describeAll(`1 inet n - n - - smtpd${off}\n${line}\n`)[0]).toEqual({ ...all, ...expected });
  });
});
