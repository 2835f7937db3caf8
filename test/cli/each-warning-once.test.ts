import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folder as fixtures } from '../fixtures.js';
import { ConfiguredKeystore } from './configured-keystore.js';
import { type Outcome, runCommand, type Situation } from './fake-host.js';

const [known, unknown] = [`${fixtures}tomcat.keystore`, `${fixtures}tomcat-leaf-only.keystore`];
/** Ten days before the end of the certificates of both keystores. */
const late: Situation = { now: new Date('2055-12-22T00:00:00Z') };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => rmSync(directory, { recursive: true }));
const place = (name: string) => join(directory, name);

/** A password file that other users can read, which is a warning about the whole run. */
function readablePassword(): string {
  writeFileSync(place('password'), 'my-passphrase\n');
  chmodSync(place('password'), 0o644);
  return `file:${place('password')}`;
}

/** The warnings of a run, each as often as it was printed: to standard error, or with the result to standard output. */
function warnings({ output, error }: Outcome): string[] {
  const lines = `${output}\n${error}`.split('\n').filter((line) => /^(?:jks2pem:| ) ?warning: /.test(line));
  return lines.map((line) => line.replaceAll(directory, 'D').replaceAll(fixtures, 'F/')).sort();
}
const codes = (outcome: Outcome) => warnings(outcome).map((line) => /\[([A-Z_]+)\]$/.exec(line)?.[1]);

const soon = 'WARN_CERTIFICATE_EXPIRES_SOON';
const [root, file] = ['WARN_ANCHOR_UNKNOWN', 'WARN_PASSWORD_FILE_READABLE'];

describe.each([[[]], [['--strict']], [['--strict', '-q']], [['--strict', '--json']]])(
  'each warning is printed once with %j',
  (more) => {
    const exitCode = more.includes('--strict') ? 3 : 0;

    test.each<[string, () => readonly string[], string[]]>([
      ['one keystore', () => [unknown, '-o', place('a.pem')], [root, soon, soon, soon]],
      [
        'two keystores, of which each has its own',
        () => [known, unknown, '--output-dir', place('out')],
        [root, soon, soon, soon, soon, soon, soon],
      ],
      ['a chain alone', () => [unknown, '--only', 'chain', '-o', place('a.pem')], [root, soon, soon, soon]],
      ['the layout of certbot', () => [unknown, '--layout', 'certbot', '-o', place('a')], [root, soon, soon, soon]],
      ['separate files', () => [unknown, '--split', '--output-dir', place('out')], [root, soon, soon, soon]],
    ])('convert: %s', async (_, args, expected) => {
      const outcome = await runCommand([...args(), '--storepass', readablePassword(), ...more], late);
      expect([outcome.exitCode, codes(outcome).sort()]).toEqual([exitCode, [...expected, file].sort()]);
      expect(new Set(warnings(outcome)).size).toBe(expected.length + 1);
    });

    test('list', async () => {
      const outcome = await runCommand(['list', unknown, '--storepass', readablePassword(), ...more], late);
      const expected = more.includes('--json') ? [file, soon, soon, soon] : [file, root, soon, soon, soon];
      expect([outcome.exitCode, codes(outcome).sort()]).toEqual([exitCode, expected.sort()]);
      expect(new Set(warnings(outcome)).size).toBe(expected.length);
    });
  },
);

test('renew prints a warning about a keystore once, however many outputs it has', async () => {
  const machine = new ConfiguredKeystore();
  try {
    machine.issue('mail.jks', 5);
    chmodSync(machine.path('password'), 0o644);
    const outputs = ['a', 'b', 'c'].map((name) => `[[mail.to]]\nout = "${name}.pem"\n`).join('');
    machine.configure(`[mail]\nkeystore = "mail.jks"\nstorepass = "file:password"\n${outputs}`);
    for (const args of [['--strict'], ['--dry-run'], []]) {
      const outcome = await machine.run('renew', args);
      expect(outcome.exitCode).toBe(args.includes('--strict') ? 3 : 0);
      expect(codes(outcome).sort(), args.join()).toEqual([soon, file].sort());
    }
  } finally {
    machine.remove();
  }
});
