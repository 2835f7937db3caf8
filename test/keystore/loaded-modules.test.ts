import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPackage } from '../built-package.js';
import { expectation } from '../fixtures.js';

/** What Node is asked to load while a keystore is read, traced in a process of its own. */
const root = new URL('../..', import.meta.url).pathname;
let folder: string;

beforeAll(async () => {
  folder = await buildPackage();
});

const script = `
  import { register } from 'node:module';
  import { readFileSync, writeSync } from 'node:fs';
  register('data:text/javascript,' + encodeURIComponent(
    'import { writeSync } from "node:fs";' +
    'export async function resolve(specifier, context, next) {' +
    '  const found = await next(specifier, context); writeSync(1, found.url + "\\\\n"); return found; }'));
  const [, library, file, storePass] = process.argv;
  const { loadKeyStore } = await import(library);
  for (const entry of await loadKeyStore(readFileSync(file), { storePass })) {
    if (entry.kind === 'PrivateKeyEntry') await entry.getPrivateKey();
  }
`;

const traced = new Map<string, readonly string[]>();

function modulesFor(path: string): readonly string[] {
  const modules = traced.get(path) ?? trace(path);
  traced.set(path, modules);
  return modules;
}

function trace(path: string): readonly string[] {
  const library = join(folder, 'dist/index.js');
  const file = join(root, 'fixtures', path);
  const storePass = expectation(path).storePass ?? '';
  const args = ['--input-type=module', '--no-warnings', '--eval', script, '--', library, file, storePass];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return [...new Set(stdout.trim().split('\n'))];
}

describe('what is loaded', () => {
  it.each(['tomcat.keystore', 'jceks/keys-jdk17.jceks', 'pkcs12/jdk17-default.p12', 'pkcs12/openssl-default.p12'])(
    'for %s is nothing but this package',
    (path) => {
      const modules = modulesFor(path);
      expect(modules.filter((url) => !url.startsWith('node:')).length).toBeGreaterThan(10);
      expect(modules.filter((url) => url.includes('node_modules'))).toEqual([]);
    },
  );

  it('for RC2 is the one file of node-forge', () => {
    const modules = modulesFor('pkcs12/openssl-legacy.p12').filter((url) => url.includes('node_modules'));
    expect(modules.map((url) => url.replace(/^.*node_modules\//, ''))).toEqual(['node-forge/lib/rc2.js']);
  });

  it('for a JKS is nothing of PKCS#12', () => {
    const ours = modulesFor('tomcat.keystore').map((url) => url.replace(/^.*\/dist\//, ''));
    expect(ours.filter((name) => /pkcs12|pbes|rc2|wasm-program|jceks/.test(name))).toEqual([]);
  });
});
