import { expect, test } from 'vitest';
import type { Host } from '../../../src/cli/host.js';
import { RenewalReport } from '../../../src/cli/renew/renewal-report.js';
import { Report } from '../../../src/cli/report.js';

function reporter(allowed: readonly string[] = []) {
  let printed = '';
  const host = {
    environment: (name: string) => ({ LANG: 'C.UTF-8', NO_COLOR: '1' })[name],
    errorIsTerminal: () => false,
    errorColumns: () => undefined,
    writeError: (text: string) => void (printed += text),
  } as unknown as Host;
  const report = new Report(host, false, allowed);
  return { report, renewal: new RenewalReport('mail', report, host), lines: () => printed.trimEnd().split('\n') };
}
const cut = { code: 'WARN_DOMAINS_CUT', message: 'cut' } as const;

test('a warning is printed once, under the name of the keystore; another code or message is another warning', () => {
  const { renewal, lines } = reporter();
  const all = [cut, { ...cut, message: 'cut more' }, { ...cut, code: 'WARN_STATE_NOT_KEPT' as const }];
  for (const warning of [...all, ...all]) renewal.warn({ ...warning });
  expect(renewal.warnings).toEqual(all);
  expect(lines()).toEqual([
    'jks2pem: warning: mail: cut [WARN_DOMAINS_CUT]',
    'jks2pem: warning: mail: cut more [WARN_DOMAINS_CUT]',
    'jks2pem: warning: mail: cut [WARN_STATE_NOT_KEPT]',
  ]);
});

test('a warning that is allowed is neither printed nor kept', () => {
  const { renewal, lines } = reporter(['WARN_DOMAINS_CUT']);
  renewal.warn(cut);
  expect([renewal.warnings, lines()]).toEqual([[], ['']]);
});

test('warnings about the passwords are among those of the keystore', () => {
  const { report, renewal } = reporter();
  renewal.warn(cut);
  report.warn({ code: 'WARN_OUTPUT_READABLE', message: 'every user can read it' });
  expect(renewal.warnings.map(({ code }) => code)).toEqual(['WARN_OUTPUT_READABLE', 'WARN_DOMAINS_CUT']);
});

test('a failure names its subject once', () => {
  const { renewal, lines } = reporter();
  renewal.failed({ code: 'ERR_INPUT', message: '/etc/a.jks: no such file' }, '/etc/a.jks');
  renewal.failed({ code: 'ERR_INPUT', message: 'no password', hint: 'give one' }, '/etc/a.jks');
  renewal.failed({ code: 'ERR_INPUT', message: 'no password' });
  expect(lines()).toEqual([
    'jks2pem: error: mail: /etc/a.jks: no such file [ERR_INPUT]',
    'jks2pem: error: mail: /etc/a.jks: no password [ERR_INPUT]',
    'jks2pem: hint: give one',
    'jks2pem: error: mail: no password [ERR_INPUT]',
  ]);
});

test('a refusal gives each hint once, with keys of the configuration file in place of options', () => {
  const { renewal, lines } = reporter();
  for (const message of ['one', 'two']) renewal.warn({ code: 'WARN_LEAF_SELF_SIGNED', message });
  renewal.refused({ code: 'ERR_STRICT', message: 'refused' });
  const hints = lines().filter((line) => line.startsWith('jks2pem: hint:'));
  expect(hints).toHaveLength(1);
  expect(hints[0]).not.toMatch(/--[a-z]/);
});
