import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockWith } from '../readme/code-blocks.js';
import { outputOf } from './tool.js';

const root = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-package-'));
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const installed = join(folder, 'node_modules', 'jks2pem');
/** Clients that take TLS options. They are installed here only, because nothing else needs them. */
const clients = ['@types/node@20.19.43', '@types/pg@8.23.1', 'kafkajs@2.2.4', 'mongodb@7.9.0', 'undici@7.30.2'];
afterAll(() => rmSync(folder, { recursive: true }));

describe('the package, installed into an empty directory', () => {
  beforeAll(() => {
    // What is built already: building anew would take the command away from the tests beside this one.
    const [{ filename }] = JSON.parse(
      outputOf('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, root])
        .toString()
        .replace(/^[^[]*/, ''),
    );
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    outputOf('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', join(folder, filename)]);
  });

  test('holds what it needs and nothing else', () => {
    expect(readdirSync(installed).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'completions',
      'dist',
      'docs',
      'man',
      'package.json',
    ]);
  });

  test('runs through npx', () => {
    const keystore = join(root, 'fixtures', 'tomcat.keystore');
    const pem = outputOf('npm', [
      'exec',
      '--prefix',
      folder,
      '--',
      'jks2pem',
      keystore,
      '--storepass',
      'pass:my-passphrase',
    ]).toString();
    expect(pem.match(/-----BEGIN [A-Z ]+-----/g)).toEqual([
      '-----BEGIN PRIVATE KEY-----',
      ...Array(3).fill('-----BEGIN CERTIFICATE-----'),
    ]);
  });

  test('has types that stand alone: strict, no DOM, no types of Node', () => {
    writeFileSync(
      join(folder, 'consumer.ts'),
      `import { type Certificate, convert, Jks2PemError, type KeyStore, loadKeyStore } from 'jks2pem';
       export async function subjects(bytes: Uint8Array): Promise<string[]> {
         const store: KeyStore = await loadKeyStore(bytes, { storePass: 'x' });
         const certificates: readonly Certificate[] = store.certificates;
         for (const entry of store) if (entry.kind === 'PrivateKeyEntry') (await entry.getPrivateKey()).pkcs8.fill(0);
         return certificates.map((certificate) => certificate.subject);
       }
       export const pem = async (bytes: Uint8Array): Promise<Uint8Array> => (await convert(bytes, { now: new Date(0) })).pem;
       export const code = (error: unknown): string | undefined => (error instanceof Jks2PemError ? error.code : undefined);`,
    );
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022'],
      types: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    outputOf(process.execPath, [compiler, '-p', folder]);
  });

  test('has types that the example of the README fits', () => {
    writeFileSync(join(folder, 'example.ts'), blockWith("from 'node:fs/promises';\nimport { convert, wipe }").text);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      typeRoots: [join(root, 'node_modules/@types')],
      types: ['node'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['example.ts'] }));
    outputOf(process.execPath, [compiler, '-p', folder]);
  });

  test('is imported, and converts', () => {
    const program = `
      import { readFileSync } from 'node:fs';
      import { convert } from 'jks2pem';
      const { pem, groups } = await convert(readFileSync(process.argv[2]), { storePass: 'my-passphrase', now: new Date() });
      console.log(groups[0].alias, groups[0].path.certificates.length, pem.length > 4000);`;
    writeFileSync(join(folder, 'program.js'), program);
    const output = outputOf(process.execPath, [join(folder, 'program.js'), join(root, 'fixtures', 'tomcat.keystore')]);
    expect(output.toString()).toBe('tomcat 3 true\n');
  });

  test('shows the types of no other library', () => {
    const declarations = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.d.ts'),
    );
    expect(declarations).toEqual(['index.d.ts']);
    for (const path of declarations) {
      expect(readFileSync(join(installed, 'dist', path), 'utf8'), path).not.toMatch(
        /(?:from|import\()\s*'(?:asn1js|pkijs|node-forge|commander)/,
      );
    }
  });

  test('has TLS options that the types of Node and of common clients accept', () => {
    // After the other tests, which must pass without the types of Node.
    outputOf('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', ...clients]);
    writeFileSync(
      join(folder, 'clients.ts'),
      `import { Agent as HttpsAgent, createServer, request } from 'node:https';
       import { connect, createSecureContext, createServer as createTlsServer } from 'node:tls';
       import { convert, readTlsOptions, tlsOptions } from 'jks2pem';
       import { Kafka } from 'kafkajs';
       import { MongoClient } from 'mongodb';
       import type { ClientConfig, PoolConfig } from 'pg';
       import { Agent, Client } from 'undici';

       const bytes = new Uint8Array();
       const own = await readTlsOptions(bytes);
       const trusting = await readTlsOptions(bytes, { trusted: true });
       const all = [own, trusting, { ...own, ...trusting }, tlsOptions(await convert(bytes))];
       for (const ssl of all) {
         createServer(ssl);
         request(ssl);
         new HttpsAgent(ssl);
         createTlsServer(ssl).setSecureContext(ssl);
         createSecureContext(ssl);
         connect({ ...ssl, port: 1 });
         new Kafka({ brokers: [], ssl });
         new MongoClient('mongodb://localhost', { tls: true, ...ssl });
         new Agent({ connect: ssl });
         new Client('https://localhost', { connect: ssl });
       }
       export const clients: ClientConfig[] = all.map((ssl) => ({ ssl }));
       export const pools: PoolConfig[] = all.map((ssl) => ({ ssl }));`,
    );
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      types: ['node'],
      // Their own declarations are not at issue.
      skipLibCheck: true,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['clients.ts'] }));
    outputOf(process.execPath, [compiler, '-p', folder]);
  });
});
