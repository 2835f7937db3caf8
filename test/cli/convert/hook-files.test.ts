import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RecordedDirectory } from '../../deploy/recorded-directory.js';
import { systemError } from '../../deploy/system-calls.js';
import { keyEntry, makeJks, protectKey } from '../../keystore/jks/jks-maker.js';
import { ext, generalName, leafOf, newKey, party } from '../../x509/certificate-maker.js';
import { runCommand } from '../fake-host.js';

/* Which files and names the hook of several keystores gets. */

const directory = new RecordedDirectory();
const { calls } = directory;
const place = (name: string) => join(directory.path, name);
const ca = party('CA');

/** A keystore whose certificate has these names. */
function keystore(name: string, ...hosts: readonly string[]): string {
  const key = newKey();
  const names = ext.subjectAltName(...hosts.map((host) => generalName.dns(host)));
  const leaf = leafOf(ca, { key, from: '2026-11-01', to: '2028-01-01', extensions: [names] });
  const pkcs8 = new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));
  writeFileSync(place(name), makeJks({ entries: [keyEntry('mail', protectKey(pkcs8, 'changeit'), [leaf])] }));
  return place(name);
}
const hook = () => `printf '%s|' "$JKS2PEM_FILES" "$RENEWED_DOMAINS" >> ${place('log')}`;
const logged = () =>
  existsSync(place('log')) ? readFileSync(place('log'), 'utf8').replaceAll(`${directory.path}/`, '') : '';
const convert = (keystores: readonly string[], ...args: readonly string[]) =>
  runCommand([...keystores, '--storepass', 'pass:changeit', '--output-dir', place('out'), ...args]);

describe('the deploy hook', () => {
  test('gets the names of the files that changed, and of no others', async () => {
    const [a, b] = [keystore('a.jks', 'a.example'), keystore('b.jks', 'b.example', 'c.example')];
    await convert([a, b]);
    keystore('b.jks', 'b.example', 'd.example');
    expect((await convert([a, b], '--deploy-hook', hook())).exitCode).toBe(0);
    expect(logged()).toBe('out/b.pem|b.example d.example|');
  });

  test('gets no file that could not be replaced, nor its names', async () => {
    const [a, b] = [keystore('a.jks', 'a.example'), keystore('b.jks', 'b.example')];
    calls.before = (call) => {
      if (call.startsWith('rename') && call.endsWith(' out/b.pem')) throw systemError('EBUSY', 'rename');
    };
    const { exitCode, error } = await convert([a, b], '--deploy-hook', hook());
    expect([exitCode, logged(), readdirSync(place('out'))]).toEqual([1, 'out/a.pem|a.example|', ['a.pem']]);
    expect(error).toContain(
      `error: ${b}: ${place('out/b.pem')}: made up (a mount point? mount its directory instead) [ERR_OUTPUT]`,
    );
  });

  test('that fails is reported with what to do', async () => {
    const a = keystore('a.jks', 'a.example');
    const failed = async (command: string) =>
      (await convert([a], '-q', '--deploy-hook', command)).error.split('\n').slice(-3);
    expect(await failed('exit 7')).toEqual([
      'jks2pem: error: deploy hook failed with exit code 7; the new files were removed [ERR_HOOK_FAILED]',
      'jks2pem: hint: the next run tries again; run the hook by hand to see what is missing',
      '',
    ]);
    expect((await failed('no-such-command'))[1]).toContain(
      'hint: exit code 127: the shell did not find the command; PATH was /usr/bin:/bin',
    );
  });

  test('does not run if no file could be replaced', async () => {
    const a = keystore('a.jks', 'a.example');
    calls.before = (call) => {
      if (call.startsWith('rename') && call.endsWith(' out/a.pem')) throw systemError('EBUSY', 'rename');
    };
    expect((await convert([a], '--deploy-hook', hook())).exitCode).toBe(1);
    expect(logged()).toBe('');
  });

  test('is announced by a dry run only if a file would change', async () => {
    const a = keystore('a.jks', 'a.example');
    const announced = async () =>
      (await convert([a], '--dry-run', '--deploy-hook', 'reload')).error.includes('would run the deploy hook: reload');
    expect(await announced()).toBe(true);
    await convert([a]);
    expect(await announced()).toBe(false);
  });

  test('that would not get all names is a warning, which --strict refuses before anything is written', async () => {
    // The names of each of them fit, but not those of both.
    const many = (host: string) =>
      Array.from({ length: 800 }, (_, i) => `${host}${i}.${'x'.repeat(40)}.${'y'.repeat(30)}.example`);
    const [a, b] = [keystore('a.jks', ...many('a')), keystore('b.jks', ...many('b'))];
    const cut =
      /RENEWED_DOMAINS is truncated: \d+ more names do not fit into an environment variable \[WARN_DOMAINS_CUT\]/g;
    const strict = await convert([a, b], '--deploy-hook', hook(), '--strict', '--allow', 'WARN_CHAIN_INCOMPLETE');
    expect([strict.exitCode, existsSync(place('out')), strict.error.match(cut)?.length]).toEqual([3, false, 1]);
    const loose = await convert([a, b], '--deploy-hook', 'true');
    expect([loose.exitCode, loose.error.match(cut)?.length]).toEqual([0, 1]);
    expect((await convert([b], '--deploy-hook', 'true', '--strict', '--allow', 'WARN_CHAIN_INCOMPLETE')).exitCode).toBe(
      0,
    );
  });
});

test('a keystore is never replaced by its own output', async () => {
  const a = keystore('a.pem', 'a.example');
  const before = readFileSync(a);
  copyFileSync(a, place('b.jks'));
  const { exitCode, error } = await runCommand([a, '--storepass', 'pass:changeit', '-o', a]);
  expect([exitCode, readFileSync(a).equals(before)]).toEqual([1, true]);
  expect(error).toBe(`jks2pem: error: ${a}: is the keystore itself; nothing was written [ERR_OUTPUT]\n`);
});
