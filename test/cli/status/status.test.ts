import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand, type Situation } from '../fake-host.js';

const fixtures = new URL('../../../fixtures/', import.meta.url).pathname;

let directory: string;
let config: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-status-'));
  config = join(directory, 'jks2pem.toml');
  writeFileSync(join(directory, 'password'), 'my-passphrase\n', { mode: 0o600 });
  for (const name of ['postfix', 'nginx']) mkdirSync(join(directory, name));
  configure('true');
});
afterEach(() => rmSync(directory, { recursive: true }));

function configure(hook: string, more = ''): void {
  writeFileSync(
    config,
    `
[mail]
keystore = "${fixtures}tomcat.keystore"
storepass = "file:password"
${more}
[[mail.to]]
out = "postfix/mail.pem"
mode = "0640"
deploy-hook = "${hook}"
[[mail.to]]
out = "dovecot"
layout = "certbot"
`,
  );
  chmodSync(config, 0o644);
}

const environment = () => ({ STATE_DIRECTORY: join(directory, 'state') });
const renew = () => runCommand(['renew', '--config', config], { environment: environment() });
const status = (args: readonly string[] = [], situation: Situation = {}) =>
  runCommand(['status', '--config', config, ...args], {
    ...situation,
    environment: { ...environment(), ...situation.environment },
  });

test('after a renewal, everything is right', async () => {
  await renew();
  const { exitCode, output, error } = await status([], { outputColumns: 80 });
  expect([exitCode, error]).toEqual([0, '']);
});
