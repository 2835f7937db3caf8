import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodePem } from '../../src/pem/decode.js';
import { jks2pem } from './command.js';
import { outputOf, runTool } from './tool.js';

/** The keystore of 2007, and what its owner wanted: a bundle that clients with the old root and clients with the new one accept. */
const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const storePass = 'my-passphrase';
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-story-'));
afterAll(() => rmSync(folder, { recursive: true }));

const keystores = ['tomcat.keystore', 'tomcat-leaf-only.keystore'];

describe.each(keystores)('%s', (name) => {
  const keystore = join(fixtures, name);
  const bundle = join(folder, `${name}.pem`);

  test('is converted, mode 0600, and nothing is left beside the file', () => {
    const result = jks2pem([keystore, '--storepass', `pass:${storePass}`, '-o', bundle]);
    expect([result.status, result.stdout.toString()]).toEqual([0, '']);
    expect(statSync(bundle).mode & 0o7777).toBe(0o600);
  });

  test('gives key, site, intermediate, cross: the bytes that keytool and Java export', () => {
    const exported = (alias: string) =>
      outputOf('keytool', ['-exportcert', '-keystore', keystore, '-storepass', storePass, '-alias', alias]);
    const program = new URL('ExportKey.java', import.meta.url).pathname;
    const key = outputOf('java', [program, 'JKS', keystore, storePass, 'tomcat', storePass]);
    const blocks = decodePem(readFileSync(bundle)).map(({ label, der }) => [label, Buffer.from(der)]);
    expect(blocks).toEqual([
      ['PRIVATE KEY', key],
      ...['tomcat', 'intermed', 'cross'].map((alias) => ['CERTIFICATE', exported(alias)]),
    ]);
  });

  test.each(['old-root', 'new-root'])('is verified by a client that trusts only the %s', (root) => {
    const site = join(folder, 'site.pem');
    writeFileSync(site, outputOf('openssl', ['x509', '-in', bundle]));
    const trust = ['-no-CApath', '-no-CAstore', '-CAfile', join(fixtures, 'story', `${root}.pem`)];
    expect(
      outputOf('openssl', ['verify', ...trust, '-purpose', 'sslserver', '-untrusted', bundle, site]).toString(),
    ).toContain('OK');
  });

  describe('served', () => {
    let server: ChildProcess;
    let port: number;
    beforeAll(async () => {
      port = await freePort();
      server = spawn('openssl', [
        's_server',
        '-accept',
        `127.0.0.1:${port}`,
        '-cert',
        bundle,
        '-key',
        bundle,
        '-cert_chain',
        bundle,
        '-quiet',
      ]);
      await listening(port);
    });
    afterAll(() => server.kill());

    test.each(['old-root', 'new-root'])('is accepted over TLS by a client that trusts only the %s', (root) => {
      const trust = ['-no-CApath', '-no-CAstore', '-CAfile', join(fixtures, 'story', `${root}.pem`)];
      const client = runTool(
        'openssl',
        [
          's_client',
          '-connect',
          `127.0.0.1:${port}`,
          '-verify_return_error',
          '-verify_hostname',
          'mail.example.com',
          ...trust,
        ],
        '',
      );
      expect(client.stdout.toString()).toContain('Verify return code: 0 (ok)');
    });
  });
});

test('both keystores give the same file', () => {
  const [first, second] = keystores.map((name) => readFileSync(join(folder, `${name}.pem`)));
  expect(first).toEqual(second);
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const client = runTool('openssl', ['s_client', '-connect', `127.0.0.1:${port}`], '');
    if (client.stdout.includes('BEGIN CERTIFICATE')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`openssl s_server does not listen on ${port}`);
}
