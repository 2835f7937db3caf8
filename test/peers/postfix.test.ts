import { chmodSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jks2pem } from './command.js';
import { Imap } from './imap.js';
import { MailClient } from './mail-client.js';
import { MailSink } from './mail-sink.js';
import { PostfixServer } from './postfix-server.js';
import { Processes, waitUntil } from './processes.js';
import { readmeLines } from './readme.js';
import { runTool } from './tool.js';

const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const keystore = join(fixtures, 'tomcat.keystore');
const roots = {
  'the old root': join(fixtures, 'story/old-root.pem'),
  'the new root': join(fixtures, 'story/new-root.pem'),
};
const anyRoot = readFileSync(roots['the new root']);
const user = 'alice';
const password = 's3cret pass';

/** How main.cf names the bundle. */
const styles: Readonly<Record<string, (server: PostfixServer) => void>> = {
  'one parameter for the bundle': () => {},
  'the two parameters of old': (server) => {
    server.main.delete('smtpd_tls_chain_files');
    server.follow(readmeLines('/etc/postfix/main.cf, before 3.4'));
  },
};

/** Who checks passwords: gives the text of smtpd.conf. */
const authorities: Readonly<Record<string, (server: PostfixServer, processes: Processes) => Promise<string>>> = {
  sasldb: async (server) => {
    server.addUser(user, 'example.com', password);
    return server.ours(readmeLines('/etc/postfix/sasl/smtpd.conf, without saslauthd'));
  },
  saslauthd: async (server, processes) => {
    const mux = join(server.folder, 'saslauthd');
    const imap = await Imap.open(user, password);
    processes.onEnd(() => imap.close());
    runTool('install', ['-d', '-m', '755', mux]);
    processes.start('saslauthd', ['-d', '-n', '1', '-a', 'rimap', '-O', `127.0.0.1/${imap.port}`, '-m', mux]);
    await waitUntil('saslauthd opens its socket', () => existsSync(join(mux, 'mux')));
    return `${readmeLines('/etc/postfix/sasl/smtpd.conf')}saslauthd_path: ${join(mux, 'mux')}\n`;
  },
};

const situations = Object.keys(styles).flatMap((style, i) => [
  { style, authority: Object.keys(authorities)[i] as string },
]);

