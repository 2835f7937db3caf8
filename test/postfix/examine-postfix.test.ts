import { expect, test } from 'vitest';
import { examinePostfix } from '../../src/postfix/examine-postfix.js';
import { compareSeverity, type Finding } from '../../src/postfix/finding.js';
import { mergeServices } from '../../src/postfix/merge-services.js';
import { bundle, bundlePath, examine, installation, now, rulesOf } from './sound-installation.js';

test('a sound installation has no findings', () => expect(examine()).toEqual([]));

test('a finding says for which services it holds, and lines for another directory name it', () => {
  const [finding] = examine({
    main: { config_directory: '/srv/conf' },
    overrides: 'smtp/inet/smtpd_tls_auth_only = no\n',
  });
  expect(finding).toEqual({
    rule: 'A01',
    severity: 'error',
    service: 'smtp/inet',
    parameter: 'smtpd_tls_auth_only',
    message: expect.stringContaining('send their passwords unencrypted'),
    fix: "postconf -c /srv/conf -P 'smtp/inet/smtpd_tls_auth_only = yes'",
    place: 'shell',
  });
  expect(examine({ main: { smtpd_tls_auth_only: 'no' } })[0]?.service).toBe('smtp/inet');
  expect(examine({ main: { myhostname: 'x.example.com' } })[0]?.service).toBe('smtp/inet, submission/inet');
});

test('a file newer than the processes that serve it', () => {
  const modified = new Date('2026-11-30');
  const pem = { bytes: Buffer.from(bundle, 'latin1'), mode: 0o600, owner: 'root', modified };
  const file = (path: string) => (path === bundlePath ? pem : undefined);
  expect(rulesOf(examine({ more: { file, started: new Date('2026-11-29') } }))).toEqual([
    'P16 info smtpd_tls_chain_files @ all',
  ]);
  expect(examine({ more: { file, started: new Date('2026-11-30T01:00:00Z') } })).toEqual([]);
  expect(examine({ more: { file, started: modified } })).toEqual([]);
});

test.each(['', 'x', 'smtp inet', '\u0000'.repeat(50), '$'.repeat(9), `${'$'}{{{`, 'a = $a\nb = $b$b'])(
  'nothing breaks it: %j',
  (text) => {
    const nothing = { main: text, master: text, overrides: text, saslTypes: text, saslConfig: text, mailVersion: text };
    expect(() => examine({ more: nothing })).not.toThrow();
    expect(() => examine({ more: { main: text } })).not.toThrow();
  },
);

test('findings that differ only in the service are one, in the place of the first', () => {
  const finding = (message: string, service?: string): Finding => ({
    rule: 'P01',
    severity: 'error',
    ...(service !== undefined && { service }),
    message,
    fix: '',
    place: 'shell',
  });
  const merged = mergeServices([
    finding('a', 'smtp/inet'),
    finding('b', 'smtp/inet'),
    finding('c'),
    finding('a', '465/inet'),
    finding('a', 'smtp/inet'),
    finding('c'),
  ]);
  expect(merged).toEqual([finding('a', 'smtp/inet, 465/inet'), finding('b', 'smtp/inet'), finding('c')]);
});

test('the worst comes first, and findings of one severity keep their order', () => {
  const severities = (['info', 'warning', 'error', 'info', 'error'] as const).map((severity, i) => ({ severity, i }));
  expect(severities.sort(compareSeverity).map(({ severity, i }) => `${severity} ${i}`)).toEqual([
    'error 2',
    'error 4',
    'warning 1',
    'info 0',
    'info 3',
  ]);
  const found = examine({ main: { smtpd_use_tls: 'yes', smtpd_tls_auth_only: 'no', myhostname: 'x.example.com' } });
  expect(found.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(['A01 error', 'P11 warning', 'T06 info']);
});

test.each<[object, RegExp]>([
  [{}, /now/],
  [{ now: '2026-12-01' }, /now/],
  [{ now, trustAnchors: 5 }, /trustAnchors/],
  [{ now, keystore: 5 }, /keystore/],
  [{ now, days: '5' }, /days/],
  [{ now, day: 5 }, /no option "day"/],
])('options that are no options: %j', (options, message) => {
  expect(() => examinePostfix(installation(), options as { now: Date })).toThrow(TypeError);
  expect(() => examinePostfix(installation(), options as { now: Date })).toThrow(message);
});
