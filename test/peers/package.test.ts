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
    writeFileSync(join(folder, 'example.ts'), blockWith("from 'node:fs/promises';\nimport { convert }").text);
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
});
