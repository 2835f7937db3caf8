import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { convert, convertKeys, loadKeyStore, readTlsOptions } from '../src/index.js';
import { runCommand } from './cli/fake-host.js';
import { Transcript } from './cli/transcripts/transcript.js';
import { expectation, fixture, folder as fixtures } from './fixtures.js';
import { watchWiping } from './wiping.js';

/*
 * How many buffers with something in them each operation overwrites with zeros, by their length: passwords, derived keys, decrypted
 * keys, and copies of them. One that is forgotten shows as a difference. `vitest -u` writes the list anew.
 */

afterEach(() => void vi.restoreAllMocks());

async function wipedBy(work: () => Promise<unknown>): Promise<string> {
  const wiped = watchWiping();
  await work().catch((error: Error) => error.name);
  vi.restoreAllMocks();
  const lengths = new Map<number, number>();
  for (const before of wiped)
    if (/[^\0]/.test(before)) lengths.set(before.length, (lengths.get(before.length) ?? 0) + 1);
  return [...lengths]
    .sort(([a], [b]) => a - b)
    .map(([length, count]) => `${count} of ${length}`)
    .join(', ');
}

async function openAll(name: string, keyPass?: string): Promise<void> {
  const { storePass } = expectation(name);
  const store = await loadKeyStore(fixture(name), { ...(storePass !== undefined && { storePass }) });
  for (const entry of store) {
    if (entry.kind === 'PrivateKeyEntry') await entry.getPrivateKey(keyPass).catch(() => undefined);
    if (entry.kind === 'SecretKeyEntry') await entry.getSecretKey(keyPass).catch(() => undefined);
  }
}

const stores = [
  ...['tomcat.keystore', 'jks/rsa-2048.jks', 'jks/ec-p256.jks', 'jks/mismatch.jks'],
  ...['jceks/keys-jdk25.jceks', 'jceks/secrets-jdk25.jceks', 'bks/keys.bks', 'bks/v1-keys.bks', 'bcfks/keys.bcfks'],
  ...[
    'openssl-legacy',
    'openssl-default',
    'openssl-clear-key',
    'openssl-pbe-sha1-2des',
    'openssl-pbe-sha1-rc4-128',
  ].map((name) => `pkcs12/${name}.p12`),
  ...['openssl-pbe-sha1-rc2-40', 'openssl-pbe-md5-des', 'jdk17-secrets', 'assembled-scrypt'].map(
    (name) => `pkcs12/${name}.p12`,
  ),
];
const storePass = 'my-passphrase';
const tomcat = fixture('tomcat.keystore');

const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  ...Object.fromEntries(stores.map((name) => [`open ${name}`, () => openAll(name)])),
  'open jks/rsa-2048.jks with a wrong password of the key': () => openAll('jks/rsa-2048.jks', 'wrong'),
  convert: () => convert(tomcat, { storePass }),
  'convert to the traditional format': () => convert(tomcat, { storePass, keyFormat: 'traditional' }),
  'convert an entry that does not exist': () => convert(tomcat, { storePass, aliases: ['nothing'] }),
  'convert a key that belongs to another certificate': () =>
    convert(fixture('jks/mismatch.jks'), { storePass: 'changeit' }),
  'convert several keys': () =>
    convert(fixture('jks/several-keys.jks'), { storePass: 'changeit', aliases: ['second', 'fourth'] }),
  convertKeys: () => convertKeys(tomcat, { storePass }),
  readTlsOptions: () => readTlsOptions(tomcat, { storePass }),
  'readTlsOptions with roots': () => readTlsOptions(tomcat, { storePass, trusted: true }),
};

/** Each is a list of operations that take a tenth of a second. */
const patience = 300_000;

test('what the library overwrites', { timeout: patience }, async () => {
  const lines: string[] = [];
  for (const [name, work] of Object.entries(calls)) lines.push(`${name}: ${await wipedBy(work)}`);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('wiped-buffers/library.txt');
});

const out = 'F/tomcat.keystore -o D/a.pem';
const commands = [
  ...[out, `${out} --only key`, `${out} --only chain`, `${out} --days 20000 --strict`, `${out} --deploy-hook false`],
  ...[`${out} --encrypt-key pass:secret`, `${out} -a nothing`, 'F/tomcat.keystore -o D/bundle.pem'],
  ...['F/tomcat.keystore -o D/live --layout certbot', 'F/tomcat.keystore F/jks/mismatch.jks --output-dir D/out'],
  ...['F/tomcat.keystore --split --output-dir D/out', 'list F/tomcat.keystore', 'verify D/bundle.pem'],
  ...['verify D/bundle.pem --keystore F/tomcat.keystore', 'verify D/incomplete.pem --key D/bundle.pem'],
  ...['tlsa F/tomcat.keystore', 'tlsa D/bundle.pem'],
  ...['renew', 'status'].map((command) => `${command} --config D/jks2pem.toml`),
];

test('what commands overwrite', { timeout: patience }, async () => {
  const transcript = new Transcript();
  const lines: string[] = [];
  const at = (name: string) => join(transcript.directory, name);
  const environment = { JKS2PEM_STOREPASS: storePass, STATE_DIRECTORY: at('state') };
  try {
    for (const command of commands) {
      transcript.reset();
      const toml = `[a]\nkeystore = "${fixtures}tomcat.keystore"\nstorepass = "pass:${storePass}"\n[[a.to]]\nout = "bundle.pem"\n[[a.to]]\nout = "new.pem"\n`;
      writeFileSync(at('jks2pem.toml'), toml);
      chmodSync(at('jks2pem.toml'), 0o600);
      const words = command
        .split(' ')
        .map((word) => word.replace('F/', fixtures).replace('D/', `${transcript.directory}/`));
      lines.push(`${command}: ${await wipedBy(() => runCommand(words, { environment }))}`);
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('wiped-buffers/commands.txt');
  } finally {
    transcript.remove();
  }
});
