import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examinePostfix } from '../../src/postfix/examine-postfix.js';
import { readInstallation } from '../../src/postfix/installation/read-installation.js';
import { blockWith } from '../readme/code-blocks.js';
import { jks2pem } from './command.js';
import { MailSink } from './mail-sink.js';
import { PostfixServer } from './postfix-server.js';
import { waitUntil } from './processes.js';
import { readmeLines } from './readme.js';
import { outputOf, runTool } from './tool.js';

let sink: MailSink;
let server: PostfixServer;

beforeAll(async () => {
  sink = await MailSink.open();
  server = await PostfixServer.create(sink.port);
  writeFileSync(server.bundle, selfSigned('mail.example.com'), { mode: 0o600 });
  server.addUser('alice', 'example.com', 'unused');
  server.writeSaslConfig(
    `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: plain login\nsasldb_path: ${server.sasldb}\n`,
  );
  server.write();
  await server.start();
});
afterAll(async () => {
  await server?.remove();
  sink?.close();
});

const file = (name: string) => join(server.folder, name);

/** A key and a certificate for one name. */
function selfSigned(name: string): Buffer {
  const key = file(`${name}.key`);
  const certificate = outputOf('openssl', [
    'req',
    '-x509',
    '-nodes',
    '-newkey',
    'rsa:2048',
    '-days',
    '90',
    '-subj',
    `/CN=${name}`,
    '-addext',
    `subjectAltName=DNS:${name}`,
    // openssl req makes a CA otherwise, and a CA does not log in.
    '-addext',
    'basicConstraints=critical,CA:FALSE',
    '-keyout',
    key,
  ]);
  return Buffer.concat([outputOf('openssl', ['pkey', '-in', key]), certificate]);
}

function errors(): string[] {
  return examinePostfix(readInstallation({ directory: server.config }), { now: new Date() })
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, message }) => `${rule} ${message}`);
}

describe('two names, two keystores', () => {
  /** The subject of what is served for a name. */
  const subjectFor = (name: string) => {
    const { stdout } = runTool(
      'openssl',
      ['s_client', '-connect', `127.0.0.1:${server.ports.smtp}`, '-starttls', 'smtp', '-servername', name],
      'QUIT\n',
    );
    return /^subject=(.*)$/m.exec(stdout.toString())?.[1]?.replaceAll(' ', '');
  };

  test('each name gets the certificate of its keystore, any other name the one of main.cf', async () => {
    const keystores = ['mail.example.org', 'mail.example.net'].map((name) => {
      const pem = file(`${name}.pem`);
      writeFileSync(pem, selfSigned(name), { mode: 0o600 });
      const keystore = file(`${name}.p12`);
      outputOf('openssl', [
        ...['pkcs12', '-export', '-in', pem, '-out', keystore, '-passout', 'pass:changeit', '-name', name],
      ]);
      return keystore;
    });
    const directory = join(server.config, 'names');
    mkdirSync(directory);
    const table = join(directory, 'sni_map');
    const hook = `postmap -c ${server.config} -F hash:${table}`;
    const layout = ['--layout', 'sni', '--output-dir', directory, '--deploy-hook', hook];
    const { status, stderr } = jks2pem([...keystores, '--storepass', 'pass:changeit', ...layout]);
    expect(status, stderr.toString()).toBe(0);
    expect(stderr.toString()).toContain(`main.cf: tls_server_sni_maps = hash:${table}\n`);
    server.main.set('tls_server_sni_maps', `hash:${table}`);
    server.write();
    server.reload();
    await waitUntil('the table is used', () => subjectFor('mail.example.org')?.includes('mail.example.org') === true);
    expect(subjectFor('mail.example.net')).toBe('CN=mail.example.net');
    expect(subjectFor('mail.example.com')).toBe('CN=mail.example.com');
    expect(errors()).toEqual([]);
    server.main.delete('tls_server_sni_maps');
  });
});

describe('mutual authentication, as the documents describe it', () => {
  /** The reply to RCPT TO, for a client with a certificate. */
  const relayWith = (pem: string) => {
    const dialogue = 'EHLO client.example.org\nMAIL FROM:<a@example.com>\nrcpt to:<b@example.org>\nQUIT\n';
    const options = [
      's_client',
      '-connect',
      `127.0.0.1:${server.ports.smtp}`,
      '-starttls',
      'smtp',
      '-quiet',
      '-ign_eof',
      '-crlf',
      '-cert',
      pem,
      '-key',
      pem,
    ];
    const { stdout } = runTool('openssl', options, dialogue);
    return /^(250 2\.1\.5|554 5\.7\.1|454 4\.7\.1)/m.exec(stdout.toString())?.[1];
  };

  test('a listed certificate relays, another does not', async () => {
    for (const name of ['listed', 'stranger']) writeFileSync(file(`${name}.pem`), selfSigned(name));
    outputOf('openssl', [
      'pkcs12',
      '-export',
      '-in',
      file('listed.pem'),
      '-out',
      file('client.p12'),
      '-passout',
      'pass:changeit',
      '-name',
      'listed',
    ]);
    const [list = ''] = blockWith('jks2pem list client.p12 --clientcerts').text.split('\n');
    const [, ...words] = (list.split(' >> ')[0] as string).split(' ');
    const printed = jks2pem(words, { cwd: server.folder, env: { JKS2PEM_STOREPASS: 'changeit' } });
    expect(printed.status, printed.stderr.toString()).toBe(0);
    writeFileSync(join(server.config, 'relay_clientcerts'), printed.stdout);
    outputOf('postmap', ['-c', server.config, `hash:${join(server.config, 'relay_clientcerts')}`]);
    server.follow(readmeLines('/etc/postfix/main.cf, with client certificates'));
    server.write();
    server.reload();
    await waitUntil('the listed certificate relays', () => relayWith(file('listed.pem')) === '250 2.1.5');
    expect(relayWith(file('stranger.pem'))).toBe('554 5.7.1');
    expect(errors()).toEqual([]);
  });

  test('nobody is asked: the listed certificate does not relay, and R08 says so', async () => {
    server.main.delete('smtpd_tls_ask_ccert');
    server.main.set('smtpd_sasl_auth_enable', 'no');
    server.write();
    server.reload();
    await waitUntil('the listed certificate is refused', () => relayWith(file('listed.pem')) === '554 5.7.1');
    expect(errors().map((text) => text.slice(0, 3))).toContain('R08');
  });

  test('fingerprints of another digest do not match, and R09 says so', async () => {
    server.main.set('smtpd_tls_ask_ccert', 'yes');
    server.main.set('smtpd_tls_fingerprint_digest', 'sha1');
    server.write();
    server.reload();
    await waitUntil('the reload has happened', () => relayWith(file('listed.pem')) === '554 5.7.1');
    expect(errors().map((text) => text.slice(0, 3))).toEqual(['R09']);
  });
});
