import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { blocks, bundle } from '../../postfix/sound-installation.js';
import { type Behaviour, FakeServer } from '../../probe/fake-server.js';
import { runCommand } from '../fake-host.js';

const root = new URL('../../../fixtures/story/old-root.pem', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-probe-'));
afterAll(() => rmSync(folder, { recursive: true }));

let server: FakeServer | undefined;
afterEach(() => server?.close());
async function probe(behaviour: Behaviour, ...args: string[]) {
  server = await FakeServer.open(behaviour);
  return runCommand(['probe', `127.0.0.1:${server.port}`, '--trust', root, '--hostname', 'mail.example.com', ...args]);
}

describe('probe', () => {
  test('a sound server: exit 0, told in words', async () => {
    const expected = join(folder, 'example.pem');
    writeFileSync(expected, bundle);
    const { exitCode, output, error } = await probe({}, '--expect', expected);
    expect([exitCode, error]).toEqual([0, '']);
    expect(output.replaceAll(/\d{4,5}(?=, SMTP)|[\d,]+(?= days)/g, 'N')).toBe(`127.0.0.1:N, SMTP with STARTTLS
  greeting: fake ESMTP
  before TLS: PIPELINING, STARTTLS
  inside TLS: PIPELINING, AUTH PLAIN LOGIN
  TLSv1.3, TLS_AES_256_GCM_SHA384
  presented:
    1. CN=mail.example.com,O=Example, until 2056-01-01
    2. CN=Intermediate CA,O=Example, until 2056-01-01
    3. CN=New Root CA,O=Example, until 2056-01-01
  verified up to CN=Old Root CA,O=Example, N days left
  is for mail.example.com
  exactly the expected certificates
no errors, no warnings
`);
  });

  test('something wrong: exit 3, and the finding by name', async () => {
    const { exitCode, output } = await probe({ before: ['AUTH PLAIN', 'STARTTLS'] });
    expect([exitCode, output]).toEqual([3, expect.stringContaining('[AUTH_BEFORE_TLS]\n1 error, no warnings\n')]);
  });

  test('as JSON', async () => {
    const { exitCode, output } = await probe({}, '--json', '--relay-test', 'a@example.org', 'b@example.net');
    const report = JSON.parse(output);
    expect(exitCode).toBe(0);
    expect(Object.keys(report)).toEqual([
      'host',
      'port',
      'implicitTls',
      'greeting',
      'capabilities',
      'protocol',
      'cipher',
      'chain',
      'verification',
      'otherChains',
      'asExpected',
      'asksForCertificate',
      'clientCertificate',
      'relay',
      'findings',
    ]);
    expect(report.chain[0]).toMatchObject({
      subject: 'CN=mail.example.com,O=Example',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(report.relay).toHaveLength(17);
  });

  test('what a server says cannot move the cursor', async () => {
    const { output } = await probe({ greeting: '220 \u001b[2J\u0007x\r\n', after: ['AUTH \u009b31m'] });
    expect(output.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(output).toContain('greeting: \\u{1b}[2J\\u{7}x');
  });

  test('no mail server: exit 1', async () => {
    const { exitCode, output, error } = await probe({ greeting: 'hello\r\n' });
    expect([exitCode, output]).toEqual([1, '']);
    expect(error).toMatch(/^jks2pem: error: 127\.0\.0\.1:\d+: this is not SMTP: "hello" \[ERR_PROBE\]\n$/);
  });

  test.each([
    [['probe'], 'missing required argument'],
    [['probe', 'a b'], '"a b" is not the address of a server'],
    [['probe', 'a:99999'], 'is not the address of a server'],
    [['probe', 'a', '--timeout', 'soon'], '--timeout'],
    [['probe', 'a', '--timeout', '0'], '--timeout'],
    [['probe', 'a', '--relay-test', 'x@example.org'], '--relay-test needs two addresses'],
    [['probe', 'a', '--relay-test', 'x@example.org', 'y@example.net\r\nDATA'], 'is not a plain mail address'],
  ])('%j is exit 2', async (args, message) => {
    const { exitCode, error } = await runCommand(args);
    expect([exitCode, error]).toEqual([2, expect.stringContaining(message)]);
  });

  describe('--cert', () => {
    const write = (text: string) => {
      writeFileSync(join(folder, 'client.pem'), text);
      return join(folder, 'client.pem');
    };
    const [key = '', certificate = ''] = blocks;
    const incomplete = 'not a PEM file with a private key and its certificate';
    test.each([
      ['text', incomplete],
      [key, incomplete],
      [certificate, incomplete],
      [`${key.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY')}${certificate}`, 'the key is encrypted'],
      [`-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n${certificate}`, 'the key is encrypted'],
    ])('%#: the file is refused, with the reason', async (text, reason) => {
      const path = write(text);
      const { exitCode, error } = await runCommand(['probe', 'localhost:1', '--cert', path]);
      expect([exitCode, error]).toEqual([
        1,
        `jks2pem: error: ${path}: ${reason} [ERR_INPUT]\njks2pem: hint: jks2pem KEYSTORE -a ALIAS -o FILE writes one\n`,
      ]);
    });

    test('a key and its certificate are accepted', async () => {
      const { exitCode, output } = await probe({}, '--cert', write(`${key}${certificate}`), '--json');
      expect([exitCode, JSON.parse(output).clientCertificate]).toMatchObject([0, { outcome: 'ignored' }]);
    });
  });

  test('an error is not removed by --allow, a warning is', async () => {
    const offered = { before: ['AUTH PLAIN', 'STARTTLS'] };
    expect((await probe(offered, '--allow', 'AUTH_BEFORE_TLS')).exitCode).toBe(3);
    server?.close();
    const late = ['--days', '20000', '--strict'];
    expect((await probe({}, ...late)).exitCode).toBe(3);
    server?.close();
    expect((await probe({}, ...late, '--allow', 'CERTIFICATE_EXPIRES')).exitCode).toBe(0);
  });

  test('for monitoring: right, a warning, an error, and no answer', async () => {
    const line = async (behaviour: Behaviour, ...args: string[]) => {
      const { exitCode, output } = await probe(behaviour, '--nagios', ...args);
      server?.close();
      return `${exitCode} ${output.replaceAll(/127\.0\.0\.1:\d+/g, 'SERVER')}`;
    };
    expect([
      await line({}),
      await line({}, '--days', '20000'),
      await line({}, '--days', '20000', '--strict'),
      await line({ before: ['AUTH PLAIN', 'STARTTLS'] }),
      await line({ greeting: 'hello\r\n' }),
    ]).toEqual([
      '0 PROBE OK - SERVER: TLS and certificate are right, 10623 days left | days_left=10623\n',
      expect.stringMatching(/^1 PROBE WARNING - SERVER: .* expires in 10623 days, on 2056-01-01 \| days_left=10623\n$/),
      expect.stringMatching(/^2 PROBE CRITICAL - SERVER: .* expires in 10623 days/),
      expect.stringMatching(/^2 PROBE CRITICAL - SERVER: AUTH .* \| days_left=10623\n$/),
      expect.stringMatching(/^3 PROBE UNKNOWN - SERVER: this is not SMTP: "hello" \[ERR_PROBE\]\n$/),
    ]);
  });

  test('-q prints nothing if all is right', async () => {
    expect((await probe({}, '-q')).output).toBe('');
    server?.close();
    const noted = { implicitTls: true };
    expect((await probe(noted)).output).toContain('info: ');
    server?.close();
    expect((await probe(noted, '-q')).output).toBe('');
    server?.close();
    expect((await probe({ before: ['AUTH PLAIN', 'STARTTLS'] }, '-q')).output).toContain('[AUTH_BEFORE_TLS]');
  });

  test('files that are not there are exit 1', async () => {
    expect((await runCommand(['probe', 'localhost', '--expect', '/nonexistent.pem'])).exitCode).toBe(1);
  });
});
