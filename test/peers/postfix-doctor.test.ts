import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readCertificateFile } from '../../src/pem/read-certificates.js';
import { examinePostfix } from '../../src/postfix/examine-postfix.js';
import type { Finding } from '../../src/postfix/finding.js';
import { readInstallation } from '../../src/postfix/installation/read-installation.js';
import { blockWith } from '../readme/code-blocks.js';
import { patternOf, sessionOf } from '../readme/example-output.js';
import { jks2pem } from './command.js';
import { MailClient } from './mail-client.js';
import { MailSink } from './mail-sink.js';
import { faults } from './postfix-faults.js';
import { PostfixServer } from './postfix-server.js';
import { waitUntil } from './processes.js';

const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const keystore = join(fixtures, 'tomcat.keystore');
const root = join(fixtures, 'story/new-root.pem');
const password = 's3cret';
const env = { JKS2PEM_STOREPASS: 'my-passphrase' };

let sink: MailSink;
let server: PostfixServer;
let bundle: Buffer;
let sound: { main: Map<string, string>; master: string[] };

beforeAll(async () => {
  sink = await MailSink.open();
  server = await PostfixServer.create(sink.port);
  sound = { main: new Map(server.main), master: server.master };
  server.addUser('alice', 'example.com', password);
  makeCommand();
  expect(jks2pem([keystore, '-o', server.bundle], { env }).status).toBe(0);
  bundle = readFileSync(server.bundle);
  restore();
  await server.start();
});
afterAll(async () => {
  await server?.remove();
  sink?.close();
});

/** `jks2pem` as a user has it in the search path, for the lines that doctor gives. */
function makeCommand(): void {
  mkdirSync(join(server.folder, 'bin'));
  const path = join(server.folder, 'bin/jks2pem');
  const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(path, 0o755);
}

/** The configuration of the README. */
function restore(): void {
  server.main.clear();
  for (const [name, value] of sound.main) server.main.set(name, value);
  server.master = sound.master;
  server.writeSaslConfig(
    `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: plain login\nsasldb_path: ${server.sasldb}\n`,
  );
  writeFileSync(server.bundle, bundle);
  chmodSync(server.bundle, 0o600);
  server.write();
}

function examine(): Finding[] {
  const result = jks2pem(['doctor', '--config-dir', server.config, '--trust', root, '--keystore', keystore, '--json'], {
    env,
  });
  expect([0, 3], result.stderr.toString()).toContain(result.status);
  const { findings } = JSON.parse(result.stdout.toString()) as { findings: Finding[] };
  expect(result.status).toBe(findings.some(({ severity }) => severity === 'error') ? 3 : 0);
  return findings;
}

/** The same without a process of its own, which takes longer than everything else. */
async function examineHere(): Promise<Finding[]> {
  const trustAnchors = await readCertificateFile(readFileSync(root), root);
  return examinePostfix(readInstallation({ directory: server.config }), { now: new Date(), trustAnchors, keystore });
}

/** Does what the line says, where it says. */
function apply(finding: Finding): void {
  follow(finding);
  server.settle();
}

function follow({ fix, place }: Finding): void {
  if (place === 'main.cf') appendFileSync(join(server.config, 'main.cf'), `${fix}\n`);
  else if (place === 'smtpd.conf') setSaslOption(fix);
  else if (place === 'master.cf') for (const line of fix.split('\n')) setService(line);
  else {
    const path = `${join(server.folder, 'bin')}:${process.env['PATH']}`;
    const { status, stderr } = spawnSync('sh', ['-c', fix], {
      env: { PATH: path, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    expect([fix, status], stderr.toString()).toEqual([fix, 0]);
  }
}

function setSaslOption(line: string): void {
  const path = join(server.config, 'sasl/smtpd.conf');
  const name = line.split(':')[0];
  const others = readFileSync(path, 'utf8')
    .split('\n')
    .filter((other) => !other.startsWith(`${name}:`));
  writeFileSync(path, [line, ...others].join('\n'));
}

/** A service has one line; a new one takes the place of the old. */
function setService(line: string): void {
  const path = join(server.config, 'master.cf');
  const [name, type] = line.split(' ');
  const others = readFileSync(path, 'utf8')
    .split('\n')
    .filter((other) => !other.startsWith(`${name} ${type} `));
  writeFileSync(path, [line, ...others].join('\n'));
}

async function restart(): Promise<void> {
  await server.stop();
  try {
    await server.start();
  } catch {
    // What is broken need not start; whether it does is what the test asks.
  }
}

/** Whether a user can send mail. */
async function mailFlows(): Promise<boolean> {
  const recipient = `bob-${sink.delivered.length}@example.org`;
  let client: MailClient | undefined;
  try {
    client = await MailClient.open(server.ports.smtp);
    await client.startTls(readFileSync(root));
    if (!(await client.logIn('alice', password)).startsWith('235')) return false;
    if (!(await client.send('alice@example.com', recipient)).startsWith('250')) return false;
    await waitUntil('the mail is relayed', () => sink.delivered.includes(recipient));
    return true;
  } catch {
    return false;
  } finally {
    client?.close();
  }
}

describe('doctor names what is wrong, and its lines repair it', () => {
  afterEach(() => restore());

  test('nothing, where nothing is', async () => {
    expect(examine()).toEqual([]);
    expect(await mailFlows()).toBe(true);
  });

  test('the command gives what the library gives', async () => {
    for (const name of ['smtpd_tls_auth_only', 'smtpd_sasl_auth_enable']) server.main.set(name, 'no');
    server.write();
    expect(examine()).toEqual(await examineHere());
  });

  test('and prints it as the README shows', () => {
    server.main.delete('smtpd_tls_auth_only');
    server.write();
    const { shown } = sessionOf(blockWith('$ jks2pem doctor').text);
    const { stdout } = jks2pem(['doctor', '--config-dir', server.config, '--trust', root, '--allow', 'P16']);
    // The services of this machine keep the usual ports.
    const output = stdout.toString().replaceAll(`${server.ports.smtp}/inet`, 'smtp/inet');
    expect(output).toMatch(patternOf(shown));
  });

  test.each(faults)('$rule: $name', async ({ rule, make, symptom, beyondLines, restart: mustRestart }) => {
    make(server);
    server.write();
    if (mustRestart) await restart();
    else server.reload();
    const isBroken = symptom ?? (async () => !(await mailFlows()));
    await waitUntil('the fault shows', () => isBroken(server));
    let findings = await examineHere();
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    const proposed = findings.some((finding) => finding.rule === rule && finding.fix !== '');
    expect(proposed, 'a line is proposed, unless the fault is beyond lines').toBe(beyondLines !== true);
    if (beyondLines) return;
    const wrong = () => findings.filter((finding) => finding.severity === 'error' || finding.rule === rule);
    // One fault may stand behind another.
    for (let round = 0; round < 4 && wrong().length > 0; round++) {
      for (const finding of wrong().filter(({ fix }) => fix !== '')) apply(finding);
      findings = await examineHere();
    }
    expect(wrong()).toEqual([]);
    if (mustRestart) await restart();
    else server.reload();
    await waitUntil('mail flows', mailFlows);
    // Processes that are at work finish as they began.
    if (symptom && rule !== 'P02' && rule !== 'P13')
      await waitUntil('the fault is gone', async () => !(await symptom(server)));
  });
});
