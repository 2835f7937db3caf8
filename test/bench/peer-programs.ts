import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Contestant } from './contestant.js';
import type { Field } from './row.js';
import { make, need, timeProgram } from './tool.js';
import { made, password, source } from './workloads/made-files.js';

/** What else takes the key out of a JKS store whose only key is called `site`, as programs to run. */
export function peerPrograms(store: string): NonNullable<Field['peers']> {
  return {
    'jks-js': () => program(process.execPath, source('peers/jks-js.cjs'), store, password),
    'GetKey in Java': () => {
      need('java');
      const java = source('peers/GetKey.java');
      const classes = made('get-key', (path) => make('javac', ['-d', path, java]), java);
      return program('java', '-cp', classes, 'GetKey', store, password, 'site');
    },
    pyjks: () => {
      need('/usr/lib/python3/dist-packages/jks');
      // Debian's own Python, which its packages are for.
      return program('/usr/bin/python3', source('peers/pyjks.py'), store, password);
    },
    'keytool + openssl': () => {
      need('keytool', 'openssl');
      return { name: 'keytool + openssl', measure: () => timeTwoSteps(store) };
    },
  };
}

function program(file: string, ...args: readonly string[]): Contestant {
  return { name: file, measure: () => timeProgram(file, args) };
}

/** keytool cannot write PEM, and openssl cannot read JKS. */
function timeTwoSteps(store: string): number {
  const between = resolve('.cache/bench/between.p12');
  rmSync(between, { force: true });
  const from = ['-srckeystore', store, '-srcstorepass', password];
  const to = ['-destkeystore', between, '-deststoretype', 'PKCS12', '-deststorepass', password];
  const keytool = timeProgram('keytool', ['-importkeystore', '-noprompt', ...from, ...to]);
  return keytool + timeProgram('openssl', ['pkcs12', '-in', between, '-nodes', '-passin', `pass:${password}`]);
}
