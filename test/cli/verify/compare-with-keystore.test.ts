import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Certificate } from '../../../src/x509/certificate.js';
import { keyEntry, makeJks, protectKey } from '../../keystore/jks/jks-maker.js';
import { leafOf, newKey, party, root } from '../../x509/certificate-maker.js';
import { runCommand } from '../fake-host.js';
import { FakeTerminal } from '../fake-terminal.js';

let directory: string;
let terminal: FakeTerminal | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => {
  terminal?.remove();
  terminal = undefined;
  rmSync(directory, { recursive: true });
});

const ca = party('CA');
const [key, other] = [newKey(), newKey()];
const years = (from: number, to: number) => ({ from: `${from}-01-01`, to: `${to}-01-01` });
const leaf = leafOf(ca, { key, ...years(2026, 2028) });
const selfSigned = root({ ...party('mail.example.com'), key }, years(2026, 2028));
const pkcs8 = (of = key) => new Uint8Array(of.privateKey.export({ format: 'der', type: 'pkcs8' }));

interface Entry {
  readonly chain: readonly Certificate[];
  readonly key?: typeof key;
  readonly password?: string;
  /** The certificate of the file; default: that of the CA. */
  readonly installed?: Certificate;
}
/** Converts one keystore, then compares the file with another one. */
async function compare(
  { chain, key: held = key, password = 'changeit', installed = leaf }: Entry,
  args: string[] = [],
  answers?: string[],
) {
  const path = (name: string) => join(directory, name);
  const store = (name: string, of: typeof key, keyPass: string, certificates: readonly Certificate[]) =>
    writeFileSync(path(name), makeJks({ entries: [keyEntry('mail', protectKey(pkcs8(of), keyPass), certificates)] }));
  store('first.jks', key, 'changeit', [installed]);
  store('second.jks', held, password, chain);
  const storePass = ['--storepass', 'pass:changeit'];
  const converted = await runCommand([path('first.jks'), ...storePass, '-o', path('a.pem')]);
  expect(converted.exitCode).toBe(0);
  if (answers) terminal = new FakeTerminal(answers);
  const { output, error, exitCode } = await runCommand(
    ['verify', path('a.pem'), '--keystore', path('second.jks'), ...storePass, '--json', ...args],
    { ...(terminal && { terminal }) },
  );
  const { keystore, findings, error: failure } = JSON.parse(output);
  const messages = (findings ?? [])
    .filter(({ code }: { code: string }) => code === 'KEYSTORE_DIFFERS')
    .map(({ message }: { message: string }) => message.replaceAll(`${directory}/`, ''));
  return { same: keystore?.same, aliases: keystore?.aliases, messages, code: failure?.code, exitCode, error };
}

describe('a file is that of the keystore', () => {
  test.each<[string, Entry]>([
    ['with its certificate', { chain: [leaf] }],
    ['whose own certificate is self-signed, as it was before the reply of the CA', { chain: [selfSigned] }],
    ['that has no certificate for the key', { chain: [] }],
  ])('%s', async (_, entry) => {
    expect(await compare(entry)).toMatchObject({ same: true, aliases: ['mail'], messages: [] });
  });

  test('with --keypass, or the password that is typed', async () => {
    const entry = { chain: [leaf], password: 'another' };
    expect(await compare(entry, ['--keypass', 'pass:another'])).toMatchObject({ same: true });
    expect(await compare(entry, ['--keypass', 'pass:wrong'])).toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE' });
    expect(await compare(entry, [], ['another\r'])).toMatchObject({ same: true });
    expect(terminal?.shown).toBe('Password of key "mail": \n');
  });
});

describe('a file is another one', () => {
  const dates = (certificate: Certificate, from: number, to: number) =>
    `SHA-256 ${certificate.sha256.slice(0, 16)}…, ${from}-01-01 to ${to}-01-01`;
  const newer = leafOf(ca, { key: other, ...years(2027, 2029) });
  const older = leafOf(ca, { key: other, ...years(2025, 2027) });
  const stranger = leafOf(ca, { key: other, host: 'web.example.com' });

  test.each<[string, Entry, string]>([
    [
      'with another key for the certificate',
      { chain: [leaf], key: other },
      'the private key of "mail" does not belong to the certificate "CN=mail.example.com" in a.pem',
    ],
    [
      'with another self-signed certificate for its key',
      { chain: [selfSigned], installed: root({ ...party('mail.example.com'), key }, years(2025, 2027)) },
      'to 2028-01-01; jks2pem second.jks -o a.pem updates the file',
    ],
    [
      'without a certificate for another key',
      { chain: [], key: other },
      'does not hold the certificate "CN=mail.example.com"',
    ],
    [
      'for another host',
      { chain: [stranger], key: other },
      'does not hold the certificate "CN=mail.example.com", but "CN=web.example.com"',
    ],
    [
      'with a newer one',
      { chain: [newer], key: other },
      `holds a newer certificate for "CN=mail.example.com": the file has ${dates(leaf, 2026, 2028)}, the keystore ${dates(newer, 2027, 2029)}; jks2pem second.jks -o a.pem updates the file`,
    ],
    [
      'with one that began later and ends earlier',
      { chain: [leafOf(ca, { key: other, from: '2027-01-01', to: '2027-06-01' })], key: other },
      '2027-01-01 to 2027-06-01',
    ],
    [
      'with one that began earlier and ends later',
      { chain: [leafOf(ca, { key: other, from: '2025-01-01', to: '2029-06-01' })], key: other },
      '2025-01-01 to 2029-06-01',
    ],
    [
      'with an older one',
      { chain: [older], key: other },
      `holds another certificate for "CN=mail.example.com": the file has ${dates(leaf, 2026, 2028)}, the keystore ${dates(older, 2025, 2027)}`,
    ],
  ])('than that of a keystore %s', async (_, entry, message) => {
    const found = await compare(entry);
    expect(found).toMatchObject({ same: false, exitCode: 3, messages: [expect.stringContaining(message)] });
    expect(found.messages[0].endsWith(message)).toBe(true);
  });
});
