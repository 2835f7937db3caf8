import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from './built-package.js';
import { expectation, folder as fixtures } from './fixtures.js';

let built: string;

beforeAll(async () => {
  built = await buildPackage();
});

afterAll(() => rmSync(built, { recursive: true }));

function run(flags: readonly string[], args: readonly string[], storePass: string) {
  const command = [...flags, join(built, 'bin/jks2pem.js'), ...args, '--storepass', `pass:${storePass}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  // Node's own word on the flag.
  return { status, stdout, stderr: stderr.replace(/^Warning: disabling flag .*\n/, '') };
}

describe('where no program may make code, so that there is no WebAssembly (node --jitless)', () => {
  test.each([
    ['tomcat.keystore', []],
    ['tomcat.p12', []],
    ['pkcs12/jdk17-legacy.p12', []],
    ['pkcs12/jdk17-several-keys.p12', ['-a', 'rsa-2048']],
    ['jceks/iterations-10000.jceks', []],
    ['bks/keys.bks', ['-a', 'EC']],
    ['jks/truststore-500.jks', ['--trusted']],
  ])('%s is converted all the same', (name, options) => {
    const { storePass = '' } = expectation(name);
    const args = [`${fixtures}${name}`, ...options];
    const usual = run([], args, storePass);
    expect(usual.stderr).not.toMatch(/error/);
    expect(usual.stdout).toMatch(/^-----BEGIN /);
    expect(run(['--jitless'], args, storePass)).toEqual(usual);
  });
});
