import { expect, test } from 'vitest';
import { bundle, bundlePath, examine, rulesOf } from './sound-installation.js';

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
});

test.each(['', 'x', 'smtp inet', '\u0000'.repeat(50), '$'.repeat(9), `${'$'}{{{`, 'a = $a\nb = $b$b'])(
  'nothing breaks it: %j',
  (text) => {
    const nothing = { main: text, master: text, overrides: text, saslTypes: text, saslConfig: text, mailVersion: text };
    expect(() => examine({ more: nothing })).not.toThrow();
    expect(() => examine({ more: { main: text } })).not.toThrow();
  },
);
