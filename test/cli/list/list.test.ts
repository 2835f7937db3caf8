import { describe, expect, test } from 'vitest';
import { expectation } from '../../fixtures.js';
import { runCommand } from '../fake-host.js';

const fixtures = new URL('../../../fixtures/', import.meta.url).pathname;
const list = (name: string, ...args: string[]) => {
  const { storePass } = expectation(name);
  return runCommand(['list', `${fixtures}${name}`, '--storepass', `pass:${storePass}`, ...args]);
};
const linesAfter = (text: string, heading: string) => text.slice(text.indexOf(heading)).split('\n').slice(1);

describe('list', () => {
  test('shows each entry with dates, key and hash', async () => {
    const { exitCode, output, error } = await list('tomcat.keystore');
    expect([exitCode, error]).toEqual([0, '']);
    expect(output).toContain('JKS version 2, 3 entries, integrity verified\n');
    const { entries } = expectation('tomcat.keystore');
    for (const { alias, kind, creationDate, certificates } of entries) {
      expect(output).toContain(`\n${alias}: ${kind}, ${creationDate?.slice(0, 10)}\n`);
      for (const hash of certificates ?? []) expect(output).toContain(`SHA-256 ${hash}`);
    }
    expect(output).toContain('  CN=mail.example.com,O=Example\n    RSA 2048, 2026-01-01 to 2056-01-01\n');
  });

  test('draws who certifies whom: both ways to a root, and the issuer that is missing', async () => {
    expect(linesAfter((await list('tomcat.keystore')).output, 'Who certifies whom:').slice(0, 6)).toEqual([
      'CN=New Root CA,O=Example  (root)',
      '└─ CN=Intermediate CA,O=Example [intermed]',
      '   └─ CN=mail.example.com,O=Example [tomcat]',
      'CN=Old Root CA,O=Example  (not in the keystore)',
      '└─ CN=New Root CA,O=Example [cross]  (cross certificate)',
      '   └─ CN=Intermediate CA,O=Example [intermed] … see above',
    ]);
  });

  test('says what a server would send, and why not more', async () => {
    expect(linesAfter((await list('tomcat.keystore')).output, 'A server sends for "tomcat":')).toEqual([
      '  1. CN=mail.example.com,O=Example',
      '  2. CN=Intermediate CA,O=Example',
      '  3. CN=New Root CA,O=Example',
      '  known root: CN=New Root CA,O=Example',
      '  with --chain shortest: CN=mail.example.com,O=Example, then CN=Intermediate CA,O=Example',
      '',
    ]);
    expect((await list('jks/expired.jks')).output).toMatch(/\(EXPIRED\)[\s\S]*warning: .*expired/);
  });

  test('draws the same for Mermaid and for Graphviz', async () => {
    const mermaid = (await list('tomcat.keystore', '--graph', 'mermaid')).output;
    expect(mermaid).toMatch(/^flowchart TD\n/);
    expect(mermaid.match(/ --> /g)).toHaveLength(4);
    expect(mermaid.match(/:::cross$/gm)).toHaveLength(1);
    expect(mermaid.match(/:::missing$/gm)).toHaveLength(1);
    expect(mermaid.match(/-\.-\|same key\|/g)).toHaveLength(1);
    const dot = (await list('tomcat.keystore', '--graph', 'dot')).output;
    expect(dot).toMatch(/^digraph certificates \{\n[\s\S]*\n\}\n$/);
    expect(dot.match(/ -> c[0-9a-f]{16};/g)).toHaveLength(4);
  });

  test('works without a password, and says what that means', async () => {
    const { exitCode, output, error } = await runCommand(['list', `${fixtures}tomcat.keystore`]);
    expect(exitCode).toBe(0);
    expect(output).toContain('integrity not checked');
    expect(error).toContain('warning: ');
    // -q silences success, never a warning.
    expect((await runCommand(['list', `${fixtures}tomcat.keystore`, '-q'])).error).toBe(error);
  });

  test('--json has the shape that scripts rely on', async () => {
    const { output } = await list('tomcat.keystore', '--json');
    const { entries } = expectation('tomcat.keystore');
    const told = JSON.parse(output);
    expect(told).toMatchObject({ type: 'JKS', integrity: 'verified', warnings: [] });
    const summary = told.entries.map((entry: Record<string, unknown>) => ({
      alias: entry['alias'],
      kind: entry['kind'],
      creationDate: entry['creationDate'],
      certificates: (entry['certificates'] as { sha256: string }[]).map(({ sha256 }) => sha256),
    }));
    const expected = entries.map(({ alias, kind, creationDate, certificates }) => ({
      alias,
      kind,
      creationDate,
      certificates,
    }));
    expect(summary).toEqual(expect.arrayContaining(expected));
    for (const certificate of told.entries[0].certificates) {
      expect(certificate).toEqual({
        subject: expect.any(String),
        issuer: expect.any(String),
        serialNumber: expect.stringMatching(/^[0-9a-f]+$/),
        notBefore: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        notAfter: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }
  });

  test('shows odd aliases without letting them at the terminal', async () => {
    const { exitCode, output } = await list('jks/odd.jks');
    expect(exitCode).toBe(0);
    expect(output).not.toMatch(/[^\n\P{Cc}]/u);
    expect(output).toContain('__proto__: ');
  });

  test.each([
    'jks/empty.jks',
    'jks/truststore-500.jks',
    'jks/no-chain.jks',
    'jks/mismatch.jks',
    'jks/several-keys.jks',
  ])('shows %s', async (name) => {
    const { exitCode, output } = await list(name);
    expect(exitCode).toBe(0);
    for (const { alias } of expectation(name).entries) expect(output).toContain(`\n${alias}: `);
  });

  test('tells a wrong password and a file that is no keystore', async () => {
    const wrong = await runCommand(['list', `${fixtures}tomcat.keystore`, '--storepass', 'pass:wrong']);
    expect([wrong.exitCode, wrong.output]).toEqual([1, '']);
    expect(wrong.error).toContain('[ERR_STORE_INTEGRITY]');
    expect((await runCommand(['list', `${fixtures}not-keystores/text.txt`])).exitCode).toBe(1);
  });
});
