import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CertificateAuthority } from './certificate-authority.js';
import { jks2pem } from './command.js';
import { MailClient } from './mail-client.js';
import { MailSink } from './mail-sink.js';
import { PostfixServer } from './postfix-server.js';
import { waitUntil } from './processes.js';

const storePass = 'my-passphrase';
let sink: MailSink;
let server: PostfixServer;
let authority: CertificateAuthority;
let keystore: string;

beforeAll(async () => {
  sink = await MailSink.open();
  server = await PostfixServer.create(sink.port);
  authority = new CertificateAuthority(server.folder);
  keystore = join(server.folder, 'tomcat.keystore');
  authority.issue(keystore, storePass);
  expect(convert().status).toBe(0);
  server.writeSaslConfig('pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: plain login\n');
  server.write();
  await server.start();
});
afterAll(async () => {
  await server?.remove();
  sink?.close();
});

function convert(...more: string[]) {
  return jks2pem([
    keystore,
    '--storepass',
    `pass:${storePass}`,
    '--trust',
    authority.root,
    '-o',
    server.bundle,
    ...more,
  ]);
}

/** A client that connects again and again, and keeps what it was shown. */
class Visitor {
  readonly seen: string[] = [];
  readonly failures: unknown[] = [];
  #goes = true;
  readonly #done: Promise<void>;

  constructor() {
    const root = readFileSync(authority.root);
    this.#done = (async () => {
      while (this.#goes) {
        try {
          // The test waits synchronously for keytool and the command, and reads nothing from the connections meanwhile.
          const client = await MailClient.open(server.ports.smtp, undefined, 60_000);
          await client.startTls(root);
          this.seen.push(client.certificate);
          client.close();
        } catch (error) {
          this.failures.push(error);
        }
      }
    })();
  }

  async stop(): Promise<void> {
    this.#goes = false;
    await this.#done;
  }
}

test('a renewed keystore is served after the hook has reloaded Postfix, and no connection fails meanwhile', async () => {
  const visitors = [new Visitor(), new Visitor()];
  const seen = () => visitors.flatMap((visitor) => visitor.seen);
  await waitUntil('visitors come', () => seen().length > 10);
  const [old] = seen();
  const before = readFileSync(server.bundle);
  authority.issue(keystore, storePass);
  const renewed = convert('--deploy-hook', `postfix -c ${server.config} reload`);
  expect([renewed.status, renewed.stdout.toString()]).toEqual([0, '']);
  expect(readFileSync(server.bundle).equals(before)).toBe(false);
  // Processes that are at work finish with the old certificate.
  await waitUntil('the new certificate is served, and nothing else', () => {
    const last = seen().length > 0 ? visitors.flatMap((visitor) => visitor.seen.slice(-10)) : [];
    return last.length === 20 && last.every((certificate) => certificate !== old);
  });
  for (const visitor of visitors) await visitor.stop();
  expect(visitors.flatMap((visitor) => visitor.failures)).toEqual([]);
  expect(new Set(seen()).size).toBe(2);
  const arguments_ = ['--trust', authority.root, '--hostname', 'mail.example.com', '--expect', server.bundle];
  expect(jks2pem(['probe', `127.0.0.1:${server.ports.smtp}`, ...arguments_]).status).toBe(0);
});

test('a keystore that has not changed changes nothing', () => {
  const { status, stderr } = convert();
  expect([status, stderr.toString()]).toEqual([0, expect.stringContaining('is up to date')]);
});

test('probe tells when Postfix serves something else than the file', () => {
  authority.issue(keystore, storePass);
  const other = join(server.folder, 'other.pem');
  expect(jks2pem([keystore, '--storepass', `pass:${storePass}`, '-o', other]).status).toBe(0);
  const arguments_ = ['--trust', authority.root, '--hostname', 'mail.example.com', '--expect', other];
  const { status, stdout } = jks2pem(['probe', `127.0.0.1:${server.ports.smtp}`, ...arguments_]);
  expect([status, stdout.toString()]).toEqual([3, expect.stringContaining('[NOT_AS_EXPECTED]')]);
});
