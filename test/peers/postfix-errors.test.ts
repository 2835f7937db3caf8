import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readCertificateFile } from '../../src/pem/read-certificates.js';
import { examinePostfix } from '../../src/postfix/examine-postfix.js';
import { readInstallation } from '../../src/postfix/installation/read-installation.js';
import { jks2pem } from './command.js';
import { MailSink } from './mail-sink.js';
import { logsIn, pairsOf, unusual, user } from './postfix-pairs.js';
import { PostfixServer } from './postfix-server.js';
import { waitUntil } from './processes.js';
import { outputOf } from './tool.js';

/*
 * For each rule of severity error that postfix-faults.ts does not cover: a Postfix in which it breaks what the rule says,
 * and beside it a configuration that looks alike, works, and has no such finding. For the others: configurations that look
 * like their faults, work, and have no error. T04 needs a Postfix before 3.4, which no current distribution has.
 */

const keystore = new URL('../../fixtures/tomcat.keystore', import.meta.url).pathname;
const root = new URL('../../fixtures/story/new-root.pem', import.meta.url).pathname;

let sink: MailSink;
let sinkCertificate: string;
let server: PostfixServer;
let sound: { main: Map<string, string>; master: string[]; bundle: Buffer; smtpdConf: string };

beforeAll(async () => {
  const [key, certificate] = ['sink.key', 'sink.pem'].map((name) => join('/tmp', `jks2pem-${process.pid}-${name}`));
  outputOf('openssl', [
    ...['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=localhost', '-days', '30'],
    ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key as string, '-out', certificate as string],
  ]);
  sinkCertificate = certificate as string;
  sink = await MailSink.open({ key: readFileSync(key as string), cert: readFileSync(sinkCertificate) });
  server = await PostfixServer.create(sink.port);
  server.addUser(user.name, 'example.com', user.password);
  expect(jks2pem([keystore, '--storepass', 'pass:my-passphrase', '-o', server.bundle]).status).toBe(0);
  const smtpdConf = `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: plain login\nsasldb_path: ${server.sasldb}\n`;
  sound = { main: new Map(server.main), master: server.master, bundle: readFileSync(server.bundle), smtpdConf };
  restore();
  server.write();
  await server.start();
});
afterEach(() => restore());
afterAll(async () => {
  await server?.remove();
  sink?.close();
});

function restore(): void {
  server.main.clear();
  for (const [name, value] of sound.main) server.main.set(name, value);
  server.master = sound.master;
  writeFileSync(server.bundle, sound.bundle);
  server.writeSaslConfig(sound.smtpdConf);
}

/** The errors of one rule, or all. */
async function errorsFor(rule?: string): Promise<string[]> {
  const trustAnchors = await readCertificateFile(readFileSync(root), root);
  return examinePostfix(readInstallation({ directory: server.config }), { now: new Date(), trustAnchors })
    .filter((finding) => finding.severity === 'error' && (rule === undefined || finding.rule === rule))
    .map((finding) => `${finding.rule} ${finding.parameter}: ${finding.message}`);
}

/** A reload ends idle processes; one that is at work when it comes is waited for by asking again. */
function apply(change: (server: PostfixServer) => void): void {
  restore();
  change(server);
  server.write();
  server.reload();
}

const pairs = pairsOf(() => ({ port: sink.port, certificate: sinkCertificate }));

describe('a fault, and a configuration that looks alike', () => {
  test.each(pairs)('$rule: $name', async ({ rule, broken, sound: alike, works }) => {
    const isWorking = async () => {
      try {
        return await works(server);
      } catch {
        return false;
      }
    };
    apply(broken);
    await waitUntil('the fault shows', async () => !(await isWorking()));
    expect(await errorsFor(rule)).not.toEqual([]);
    apply(alike);
    await waitUntil('it works', isWorking);
    expect(await errorsFor(rule)).toEqual([]);
  });
});

describe('unusual, and right', () => {
  test.each(unusual)('$name ($rules)', async ({ make, works = logsIn }) => {
    apply(make);
    await waitUntil('it works', () => works(server));
    expect(await errorsFor()).toEqual([]);
  });
});
