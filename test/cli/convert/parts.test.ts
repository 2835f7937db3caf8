import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folder as fixtures } from '../../fixtures.js';
import { runCommand } from '../fake-host.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test.each([
  [[], 0o700],
  [['--only', 'key'], 0o700],
  [['--split'], 0o700],
  [['--layout', 'certbot'], 0o700],
  [['--layout', 'sni'], 0o700],
  [['--encrypt-key', 'pass:x'], 0o700],
  [['--only', 'chain'], 0o755],
  [['--trusted'], 0o755],
  [['--trusted', '--split'], 0o755],
])(
  'the directory of --output-dir with %j has mode %o: it is closed unless only certificates are in it',
  async (args, mode) => {
    const out = join(directory, 'out');
    const common = [`${fixtures}tomcat.keystore`, '--storepass', 'pass:my-passphrase', '--output-dir', out];
    expect((await runCommand([...common, ...args])).exitCode).toBe(0);
    expect(statSync(out).mode & 0o7777).toBe(mode & ~process.umask());
  },
);

test('--trusted reads neither passwords of keys nor added certificates, which it does not need', async () => {
  const trusted = [`${fixtures}tomcat.keystore`, '--storepass', 'pass:my-passphrase', '--trusted'];
  const unneeded = ['--keypass', 'env:NOT_SET', '--add-cert', '/nowhere', '--trust', '/nowhere'];
  expect((await runCommand([...trusted, ...unneeded, '-o', join(directory, 'ca.pem')])).exitCode).toBe(0);
});
