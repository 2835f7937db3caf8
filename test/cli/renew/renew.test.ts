import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodePem } from '../../../src/pem/decode.js';
import { runCommand, type Situation } from '../fake-host.js';

const fixtures = new URL('../../../fixtures/', import.meta.url).pathname;

let directory: string;
let config: string;
let log: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-renew-'));
  config = join(directory, 'jks2pem.toml');
  log = join(directory, 'log');
  writeFileSync(join(directory, 'password'), 'my-passphrase\n', { mode: 0o600 });
});
afterEach(() => rmSync(directory, { recursive: true }));

function configure(text: string): void {
  writeFileSync(config, text.replaceAll('FIXTURES/', fixtures), { mode: 0o644 });
  chmodSync(config, 0o644);
}

const renew = (args: readonly string[] = [], situation: Situation = {}) =>
  runCommand(['renew', '--config', config, ...args], {
    ...situation,
    environment: { STATE_DIRECTORY: join(directory, 'state'), ...situation.environment },
  });
const labels = (path: string) => decodePem(readFileSync(join(directory, path))).map(({ label }) => label);
const modeOf = (path: string) => statSync(join(directory, path)).mode & 0o7777;
const logged = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);

/** One keystore, three servers. */
const three = () => `
[mail]
keystore = "FIXTURES/tomcat.keystore"
storepass = "file:password"
[[mail.to]]
out = "postfix/mail.pem"
deploy-hook = "echo postfix $RENEWED_LINEAGE $RENEWED_DOMAINS >> ${log}"
[[mail.to]]
out = "dovecot"
layout = "certbot"
mode = "0640"
deploy-hook = "echo dovecot $RENEWED_LINEAGE >> ${log}"
[[mail.to]]
out = "nginx/chain.pem"
only = "chain"
`;

function makeThree(): void {
  configure(three());
  for (const name of ['postfix', 'nginx']) mkdirSync(join(directory, name));
}

describe('one keystore, three outputs', () => {
  beforeEach(makeThree);

  test('all of them are written, and each hook runs once', async () => {
    const { exitCode, error, output } = await renew();
    expect([exitCode, output]).toEqual([0, '']);
    expect(labels('postfix/mail.pem')).toEqual(['PRIVATE KEY', 'CERTIFICATE', 'CERTIFICATE', 'CERTIFICATE']);
    expect(labels('dovecot/privkey.pem')).toEqual(['PRIVATE KEY']);
    expect(labels('nginx/chain.pem')).toEqual(['CERTIFICATE', 'CERTIFICATE', 'CERTIFICATE']);
    expect([modeOf('postfix/mail.pem'), modeOf('dovecot/privkey.pem'), modeOf('nginx/chain.pem')]).toEqual([
      0o600, 0o640, 0o644,
    ]);
    expect(logged()).toEqual([
      `postfix ${directory}/postfix mail.example.com smtp.example.com`,
      `dovecot ${directory}/dovecot`,
    ]);
    expect(error).toContain(`jks2pem: mail: wrote ${directory}/postfix/mail.pem: RSA key and 3 certificates`);
  });

  test('a second run writes nothing and runs no hook', async () => {
    await renew();
    rmSync(log);
    const before = statSync(join(directory, 'postfix/mail.pem')).ino;
    const { exitCode, error } = await renew();
    expect([exitCode, error]).toEqual([0, expect.stringContaining('jks2pem: mail: up to date: RSA key')]);
    expect(statSync(join(directory, 'postfix/mail.pem')).ino).toBe(before);
    expect(logged()).toEqual([]);
  });
});
