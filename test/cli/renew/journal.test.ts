import { afterEach, beforeEach, expect, test } from 'vitest';
import { SystemCalls } from '../../deploy/system-calls.js';
import { ConfiguredKeystore } from '../configured-keystore.js';

/* The journal, by which the next run restores the previous files if a run is killed before its hooks have succeeded. */

const calls = new SystemCalls();
let machine: ConfiguredKeystore;
beforeEach(() => {
  machine = new ConfiguredKeystore();
  machine.issue('mail.jks', 82);
  calls.reset(machine.directory);
  calls.install();
});
afterEach(() => {
  calls.uninstall();
  machine.remove();
});

test.each([
  ['has a journal with a hook', 'deploy-hook = "true"', true],
  ['has no journal without a hook', '', false],
])('a run for one output %s', async (_, hook, hasJournal) => {
  machine.configure(
    `[mail]\nkeystore = "mail.jks"\nstorepass = "file:password"\n[[mail.to]]\nout = "out/mail.pem"\n${hook}\n`,
    'out',
  );
  expect((await machine.run('renew')).exitCode).toBe(0);
  expect(calls.log.some((call) => call.endsWith('/journal-new'))).toBe(hasJournal);
});
