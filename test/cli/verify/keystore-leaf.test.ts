import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folder as fixtures } from '../../fixtures.js';
import { keyEntry, makeJks, protectKey, trustedEntry } from '../../keystore/jks/jks-maker.js';
import { leafOf, newKey, party } from '../../x509/certificate-maker.js';
import { runCommand } from '../fake-host.js';

const situations = join(fixtures, 'situations/');
let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  file = join(directory, 'mail.pem');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('--keystore chooses the certificate of a key as convert does', () => {
  const convertAndVerify = async (keystore: string, ...more: readonly string[]) => {
    const password = ['--storepass', 'pass:changeit'];
    await runCommand([`${situations}${keystore}`, ...password, ...more, '-o', file]);
    const trust = ['--trust', `${situations}root.pem`];
    const { exitCode, output } = await runCommand([
      'verify',
      file,
      '--keystore',
      `${situations}${keystore}`,
      ...password,
      ...trust,
      '--json',
    ]);
    return { exitCode, keystore: JSON.parse(output).keystore };
  };

  test.each([
    ['reply-under-another-alias.jks', []],
    ['reply-never-imported.jks', ['--add-cert', `${situations}reply.pem`]],
    ['key-only.p12', ['--add-cert', `${situations}reply.pem`]],
    ['chain-root-first.jks', []],
  ])('%s', async (keystore, more) => {
    expect(await convertAndVerify(keystore, ...more)).toMatchObject({ exitCode: 0, keystore: { same: true } });
  });

  test('and the key of another keystore is another', async () => {
    await runCommand([`${situations}root-included.p12`, '--storepass', 'pass:changeit', '-o', file]);
    const { output } = await runCommand([
      'verify',
      file,
      '--keystore',
      `${situations}no-common-name.p12`,
      '--storepass',
      'pass:changeit',
      '--json',
    ]);
    expect(JSON.parse(output)).toMatchObject({ ok: false, keystore: { same: false } });
  });
});

test('a self-signed certificate is no root of its own, under whatever alias it is trusted', async () => {
  const key = newKey();
  const own = leafOf(party('mail.example', key), { key, host: 'mail.example' });
  const renewed = leafOf(party('mail.example', key), { key, host: 'mail.example', to: '2030-01-01' });
  const pkcs8 = new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));
  const store = join(directory, 'own.jks');
  writeFileSync(
    store,
    makeJks({
      entries: [keyEntry('mail', protectKey(pkcs8, 'changeit'), [own]), trustedEntry('renewed', renewed)],
    }),
  );
  const password = ['--storepass', 'pass:changeit'];
  const converted = await runCommand([store, ...password, '-o', file]);
  expect(converted.error).toContain('is self-signed, so clients do not trust it');
  expect((await runCommand(['list', store, ...password])).output).toContain('is self-signed, so clients do not');
  const verified = await runCommand(['verify', file, '--keystore', store, ...password]);
  expect(verified.output).toContain('[LEAF_SELF_SIGNED]');
});
