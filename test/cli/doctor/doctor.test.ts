import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PostfixError } from '../../../src/errors.js';
import type { PostfixInstallation } from '../../../src/postfix/installation/installation.js';
import type { ReadingOptions } from '../../../src/postfix/installation/read-installation.js';
import { catalogue } from '../../../src/postfix/rules/catalogue.js';
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

Checked, by ${catalogue.length} rules:
  smtp/inet: STARTTLS offered, AUTH by cyrus, certificate for mail.example.com, smtp.example.com until 2056-01-01 (10623 days left)
  submission/inet: STARTTLS required, AUTH by cyrus, certificate for mail.example.com, smtp.example.com until 2056-01-01 (10623 days left)

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
    expect(output).toMatch(/^ {2}error P02 smtpd_tls_chain_files: .*\n {4}shell: chown root:root /m);
    expect(output).toContain('\n2 errors, no warnings\n');
    expect(output).not.toContain('Settings');
  });

  test('warnings alone are exit 0', async () => expect((await doctor({ owner: 'tomcat' })).exitCode).toBe(0));

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
  });

  test('says that the keystore has another key, with the password from --storepass', async () => {
    const other = join(fixtures, 'jks/expired.jks');
    const { exitCode, output } = await doctor({}, '--keystore', other, '--storepass', 'pass:changeit');
    expect(exitCode).toBe(0);
    expect(output).toMatch(
      /warning P09 .*the keystore does not contain the certificate that the server sends.*\n {4}shell: jks2pem .*expired\.jks -o /,
    );
    expect(output).toContain('\nno errors, 1 warning\n');
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
    expect((await doctor({}, '--autoconfig', file)).error).toBe(
      `jks2pem: wrote ${file} for addresses @example.com\njks2pem: hint: if users have addresses of another domain, give it with --domain\n`,
    );
    expect(readFileSync(file, 'utf8')).toContain('<port>587</port>');
    expect((await doctor({}, '--autoconfig', file)).error).toBe(`jks2pem: ${file} is up to date\n`);
    const other = await doctor({}, '--autoconfig', join(folder, 'other.xml'), '--domain', 'example.org');
    expect(other.error).toBe(`jks2pem: wrote ${join(folder, 'other.xml')} for addresses @example.org\n`);
    expect(readFileSync(join(folder, 'other.xml'), 'utf8')).toContain('<domain>example.org</domain>');
    const none = await doctor({ main: { smtpd_sasl_auth_enable: 'no' } }, '--autoconfig', join(folder, 'none.xml'));
    expect(none.error).toContain('is not written');
  });

  test('where there is no Postfix, it says so: exit 1 and a hint', async () => {
    read.mockImplementation(() => {
      throw new PostfixError('Postfix is not installed here: there is no postconf');
    });
    const failure = 'jks2pem: error: Postfix is not installed here: there is no postconf [ERR_POSTFIX]';
    expect(await runCommand(['doctor', '--config-dir', '/etc/postfix'])).toMatchObject({
      exitCode: 1,
      output: '',
      error: `${failure}\njks2pem: hint: --config-dir names the directory with main.cf and master.cf; run doctor as root\n`,
    });
    expect(read).toHaveBeenCalledWith({ directory: '/etc/postfix' });
    expect((await runCommand(['doctor'])).error).toBe(
      `${failure}\njks2pem: hint: run doctor on the server itself, as root; from elsewhere, use jks2pem probe HOST\n`,
    );
  });

  test('what a file holds cannot move the cursor', async () => {
    const { output } = await doctor({ main: { smtpd_tls_auth_only: 'yes # \u001b[2J' } });
    expect(output.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  describe('--fix', () => {
    const broken = { main: { smtpd_tls_auth_only: 'no' }, saslConfig: 'pwcheck_method: saslauthd\n' };

    test('prints one script: postconf for each line, and a reload at the end', async () => {
      const change: Change = {
        ...broken,
        master: (sound) => sound.replace(/^tlsmgr.*\n/m, ''),
        more: { saslConfigPath: '/etc/postfix/sasl/smtpd.conf' },
      };
      const { output, exitCode } = await doctor(change, '--fix');
      expect(exitCode).toBe(3);
      expect(output.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
        'set -e',
        "postconf -M 'tlsmgr/unix=tlsmgr unix - - n 1000? 1 tlsmgr'",
        "postconf -e 'smtpd_tls_auth_only = yes'",
        "sed -i '/^mech_list[[:space:]]*:/d' /etc/postfix/sasl/smtpd.conf",
        "printf '%s\\n' 'mech_list: plain login' >> /etc/postfix/sasl/smtpd.conf",
        'postfix check',
        'postfix reload',
      ]);
      expect(spawnSync('sh', ['-n'], { input: output }).status).toBe(0);
    });

    test('sets each parameter once: the line of an error is not undone by that of a later finding', async () => {
      const list = 'permit_sasl_authenticated, check_sender_access static:OK, defer_unauth_destination';
      const { output } = await doctor({ main: { smtpd_relay_restrictions: list } }, '--fix');
      expect(output.match(/^postconf -e 'smtpd_relay_restrictions = .*$/gm)).toEqual([
        "postconf -e 'smtpd_relay_restrictions = permit_sasl_authenticated, defer_unauth_destination, check_sender_access static:OK'",
      ]);
      expect(output).toMatch(
        /^# R07 .*\n# A line above sets smtpd_relay_restrictions already\. Run jks2pem doctor again/m,
      );
    });

    test('for another directory, every command names it', async () => {
      const { output } = await doctor(broken, '--fix', '--config-dir', '/srv/my conf');
      expect(output).toContain("postconf -c '/srv/my conf' -e 'smtpd_tls_auth_only = yes'");
      expect(output).toContain("postfix -c '/srv/my conf' reload");
    });

    test('without a line there is nothing to run', async () => {
      const { output } = await doctor({ main: { myhostname: 'other.example.com' } }, '--fix');
      expect(output).toContain('# No line is proposed.');
      expect(output).toContain('# Nothing to run.');
      expect(output).not.toContain('reload\n');
    });

    test('what a value contains cannot leave its comment or its quotes', async () => {
      const { output } = await doctor({ main: { smtpd_tls_auth_only: "no # '\n$(touch /tmp/x)" } }, '--fix');
      expect(spawnSync('sh', ['-n'], { input: output }).status).toBe(0);
      for (const line of output.split('\n')) if (line.includes('touch')) expect(line).toMatch(/^#|'/);
    });
  });

  describe('--explain', () => {
    test('prints what a rule means', async () => {
      const { output, exitCode } = await runCommand(['doctor', '--explain', 'p08']);
      expect(exitCode).toBe(0);
      expect(output).toContain('P08 Clients cannot build a chain');
      expect(output).toContain('Documented in: TLS_README');
    });

    test('an unknown rule: the known ones', async () => {
      const { error, exitCode } = await runCommand(['doctor', '--explain', 'X99']);
      expect(exitCode).toBe(2);
      expect(error).toContain('there is no such rule');
      expect(error).toContain('P08');
    });
  });

  describe('for cron and monitoring', () => {
    const warned = { owner: 'tomcat' };

    test('-q prints nothing if nothing is wrong', async () => {
      expect(await doctor({}, '-q')).toMatchObject({ exitCode: 0, output: '', error: '' });
      expect((await doctor(warned, '-q')).output).toContain('P02');
    });

    test('--strict and --allow', async () => {
      expect((await doctor(warned, '--strict')).exitCode).toBe(3);
      const allowed = await doctor(warned, '--strict', '--allow', 'P02');
      expect(allowed.exitCode).toBe(0);
      expect(allowed.output).not.toContain('P02');
    });

    test('--days decides from when a certificate is reported', async () => {
      expect((await doctor({}, '--days', '20000')).output).toContain('P10');
      expect((await doctor({}, '--days', '30')).output).not.toContain('P10');
    });

    test.each(['CERTIFICATE_EXPIRES', 'EXPIRES_SOON', 'WARN_CERTIFICATE_EXPIRES_SOON'])(
      '--allow %s removes what --days asks for, and nothing else',
      async (code) => {
        const args = ['--days', '20000', '--strict', '--allow', code];
        expect(await doctor({}, ...args)).toMatchObject({ exitCode: 0, output: expect.not.stringContaining('P10') });
        expect((await doctor(warned, ...args)).exitCode).toBe(3);
        expect((await doctor({}, '--days', 'soon', '--allow', code)).exitCode).toBe(2);
      },
    );

    test.each([
      [0, {}, 'DOCTOR OK - Postfix 3.7.11: no errors, no warnings\n'],
      [1, warned, 'DOCTOR WARNING - /etc/postfix/example.pem (mode 0600'],
      [2, { main: { smtpd_tls_auth_only: 'no' } }, 'DOCTOR CRITICAL - AUTH is offered before STARTTLS'],
    ] as const)('--nagios: %i', async (exitCode, change, start) => {
      const result = await doctor(change, '--nagios');
      expect(result.exitCode).toBe(exitCode);
      expect(result.output.startsWith(start)).toBe(true);
      expect(result.output.trimEnd()).not.toContain('\n');
    });

    test('--nagios is unknown if the server does not answer, whatever the files say', async () => {
      const { exitCode, output } = await doctor(warned, '--nagios', '--probe', '127.0.0.1:1');
      expect([exitCode, output]).toEqual([
        3,
        expect.stringMatching(/^DOCTOR UNKNOWN - 127\.0\.0\.1:1: .* \[ERR_PROBE\]\n$/),
      ]);
    });

    test('--allow removes no error', async () => {
      const { exitCode, output } = await doctor({ main: { smtpd_tls_auth_only: 'no' } }, '--allow', 'A01');
      expect([exitCode, output.includes('error A01')]).toEqual([3, true]);
    });

    test('--allow and --days are for the running server, too', async () => {
      const server = await FakeServer.open({});
      try {
        const probed = (...args: string[]) =>
          doctor({}, '--probe', `127.0.0.1:${server.port}`, '--hostname', 'mail.example.com', '--strict', ...args);
        expect((await probed()).exitCode).toBe(0);
        const late = await probed('--days', '20000', '--allow', 'P10');
        expect([late.exitCode, late.output.includes('[CERTIFICATE_EXPIRES]')]).toEqual([3, true]);
        expect(late.output).toMatch(/presented:\n {4}1\. .*, until [-0-9]+ {2}\(\d+ days left\)\n/);
        expect((await probed('--days', '20000', '--allow', 'CERTIFICATE_EXPIRES')).exitCode).toBe(0);
      } finally {
        server.close();
      }
    });

    test('--nagios without Postfix is unknown', async () => {
      read.mockImplementation(() => {
        throw new PostfixError('Postfix is not installed here: there is no postconf');
      });
      const { exitCode, output } = await runCommand(['doctor', '--nagios']);
      expect(exitCode).toBe(3);
      expect(output).toMatch(/^DOCTOR UNKNOWN - Postfix is not installed here/);
    });
  });

  test('a server that cannot be probed does not cost the report', async () => {
    const { exitCode, output } = await doctor({}, '--probe', '127.0.0.1:1');
    expect(exitCode).toBe(1);
    expect(output).toContain('no errors, no warnings');
    expect(output).toMatch(/error: the server could not be probed: 127\.0\.0\.1/);
  });
});
