import { describe, expect, test } from 'vitest';
import { fixScript } from '../../../src/cli/doctor/fix-script.js';
import type { Finding } from '../../../src/postfix/finding.js';
import type { PostfixInstallation } from '../../../src/postfix/installation/installation.js';

const finding = (fields: Partial<Finding>): Finding => ({
  rule: 'A01',
  severity: 'error',
  message: 'the message',
  fix: '',
  place: 'main.cf',
  ...fields,
});

function script(
  findings: readonly Partial<Finding>[],
  {
    saslConfigPath,
    directory,
    mailVersion = '3.7.11',
  }: { saslConfigPath?: string; directory?: string; mailVersion?: string } = {},
): string[] {
  const installation = { saslConfigPath, mailVersion } as unknown as PostfixInstallation;
  return fixScript(findings.map(finding), installation, directory).split('\n');
}
const head = ['#!/bin/sh', '# Proposed by jks2pem doctor. Read it before you run it.', 'set -e'];
const end = ['', 'postfix check', 'postfix reload', ''];

describe('the script of doctor --fix', () => {
  test('before Postfix 2.11, whose postconf does not edit master.cf, has its lines as comments', () => {
    const fix = 'tlsmgr unix - - n 1000? 1 tlsmgr';
    const lines = (mailVersion: string) => script([{ place: 'master.cf', fix }], { mailVersion }).slice(4, 6);
    expect(lines('2.11.0')).toEqual(['# A01: the message', `postconf -M 'tlsmgr/unix=${fix}'`]);
    expect(lines('2.10.9')).toEqual(['# A01: the message', `# To do by hand, in master.cf: ${fix}`]);
  });

  test('sets a parameter once, also if an old postconf comments it out', () => {
    const found = script([
      { place: 'shell', fix: 'postconf -# a b' },
      { place: 'main.cf', fix: 'b = 1' },
    ]);
    expect(found.join('\n')).toContain('# A line above sets b already.');
  });

  test('without findings, or without a proposed line, runs nothing', () => {
    expect(script([])).toEqual([...head, '', '# Nothing to run.', '']);
    expect(script([{ service: 'smtp/inet' }])).toEqual([
      ...head,
      '',
      '# A01 smtp/inet: the message',
      '# No line is proposed.',
      '',
      '# Nothing to run.',
      '',
    ]);
  });

  test.each<[string, Partial<Finding>, string[]]>([
    ['main.cf', { fix: 'a = 1\nb = x y' }, ["postconf -e 'a = 1'", "postconf -e 'b = x y'"]],
    ['smtpd.conf, whose path is unknown', { place: 'smtpd.conf', fix: 'mech_list: plain' }, ['# mech_list: plain']],
    ['the shell', { place: 'shell', fix: 'chown root:root /a' }, ['chown root:root /a']],
    [
      'the shell, with a reload at the end',
      { place: 'shell', fix: 'chmod 600 /a && postfix reload' },
      ['chmod 600 /a'],
    ],
    [
      'the shell, with a reload of another directory',
      { place: 'shell', fix: 'chmod 600 /a && postfix -c /b reload' },
      ['chmod 600 /a'],
    ],
    [
      'the shell, a check before a reload',
      { place: 'shell', fix: 'x && postfix reload && y' },
      ['x && postfix reload && y'],
    ],
  ])('has the lines for %s', (_, fields, lines) => {
    const found = script([fields]);
    expect(found.slice(3, 5 + lines.length)).toEqual(['', '# A01: the message', ...lines]);
    expect(found.slice(5 + lines.length)).toEqual(end);
  });

  test('reloads Postfix once, at its end', () => {
    expect(script([{ place: 'shell', fix: 'postfix reload' }, { fix: 'a = 1' }])).toEqual([
      ...head,
      '',
      '# A01: the message',
      '# The lines above include it.',
      '',
      '# A01: the message',
      "postconf -e 'a = 1'",
      ...end,
    ]);
  });

  test('changes the file of the SASL library, whose path is known', () => {
    expect(
      script([{ place: 'smtpd.conf', fix: 'mech_list: plain' }], { saslConfigPath: '/etc/my sasl.conf' }),
    ).toContain("printf '%s\\n' 'mech_list: plain' >> '/etc/my sasl.conf'");
  });

  test('names another directory in each command', () => {
    const found = script([{ fix: 'a = 1' }], { directory: '/srv/mail' });
    expect(found.slice(-5)).toEqual([
      "postconf -c /srv/mail -e 'a = 1'",
      '',
      'postfix -c /srv/mail check',
      'postfix -c /srv/mail reload',
      '',
    ]);
  });

  test('has each command once', () => {
    expect(script([{ fix: 'a = 1' }, { fix: 'a = 1' }]).slice(3, -3)).toEqual([
      '',
      '# A01: the message',
      "postconf -e 'a = 1'",
      '',
      '# A01: the message',
      '# The lines above include it.',
      '',
    ]);
  });

  test.each([
    ['a parameter', {}, 'a = 1', 'a = 2', 'a'],
    ['a parameter, in another directory', { directory: '/srv/a b' }, 'a = 1', 'a = 2', 'a'],
  ])('sets %s once: the first line stays', (_, options, first, second, target) => {
    const found = script([{ fix: first }, { fix: second }], options);
    expect(found.filter((line) => line.includes('a = 2'))).toEqual([]);
    expect(found).toContain(`# A line above sets ${target} already. Run jks2pem doctor again after this script.`);
  });

  test('keeps a message on one line', () => {
    expect(script([{ message: 'a\nrm -rf /\u001b[2J' }])[4]).toBe('# A01: a\\u{a}rm -rf /\\u{1b}[2J');
  });
});
