import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RecordedDirectory } from '../../deploy/recorded-directory.js';
import { folder as fixtures } from '../../fixtures.js';
import { runCommand } from '../fake-host.js';

const directory = new RecordedDirectory();

// A journal says what is restored if the hook fails or the run is killed. A single file without a hook is replaced in one step.
test.each([
  [[], false],
  [['--deploy-hook', 'true'], true],
])('one file with %j: a journal is written: %s', async (hook, isWritten) => {
  const store = [`${fixtures}tomcat.keystore`, '--storepass', 'pass:my-passphrase'];
  expect((await runCommand([...store, '-o', join(directory.path, 'a.pem'), ...hook])).exitCode).toBe(0);
  expect(directory.calls.log.some((call) => call.startsWith('create ') && call.includes('journal'))).toBe(isWritten);
});
