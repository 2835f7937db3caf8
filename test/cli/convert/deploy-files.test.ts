import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { SystemCalls } from '../../deploy/system-calls.js';
import { folder as fixtures } from '../../fixtures.js';
import { runCommand } from '../fake-host.js';

const calls = new SystemCalls();
beforeAll(() => calls.install());
afterAll(() => calls.uninstall());

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  calls.reset(directory);
});
afterEach(() => {
  calls.reset('/nonexistent');
  rmSync(directory, { recursive: true });
});

// A journal says what is restored if the hook fails or the run is killed. A single file without a hook is replaced in one step.
test.each([
  [[], false],
  [['--deploy-hook', 'true'], true],
])('one file with %j: a journal is written: %s', async (hook, isWritten) => {
  const store = [`${fixtures}tomcat.keystore`, '--storepass', 'pass:my-passphrase'];
  expect((await runCommand([...store, '-o', join(directory, 'a.pem'), ...hook])).exitCode).toBe(0);
  expect(calls.log.some((call) => call.startsWith('create ') && call.includes('journal'))).toBe(isWritten);
});