describe.each(situations)('the article with $style and passwords in $authority', ({ style, authority }) => {
  const processes = new Processes();
  let sink: MailSink;
  let server: PostfixServer;

  beforeAll(async () => {
    sink = await MailSink.open();
    server = await PostfixServer.create(sink.port);
    const converted = jks2pem([keystore, '--storepass', 'pass:my-passphrase', '-o', server.bundle]);
    expect([converted.status, converted.stdout.toString()]).toEqual([0, '']);
    styles[style]?.(server);
    server.writeSaslConfig((await authorities[authority]?.(server, processes)) ?? '');
    server.write();
    await server.start();
  });
  afterAll(async () => {
    await server?.remove();
    await processes.end();
    sink?.close();
  });

  const connect = async () => {
    const client = await MailClient.open(server.ports.smtp);
    await client.startTls(anyRoot);
    return client;
  };

  test('step 5: STARTTLS is offered, AUTH only behind it', async () => {
    const client = await MailClient.open(server.ports.smtp);
    const before = await client.command('EHLO client.example.org');
    expect(before).toContain('STARTTLS');
    expect(before).not.toContain('AUTH');
    expect(await client.command('AUTH PLAIN AGEAYg==')).toMatch(/^5/);
    expect(await client.startTls(anyRoot)).toMatch(/^250-AUTH PLAIN LOGIN|^250-AUTH LOGIN PLAIN/m);
    client.close();
  });

  test.each(Object.entries(roots))('step 5: openssl s_client that trusts only %s verifies the chain', (_, root) => {
    for (const [port, how] of [
      [server.ports.smtp, ['-starttls', 'smtp']],
      [server.ports.submissions, []],
    ] as const) {
      const trust = [
        '-no-CApath',
        '-no-CAstore',
        '-CAfile',
        root,
        '-verify_return_error',
        '-verify_hostname',
        'mail.example.com',
      ];
      const client = runTool(
        'openssl',
        ['s_client', '-connect', `127.0.0.1:${port}`, ...how, '-showcerts', ...trust],
        'QUIT\r\n',
      );
      expect(client.stdout.toString()).toContain('Verify return code: 0 (ok)');
      const certificates = (text: string) => text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
      expect(certificates(client.stdout.toString())).toEqual(certificates(readFileSync(server.bundle, 'latin1')));
    }
  });

  test.each(Object.entries(roots))('step 5: probe that trusts only %s is content', (_, root) => {
    const arguments_ = ['--trust', root, '--hostname', 'mail.example.com', '--expect', server.bundle, '--json'];
    for (const [port, how] of [
      [server.ports.smtp, []],
      [server.ports.submission, []],
      [server.ports.submissions, ['--tls']],
    ] as const) {
      const result = jks2pem(['probe', `127.0.0.1:${port}`, ...how, ...arguments_]);
      expect([result.status, result.stderr.toString()]).toEqual([0, '']);
      const report = JSON.parse(result.stdout.toString());
      expect(report).toMatchObject({
        asExpected: true,
        findings: [],
        verification: { trusted: true, nameMatches: true },
      });
      expect(report.chain).toHaveLength(3);
    }
  });

  test('step 6: a user with the password relays', async () => {
    const client = await connect();
    expect(await client.logIn(user, password)).toMatch(/^235/);
    expect(await client.send('alice@example.com', 'bob@example.org')).toMatch(/^250/);
    client.close();
    await waitUntil('the mail has been relayed', () => sink.delivered.includes('bob@example.org'));
  });

  test('step 6: a wrong password is refused, and no password relays nothing', async () => {
    const client = await connect();
    expect(await client.send('alice@example.com', 'carol@example.org')).toMatch(/^554 5\.7\.1/);
    expect(await client.command('RSET')).toMatch(/^250/);
    expect(await client.logIn(user, `${password}x`)).toMatch(/^535/);
    expect(await client.send('alice@example.com', 'carol@example.org')).toMatch(/^554 5\.7\.1/);
    client.close();
  });

  test('step 6: mail to the own domain is taken, to strangers of it not', async () => {
    const client = await connect();
    expect(await client.send('dave@example.org', 'alice@example.com')).toMatch(/^250/);
    expect(await client.send('dave@example.org', 'nobody@example.com')).toMatch(/^550/);
    client.close();
  });

  test('step 6: the office relays, everybody else does not, in none of the classic forms', async () => {
    const office = await MailClient.open(server.ports.smtp, '127.0.0.2');
    await office.command('EHLO office');
    expect(await office.send('alice@example.com', 'erin@example.org')).toMatch(/^250/);
    office.close();
    const result = jks2pem([
      'probe',
      `127.0.0.1:${server.ports.smtp}`,
      '--trust',
      roots['the old root'],
      '--hostname',
      'mail.example.com',
      '--relay-test',
      'mallory@example.org',
      'victim@example.net',
      '--json',
    ]);
    const { relay } = JSON.parse(result.stdout.toString()) as { relay: { accepted: boolean; reply: string }[] };
    expect(result.status).toBe(0);
    expect(relay.length).toBeGreaterThan(15);
    expect(relay.filter(({ accepted }) => accepted)).toEqual([]);
    expect(relay.filter(({ reply }) => !/^[45]/.test(reply))).toEqual([]);
    expect(sink.delivered).not.toContain('victim@example.net');
  });

  test('doctor is content, and says what to type into a mail program', () => {
    const file = join(server.folder, 'autoconfig.xml');
    const result = jks2pem(
      [
        'doctor',
        '--config-dir',
        server.config,
        '--trust',
        roots['the new root'],
        '--keystore',
        keystore,
        '--autoconfig',
        file,
      ],
      { env: { JKS2PEM_STOREPASS: 'my-passphrase' } },
    );
    const text = result.stdout.toString();
    expect(result.stderr.toString()).toBe(
      `jks2pem: wrote ${file} for addresses @example.com\njks2pem: hint: if users have addresses of another domain, give it with --domain\n`,
    );
    expect(result.status).toBe(0);
    expect(text).toContain('\nno errors, no warnings\n');
    expect(text).toContain(
      `  mail.example.com, port ${server.ports.submissions}, SSL/TLS, normal password, user name: `,
    );
    expect(readFileSync(file, 'utf8')).toContain(
      `<port>${server.ports.submission}</port>\n      <socketType>STARTTLS</socketType>`,
    );
  });

  test('DANE: openssl accepts the server by each record of jks2pem tlsa, and by no other', () => {
    const { stdout } = jks2pem([
      'tlsa',
      keystore,
      '--storepass',
      'pass:my-passphrase',
      '--hostname',
      'mail.example.com',
    ]);
    const records = stdout
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^.* TLSA /, '').replace(/ ;.*$/, ''));
    expect(records.map((record) => record.slice(0, 5))).toEqual(['3 1 1', '2 1 1', '2 1 1']);
    const verified = (record: string) => {
      const dane = ['-dane_tlsa_domain', 'mail.example.com', '-dane_tlsa_rrdata', record, '-verify_return_error'];
      const where = ['-connect', `127.0.0.1:${server.ports.smtp}`, '-starttls', 'smtp'];
      return runTool('openssl', ['s_client', ...where, ...dane], 'QUIT\r\n').stdout.toString();
    };
    for (const record of records) expect(verified(record), record).toContain('Verify return code: 0 (ok)');
    expect(verified(`3 1 1 ${'00'.repeat(32)}`)).not.toContain('Verify return code: 0 (ok)');
  });

  if (authority !== 'saslauthd') return;
  test('doctor finds that saslauthd is missing, or that Postfix may not reach it', () => {
    const mux = join(server.folder, 'saslauthd');
    const rules = () => {
      const { stdout } = jks2pem(['doctor', '--config-dir', server.config, '--trust', roots['the new root'], '--json']);
      return (JSON.parse(stdout.toString()) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule);
    };
    chmodSync(mux, 0o700);
    expect(rules()).toEqual(['S05']);
    renameSync(mux, `${mux}.gone`);
    expect(rules()).toEqual(['S05']);
    renameSync(`${mux}.gone`, mux);
    chmodSync(mux, 0o755);
    expect(rules()).toEqual([]);
  });
});
