import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PostfixError } from '../../../src/errors.js';
import type { PostfixInstallation } from '../../../src/postfix/installation/installation.js';
import type { ReadingOptions } from '../../../src/postfix/installation/read-installation.js';
import { blocks, type Change, installation } from '../../postfix/sound-installation.js';
import { FakeServer } from '../../probe/fake-server.js';
import { runCommand } from '../fake-host.js';

const read = vi.hoisted(() => vi.fn<(options?: ReadingOptions) => PostfixInstallation>());
vi.mock('../../../src/postfix/installation/read-installation.js', () => ({ readInstallation: read }));

const fixtures = new URL('../../../fixtures', import.meta.url).pathname;
const root = join(fixtures, 'story/old-root.pem');
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

function doctor(change: Change = {}, ...args: string[]) {
  read.mockReturnValue(installation(change));
  return runCommand(['doctor', '--trust', root, ...args], { environment: { JKS2PEM_STOREPASS: 'my-passphrase' } });
}

beforeEach(() => void read.mockReset());

describe('doctor', () => {
  test('is content: exit 0, and what to type into a mail program', async () => {
    const { exitCode, output, error } = await doctor();
    expect([exitCode, error]).toEqual([0, '']);
    expect(output).toBe(`Postfix 3.7.11

no errors, no warnings

Settings for mail programs (outgoing server, SMTP):
  mail.example.com, port 587, STARTTLS, normal password, user name: the login name
  mail.example.com, port 25, STARTTLS, normal password, user name: the login name
`);
  });

  test('is not content: exit 3, each finding with the line to copy, no settings', async () => {
    const { exitCode, output } = await doctor({ main: { smtpd_tls_auth_only: 'no' }, mode: 0o644 });
    expect(exitCode).toBe(3);
    expect(output).toMatch(
      /^ {2}error A01 smtpd_tls_auth_only: AUTH is offered .*\n {4}main\.cf: smtpd_tls_auth_only = yes$/m,
    );
    expect(output).toMatch(/^ {2}warning P02 smtpd_tls_chain_files: .*\n {4}shell: chown root:root /m);
    expect(output).toContain('\n1 error, 1 warning\n');
    expect(output).not.toContain('Settings');
  });

  test('warnings alone are exit 0', async () => expect((await doctor({ mode: 0o644 })).exitCode).toBe(0));

  test('as JSON', async () => {
    const { output } = await doctor({ main: { smtpd_tls_auth_only: 'no' } }, '--json');
    expect(JSON.parse(output)).toMatchObject({
      mailVersion: '3.7.11',
      findings: [
        { rule: 'A01', severity: 'error', service: 'smtp/inet', fix: 'smtpd_tls_auth_only = yes', place: 'main.cf' },
      ],
      probe: null,
      mailClientSettings: [{ port: 587 }, { port: 25 }],
    });
  });

  test('holds what is served against the keystore', async () => {
    const keystore = join(fixtures, 'tomcat.keystore');
    const change = { bundle: blocks.slice(0, 3).join('') };
    const { exitCode, output } = await doctor(change, '--keystore', keystore);
    expect(exitCode).toBe(0);
    expect(output).toMatch(
      /warning P09 .*CN=New Root CA,O=Example, certified by CN=Old Root CA,O=Example.*\n {4}shell: jks2pem .*tomcat\.keystore -o \/etc\/postfix\/example\.pem && postfix reload$/m,
    );
    expect((await doctor({}, '--keystore', keystore)).output).not.toContain('P09');
    const other = join(fixtures, 'jks/expired.jks');
    expect((await runCommand(['doctor', '--keystore', other, '--storepass', 'pass:changeit'])).exitCode).not.toBe(2);
  });

  test('looks at the running server too', async () => {
    const server = await FakeServer.open({ before: ['AUTH PLAIN', 'STARTTLS'] });
    try {
      const { exitCode, output } = await doctor(
        {},
        '--probe',
        `127.0.0.1:${server.port}`,
        '--hostname',
        'mail.example.com',
      );
      expect(exitCode).toBe(3);
      expect(output).toContain('[AUTH_BEFORE_TLS]');
    } finally {
      server.close();
    }
  });

  test("writes Thunderbird's file, once", async () => {
    const file = join(folder, 'config-v1.1.xml');
    expect((await doctor({}, '--autoconfig', file)).error).toBe(`jks2pem: wrote ${file}\n`);
    expect(readFileSync(file, 'utf8')).toContain('<port>587</port>');
    expect((await doctor({}, '--autoconfig', file)).error).toBe(`jks2pem: ${file} is up to date\n`);
    const none = await doctor({ main: { smtpd_sasl_auth_enable: 'no' } }, '--autoconfig', join(folder, 'none.xml'));
    expect(none.error).toContain('is not written');
  });

  test('where there is no Postfix, it says so: exit 1 and a hint', async () => {
    read.mockImplementation(() => {
      throw new PostfixError('Postfix is not installed here: there is no postconf');
    });
    const { exitCode, output, error } = await runCommand(['doctor', '--config-dir', '/etc/postfix']);
    expect(read).toHaveBeenCalledWith({ directory: '/etc/postfix' });
    expect([exitCode, output]).toEqual([1, '']);
    expect(error).toMatch(
      /^jks2pem: error: Postfix is not installed here: there is no postconf \[ERR_POSTFIX\]\njks2pem: hint: /,
    );
  });

  test('what a file holds cannot move the cursor', async () => {
    const { output } = await doctor({ main: { smtpd_tls_auth_only: 'yes # \u001b[2J' } });
    expect(output.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});
