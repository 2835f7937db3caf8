import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Site } from '../../src/postfix/configuration/site.js';
import { readInstallation } from '../../src/postfix/installation/read-installation.js';
import { accepted, refused } from '../postfix/rules/host-names.js';
import { outputOf } from './tool.js';

const folder = mkdtempSync(join(tmpdir(), 'jks2pem-postconf-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'master.cf'), '');

const d = '$';
/** Values in every form there is. */
const values = [
  '$mydomain',
  `<${d}{mydomain}>`,
  '$(mydomain).',
  'a$$b',
  `${d}{mydomain?yes}`,
  `${d}{empty?yes}`,
  `${d}{empty:no}`,
  `${d}{mydomain?{a $mydomain}:{b}}`,
  `${d}{empty?{a}:{b $mydomain}}`,
  `${d}{behind?{yes}:{no}}`,
  `${d}{{$mydomain} == {example.com} ? {same} : {other}}`,
  `${d}{{$mydomain} != {example.com} ? {other} : {same}}`,
  `${d}{{10} < {9} ? {less} : {more}}`,
  `${d}{{a10} < {a9} ? {less} : {more}}`,
  `${d}{{10} >= {10} ? {yes}}`,
  `${d}{{3.10} <level {3.9} ? {less} : {more}}`,
  `${d}{{$compatibility_level} >=level {3.6} ? {new} : {old}}`,
  `${d}{{a} == {a}}`,
  `${d}{{a} == {b}}`,
  `${d}{empty?{yes}:no}`,
  `${d}{{10} < {9x}}`,
];
/** Parameters whose defaults the rules rely on. */
const relied = [
  'mydestination',
  'mynetworks_style',
  'myorigin',
  'parent_domain_matches_subdomains',
  'queue_directory',
  'relay_domains',
  'smtpd_recipient_restrictions',
  'smtpd_relay_restrictions',
  'smtpd_sasl_path',
  'smtpd_sasl_security_options',
  'smtpd_sasl_tls_security_options',
  'smtpd_sasl_type',
  'smtpd_tls_auth_only',
  'smtpd_tls_key_file',
  'smtpd_tls_security_level',
];

describe.each(['0', '1', '2', '3.6'])('postconf -x at compatibility level %s', (level) => {
  const written = values.map((value, i) => `value_${i} = ${value}\n`).join('');
  const names = [...values.map((_, i) => `value_${i}`), ...relied];
  const main = () => {
    const own = `mydomain = example.com\nmyhostname = mail.example.com\nempty =\nbehind = $empty\ncompatibility_level = ${level}\n`;
    const path = join(folder, 'main.cf');
    writeOld(path, `${own}${written}`);
    // postconf -n leaves out what nobody refers to.
    return { ...readInstallation({ directory: folder }), main: `${own}${written}` };
  };

  test.each(['what this build takes for granted', 'what we know of the release'])('agrees with us, by %s', (source) => {
    const { defaults, ...installation } = main();
    const known =
      source.startsWith('what this') && defaults !== undefined ? { ...installation, defaults } : installation;
    const settings = Site.parse(known, { now: new Date() }).main;
    const ours = Object.fromEntries(names.map((name) => [name, settings.value(name)]));
    const theirs = Object.fromEntries(names.map((name) => [name, expandedBy(name)]));
    expect(ours).toEqual(theirs);
  });
});

/** Postfix waits with a file that may still be written. */
function writeOld(path: string, text: string): void {
  writeFileSync(path, text);
  const past = new Date(Date.now() - 60_000);
  utimesSync(path, past, past);
}

/** A parameter that postconf does not know is asked for through one that it does. */
function expandedBy(name: string): string {
  const option = name.startsWith('value_') ? ['-o', `smtpd_banner=$${name}`, 'smtpd_banner'] : [name];
  return outputOf('postconf', ['-c', folder, '-x', '-h', ...option])
    .toString()
    .trim();
}

test('the host names with which Postfix starts are those that doctor accepts', async () => {
  /** postlog reads main.cf as all programs do. One that stops waits for a second first, so all run at the same time. */
  const starts = async (host: string, i: number) => {
    const directory = join(folder, `host-${i}`);
    mkdirSync(directory);
    writeOld(join(directory, 'main.cf'), `mydomain = example.com\nmyhostname = ${host.replaceAll('$', () => '$$')}\n`);
    const [status] = await once(spawn('postlog', ['-c', directory, 'a test of host names']), 'exit');
    return status === 0 ? [host] : [];
  };
  expect((await Promise.all([...accepted, ...refused].map(starts))).flat()).toEqual(accepted);
});
