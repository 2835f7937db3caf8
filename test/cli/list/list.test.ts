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
  test('says how to give the password of a keystore that is encrypted as a whole', async () => {
    const { exitCode, output, error } = await runCommand(['list', `${fixtures}uber/keys.uber`]);
    expect([exitCode, output, error]).toEqual([2, '', expect.stringContaining('--storepass')]);
  });

  test('shows each entry with dates, key and hash', async () => {
    const { exitCode, output, error } = await list('tomcat.keystore');
    expect([exitCode, error]).toEqual([0, '']);
    expect(output).toContain('JKS version 2, 3 entries, integrity verified\n');
    const { entries } = expectation('tomcat.keystore');
    for (const { alias, kind, creationDate, certificates } of entries) {
      expect(output).toContain(`\n${alias}: ${kind}, ${creationDate?.slice(0, 10)}\n`);
      for (const hash of certificates ?? []) expect(output).toContain(`SHA-256 ${hash}`);
    }
    expect(output).toContain(
      [
        '  CN=mail.example.com,O=Example',
        '    names: mail.example.com, smtp.example.com',
        '    RSA 2048, 2026-01-01 to 2056-01-01 (10623 days left)',
        '    serial number b265e5e519a691df',
        '    SHA-256 ',
      ].join('\n'),
    );
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
    expect((await list('jks/expired.jks')).output).toMatch(/\(EXPIRED [\d,]+ days? ago\)[\s\S]*warning: .*expired/);
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

  test('says why a key has no certificate: the password is missing, or there is none', async () => {
    const { output } = await runCommand(['list', `${fixtures}tomcat.p12`]);
    expect(output).toMatch(/^tomcat: PrivateKeyEntry.*\n {2}certificates are encrypted; the password shows them$/m);
    expect((await list('jks/no-chain.jks')).output).toMatch(/: PrivateKeyEntry.*\n {2}no certificate$/m);
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
        sha1: expect.stringMatching(/^[0-9a-f]{40}$/),
        subjectAltNames: expect.any(Array),
        publicKey: { algorithm: 'RSA', size: 2048 },
      });
    }
  });

  test('--json has names and key of each certificate', async () => {
    const [leaf] = JSON.parse((await list('tomcat.keystore', '--json')).output).entries[0].certificates;
    expect(leaf.subjectAltNames).toEqual([
      { type: 'dns', value: 'mail.example.com' },
      { type: 'dns', value: 'smtp.example.com' },
    ]);
    const [ec] = JSON.parse((await list('jks/ec-p256.jks', '--json')).output).entries[0].certificates;
    expect(ec.publicKey).toMatchObject({ algorithm: 'EC', size: 256 });
  });

  test('warns of a key certificate that expires soon, by the rule or by --days', async () => {
    const at = (now: string, ...args: string[]) =>
      runCommand(['list', `${fixtures}tomcat.keystore`, '--storepass', 'pass:my-passphrase', ...args], {
        now: new Date(now),
      });
    const [fine, soon] = ['2055-12-11T00:00:00Z', '2055-12-11T00:00:01Z'];
    expect((await at(fine)).error).toBe('');
    expect((await at(soon)).error).toBe(
      ['CN=mail.example.com,O=Example', 'CN=Intermediate CA,O=Example', 'CN=New Root CA,O=Example']
        .map(
          (name) =>
            `jks2pem: warning: "tomcat": "${name}" expires in 20 days, on 2056-01-01 [WARN_CERTIFICATE_EXPIRES_SOON]\n`,
        )
        .join(''),
    );
    expect((await at(soon)).output).toContain('(20 days left)');
    expect((await at(soon, '--days', '10')).error).toBe('');
    expect((await at(fine, '--days', '30')).error).toContain('expires in 21 days');
    expect((await at(soon, '--strict')).exitCode).toBe(3);
    expect((await at(fine, '--strict')).exitCode).toBe(0);
    expect(await at(soon, '--strict', '--allow', 'WARN_CERTIFICATE_EXPIRES_SOON')).toMatchObject({
      exitCode: 0,
      error: '',
    });
    const warning = { code: 'WARN_CERTIFICATE_EXPIRES_SOON', alias: 'tomcat' };
    expect(JSON.parse((await at(soon, '--json')).output).warnings).toMatchObject([warning, warning, warning]);
    expect((await at(fine, '--days', 'soon')).exitCode).toBe(2);
    expect((await at(fine, '--allow', 'soon')).exitCode).toBe(2);
  });

  test('--strict counts a warning about a chain alone, unless it is allowed', async () => {
    const unknown = (...args: string[]) => list('tomcat-leaf-only.keystore', ...args);
    expect((await unknown()).exitCode).toBe(0);
    expect((await unknown('--strict')).exitCode).toBe(3);
    const allowed = await unknown('--strict', '--allow', 'WARN_ANCHOR_UNKNOWN');
    expect([allowed.exitCode, allowed.output.includes('warning:')]).toEqual([0, false]);
    expect(JSON.parse((await unknown('--json')).output).paths[0].warnings).toMatchObject([
      { code: 'WARN_ANCHOR_UNKNOWN' },
    ]);
  });

  test('--clientcerts prints lines for relay_clientcerts: the fingerprint as Postfix wants it, no CA', async () => {
    const { exitCode, output } = await list('tomcat.keystore', '--clientcerts');
    const [leaf = ''] =
      expectation('tomcat.keystore').entries.find(({ alias }) => alias === 'tomcat')?.certificates ?? [];
    const colons = leaf.toUpperCase().match(/../g)?.join(':');
    expect([exitCode, output]).toEqual([0, `${colons} tomcat\n`]);
    const { output: old } = await list('tomcat.keystore', '--clientcerts', '--digest', 'sha1');
    expect(old).toMatch(/^(?:[0-9A-F]{2}:){19}[0-9A-F]{2} tomcat\n$/);
    expect((await list('tomcat.keystore', '--clientcerts', '--digest', 'crc32')).exitCode).toBe(2);
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
    const text = await runCommand(['list', `${fixtures}not-keystores/text.txt`]);
    expect([text.exitCode, text.error]).toEqual([1, expect.stringContaining('text.txt: not a keystore')]);
    const pem = await runCommand(['list', `${fixtures}not-keystores/certificate.pem`]);
    expect(pem.error).toMatch(/PEM already[\s\S]*hint: jks2pem verify FILE/);
  });
});
