import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folder as fixtures } from '../../fixtures.js';
import { runCommand } from '../fake-host.js';
import { patience, Transcript } from './transcript.js';

let transcript: Transcript;
let parts: string[];
beforeEach(() => {
  transcript = new Transcript();
  parts = [];
  for (const name of ['postfix', 'nginx']) mkdirSync(path(name));
  writeFileSync(path('password'), 'my-passphrase\n', { mode: 0o600 });
});
afterEach(() => transcript.remove());

const path = (name: string) => join(transcript.directory, name);

function configure(hook: string, more = ''): void {
  const text = `
[mail]
keystore = "${fixtures}tomcat.keystore"
storepass = "file:password"
trust = ["${fixtures}story/old-root.pem"]
${more}
[[mail.to]]
out = "postfix/mail.pem"
mode = "0640"
deploy-hook = "${hook}"
[[mail.to]]
out = "dovecot"
layout = "certbot"
[[mail.to]]
out = "nginx/chain.pem"
only = "chain"

[old]
keystore = "${fixtures}jks/expired.jks"
storepass = "pass:changeit"
[[old.to]]
out = "nginx/old.pem"
`;
  writeFileSync(path('jks2pem.toml'), text);
  chmodSync(path('jks2pem.toml'), 0o600);
}

/** Runs a command, and notes what is printed; the widths of columns depend on the machine. */
async function run(what: string, line: string, now = new Date('2026-12-01T00:00:00Z')): Promise<void> {
  const words = [...line.split(' '), '--config', path('jks2pem.toml')];
  const outcome = await runCommand(words, { now, environment: { STATE_DIRECTORY: path('state') } });
  const text = transcript
    .text(line, outcome)
    .replaceAll(/^(?!\s*["{}[\]]) *(\S.*)$/gm, (each) => each.replaceAll(/(?<=\S) {2,}/g, '  '))
    .replaceAll(/ \w+:\w+ /g, ' USER:GROUP ')
    .replaceAll(/("owner": )"\w+:\w+"/g, '$1"USER:GROUP"')
    .replaceAll(/("lastChange": )"(?!2026-12-01)[^"]*"/g, '$1"TIME"');
  // Which files there are is tested elsewhere.
  const lines = text.split('\n').filter((each) => !each.startsWith('>'));
  parts.push([`# ${what}`, ...lines].join('\n'));
}

test('what users read of a renewal, before it, after it, and when something goes wrong', {
  timeout: patience,
}, async () => {
  configure('true');
  await run('nothing is written yet', 'status');
  await run('nothing is written yet', 'status --nagios');
  await run('what would happen', 'renew --dry-run');
  await run('one of two', 'renew mail');
  await run('the other', 'renew -q');
  await run('nothing to do', 'renew');
  await run('nothing to do', 'renew --json');
  await run('one is right', 'status mail');
  await run('one is right', 'status mail --nagios');
  await run('one is right, later', 'status mail --days 20000');
  await run('one has expired', 'status --json');
  await run('one has expired', 'status --nagios');

  chmodSync(path('postfix/mail.pem'), 0o644);
  writeFileSync(path('nginx/chain.pem'), 'text');
  await run('a mode and a file were changed', 'status mail');
  await run('a mode and a file were changed', 'status mail --json');
  await run('a mode and a file were changed', 'renew mail');

  rmSync(path('postfix/mail.pem'));
  configure('exit 7');
  await run('a hook fails', 'renew mail');
  await run('a hook has failed', 'status mail');
  await run('a hook fails', 'renew mail --json');

  configure('true', 'strict = true\ndays = 20000');
  await run('warnings are refused', 'renew mail');
  await run('warnings are refused', 'status mail');
  writeFileSync(path('password'), 'wrong\n');
  configure('true');
  await run('the password is wrong', 'renew mail');
  await run('the password is wrong', 'renew --json');
  await run('the password is wrong', 'status mail');
  await run('a name that is misspelt', 'renew mial');
  await run('a name that does not exist', 'status other');
  await expect(`${parts.join('\n\n')}\n`).toMatchFileSnapshot('renewal.txt');
});
