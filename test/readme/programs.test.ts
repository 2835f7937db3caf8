import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from '../built-package.js';
import { isLong } from '../effort.js';
import { certificateBag, keyBag, pfx, plainPart } from '../keystore/pkcs12/pkcs12-maker.js';
import { project } from '../project.js';
import { certify, clientAuth, ext, newKey, party, root, serverUsage } from '../x509/certificate-maker.js';
import { codeBlocks } from './code-blocks.js';
import { Machine } from './machine.js';

/** The programs of docs/library.md, in a directory with the files that they name. */
let machine: Machine;

const files: Readonly<Record<string, string>> = {
  'secrets.jceks': 'jceks/secrets-jdk17.jceks',
  'root.pem': 'story/new-root.pem',
  'site.pem': 'story/site.pem',
  'intermed.p7b': 'story/intermed.p7b',
  // tomcat.keystore as PKCS#12, for node-forge, which does not read JKS.
  'tomcat.p12': 'tomcat.p12',
};

beforeAll(async () => {
  machine = new Machine(await buildPackage());
  for (const port of ['8443', '8444']) ports.set(port, await freePort());
  installClient();
  for (const rival of rivals)
    symlinkSync(join(project, 'node_modules', rival), join(machine.folder, 'node_modules', rival));
  for (const [name, path] of Object.entries(files)) machine.copy(join(project, 'fixtures', path), name);
});
afterAll(() => machine.remove());

/** client.p12 with a certificate for clients, and clients.jks, the truststore with its CA. Neither is of the type that its name says. */
function installClient(): void {
  const ca = party('Clients CA');
  const authority = root(ca, { to: '2035-01-01' });
  const key = newKey();
  const usage = [ext.extKeyUsage(clientAuth), ext.keyUsage(serverUsage)];
  const leaf = certify(party('client 1', key), ca, { extensions: usage, to: '2035-01-01' });
  const pkcs8 = new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));
  const ofClient = { name: 'client', id: Uint8Array.of(1) };
  const client = pfx([plainPart(keyBag(pkcs8, undefined, ofClient), certificateBag(leaf.der, ofClient))]);
  writeFileSync(join(machine.folder, 'client.p12'), client);
  const clients = pfx([plainPart(certificateBag(authority.der, { name: 'ca', trusted: true }))]);
  writeFileSync(join(machine.folder, 'clients.jks'), clients);
}

/** The other libraries, for which test/readme/rivals contains the same programs. */
const rivals = ['jks-js', 'node-forge'] as const;
const libraries = ['jks2pem', ...rivals] as const;
type Library = (typeof libraries)[number];

/** The source text of the programs, by library and name. */
const programs: Readonly<Record<Library, ReadonlyMap<string, string>>> = {
  jks2pem: new Map(
    codeBlocks
      .filter(({ document, language }) => document === 'docs/library.md' && language === 'ts')
      .map(({ head, text }) => [/^\/\/ (\S+)\.ts$/m.exec(head)?.[1] ?? head, text]),
  ),
  'jks-js': rivalPrograms('jks-js'),
  'node-forge': rivalPrograms('node-forge'),
};

function rivalPrograms(library: Library): ReadonlyMap<string, string> {
  const directory = join(project, 'test/readme/rivals', library);
  return new Map(
    readdirSync(directory).map((name) => [name.replace(/\.mjs$/, ''), readFileSync(join(directory, name), 'utf8')]),
  );
}

/** The programs name fixed ports, which another run of the tests may be using. */
const ports = new Map<string, number>();
const withPorts = (text: string) => text.replaceAll(/\b844\d\b/g, (port) => String(ports.get(port) ?? port));

/** Runs a program. @param more lines that end a program which otherwise runs for ever */
function run(library: Library, name: string, more = '') {
  const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.ES2022 };
  const path = join(machine.folder, `${library}-${name}.mjs`);
  const text = `${withPorts(programs[library].get(name) ?? expect.fail())}${more}`;
  writeFileSync(path, transpileModule(text, { compilerOptions }).outputText);
  return machine.runNode(path);
}

const printed = (output: string) => ({ status: 0, output, error: '' });

const outputs: Readonly<Record<string, string>> = {
  list: 'tomcat PrivateKeyEntry\ncross trustedCertEntry\nintermed trustedCertEntry\n',
  sign: '256 bytes\n',
  kafka: 'key, cert, ca\n',
  password: 'password 3 opens 3 entries\n',
  'secret-key': 'AES 256\n',
  chain: '3 certificates up to CN=New Root CA,O=Example\n',
  errors: "ERR_ENTRY_NOT_FOUND [ 'tomcat', 'cross', 'intermed' ]\n",
};

/** Outputs that differ with another library. */
const otherOutputs: Readonly<Record<string, string>> = {
  // A bag is a key or a certificate. node-forge ignores the attribute that marks some certificates as entries.
  'node-forge password': 'password 3 opens 6 bags\n',
};

/** The programs of the other libraries depend on nothing that changes here, so that running them now and then is enough. */
describe.each<Library>(isLong ? libraries : ['jks2pem'])('%s', (library) => {
  const printing = Object.keys(outputs).filter((name) => programs[library].has(name));

  test.each(printing)('the program %s prints what it should', async (name) => {
    expect(await run(library, name)).toEqual(printed(otherOutputs[`${library} ${name}`] ?? (outputs[name] as string)));
  });

  test('the programs server and client speak to each other, each with its certificate', async () => {
    const more = '\nserver.on("request", (_, response) => response.on("close", () => server.close()));';
    const serving = run(library, 'server', more);
    await opened(ports.get('8443') as number);
    expect(await run(library, 'client')).toEqual(printed('hello client 1'));
    expect(await serving).toEqual(printed(''));
  });

  test('the program reload serves what it has read again', async () => {
    const more = `
      const { setSecureContext } = server;
      server.setSecureContext = function (options) { setSecureContext.call(this, options); console.log('loaded'); server.close(); };
      process.kill(process.pid, 'SIGHUP');`;
    expect(await run(library, 'reload', more)).toEqual(printed('loaded\n'));
  });
});

test('there are ten programs, and each is run', () => {
  const known = [...Object.keys(outputs), 'client', 'reload', 'server'].sort();
  expect([...programs.jks2pem.keys()].sort()).toEqual(known);
  for (const rival of rivals) expect(known).toEqual(expect.arrayContaining([...programs[rival].keys()]));
});

test('docs/library.md states the lines of each program with each library', () => {
  const isCode = (line: string) => line.trim() !== '' && !line.startsWith('//');
  const count = (text = '') => text.split('\n').filter(isCode).length || 'none';
  const row = (name: string) => libraries.map((library) => count(programs[library].get(name))).join(' | ');
  const stated = readFileSync(join(project, 'docs/library.md'), 'utf8').match(/^\| `[a-z-]+\.ts`.*$/gm);
  expect(stated).toEqual([...programs.jks2pem.keys()].map((name) => `| \`${name}.ts\` | ${row(name)} |`));
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Waits until a server listens at the port. */
async function opened(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await setTimeout(50);
  }
  throw new Error(`nothing listens at port ${port}`);
}
