import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from './built-package.js';
import { runCommand } from './cli/fake-host.js';
import { isLong } from './effort.js';
import { expectation, folder as fixtures } from './fixtures.js';

let built: string;

beforeAll(async () => {
  built = await buildPackage();
});

function runWithoutCompiler(args: readonly string[]) {
  const command = ['--jitless', join(built, 'bin/jks2pem.js'), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  // Node's own word on the flag.
  return { exitCode: status, output: stdout, error: stderr.replace(/^Warning: disabling flag .*\n/, '') };
}

/** About ten seconds each without WebAssembly. */
const slow: [string, string[]][] = isLong
  ? [
      ['pkcs12/jdk17-legacy.p12', []],
      ['jceks/iterations-10000.jceks', []],
    ]
  : [];

describe('where no program may make code, so that there is no WebAssembly (node --jitless)', () => {
  test.each<[string, string[]]>([
    ['tomcat.keystore', []],
    ['tomcat.p12', []],
    ['pkcs12/jdk17-several-keys.p12', ['-a', 'rsa-2048']],
    ...slow,
    ['bks/keys.bks', ['-a', 'EC']],
    ['jks/truststore-500.jks', ['--trusted']],
  ])('%s is converted all the same', async (name, options) => {
    const { storePass = '' } = expectation(name);
    const args = [`${fixtures}${name}`, ...options, '--storepass', `pass:${storePass}`];
    const { exitCode, output, error } = await runCommand(args, { now: new Date() });
    expect(error).not.toMatch(/error/);
    expect(output).toMatch(/^-----BEGIN /);
    expect(runWithoutCompiler(args)).toEqual({ exitCode, output, error });
  });
});
