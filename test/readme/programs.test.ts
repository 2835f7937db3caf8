import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPackage } from '../built-package.js';
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
};

beforeAll(async () => {
  machine = new Machine(await buildPackage());
  for (const port of ['8443', '8444']) ports.set(port, await freePort());
  installClient();
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
  const client = pfx([
    plainPart(keyBag(pkcs8, undefined, { name: 'client' }), certificateBag(leaf.der, { name: 'client' })),
  ]);
  writeFileSync(join(machine.folder, 'client.p12'), client);
  const clients = pfx([plainPart(certificateBag(authority.der, { name: 'ca', trusted: true }))]);
  writeFileSync(join(machine.folder, 'clients.jks'), clients);
}

const programs = new Map(
  codeBlocks
    .filter(({ document, language }) => document === 'docs/library.md' && language === 'ts')
    .map(({ head, text }) => [/^\/\/ (\S+)\.ts$/m.exec(head)?.[1] ?? head, text]),
);

/** The programs name fixed ports, which another run of the tests may be using. */
const ports = new Map<string, number>();
const withPorts = (text: string) => text.replaceAll(/\b844\d\b/g, (port) => String(ports.get(port) ?? port));

/** Runs a program. @param more lines that end a program which otherwise runs for ever */
function run(name: string, more = '') {
  const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.ES2022 };
  const path = join(machine.folder, `${name}.mjs`);
  writeFileSync(path, transpileModule(`${withPorts(programs.get(name) ?? '')}${more}`, { compilerOptions }).outputText);
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

test.each(Object.entries(outputs))('%s.ts prints what it should', async (name, output) => {
  expect(await run(name)).toEqual(printed(output));
});

test('server.ts and client.ts speak to each other, each with its certificate', async () => {
  const serving = run('server', '\nserver.on("request", (_, response) => response.on("close", () => server.close()));');
  await opened(ports.get('8443') as number);
  expect(await run('client')).toEqual(printed('hello client 1'));
  expect(await serving).toEqual(printed(''));
});

test('reload.ts serves what it has read again', async () => {
  const more = `
    const { setSecureContext } = server;
    server.setSecureContext = function (options) { setSecureContext.call(this, options); console.log('loaded'); server.close(); };
    process.kill(process.pid, 'SIGHUP');`;
  expect(await run('reload', more)).toEqual(printed('loaded\n'));
});

test('there are ten programs, and each is run', () => {
  expect([...programs.keys()].sort()).toEqual([...Object.keys(outputs), 'client', 'reload', 'server'].sort());
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
