/**
 * Runs in every runtime. Reads all fixtures with the library, and prints a line for each: its name, and the hash of what was read and
 * converted or the code and message of the error. Then tries what depends on the runtime: TLS, workers, logs.
 * Usage: program.mjs FIXTURES [ITERATIONS]
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import * as library from 'jks2pem';

const [fixtures, iterations] = process.argv.slice(2);
const limits = iterations === undefined ? {} : { totalIterations: Number(iterations) };
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const must = (isSo, what) => {
  if (!isSo) throw new Error(what);
};

const names = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .sort();

for (const name of names) console.log(`${name}\t${await tried(() => read(name))}`);
for (const [name, attempt] of Object.entries({ tls, worker, logs, roots, path }))
  console.log(`${name}\t${await tried(attempt)}`);
// An agent of Node's may keep the connection.
process.exit(0);

/** The result, or the library's error; foreign errors are told apart from it. */
async function tried(attempt) {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof library.Jks2PemError) return `${error.code} ${error.message}`;
    return `foreign error: ${String(error?.stack ?? error).replaceAll(/\s+/g, ' ')}`;
  }
}

async function read(name) {
  const bytes = new Uint8Array(readFileSync(join(fixtures, name)));
  const { type, storePass, keyPass = {}, entries } = JSON.parse(readFileSync(join(fixtures, `${name}.json`), 'utf8'));
  const options = { limits, ...(typeof storePass === 'string' && { storePass }) };
  const store = await library.loadKeyStore(bytes, options);
  must(store.type === type, `type ${store.type}`);
  const hashes = [];
  for (const { alias, certificates, privateKey, secretKey } of entries) {
    const entry = store.getEntry(alias);
    must(entry !== undefined, `${alias} is missing`);
    const chain = (entry.certificateChain ?? [entry.certificate]).filter(Boolean).map(({ der }) => sha256(der));
    must(certificates === undefined || String(chain) === String(certificates), `${alias}: certificates`);
    if (privateKey)
      must(sha256((await entry.getPrivateKey(keyPass[alias])).pkcs8) === privateKey.sha256, `${alias}: key`);
    if (secretKey) must(sha256((await entry.getSecretKey(keyPass[alias])).key) === secretKey.sha256, `${alias}: key`);
    if (!privateKey) continue;
    const now = new Date('2026-12-01T00:00:00Z');
    const keyPasses = alias in keyPass ? [keyPass[alias]] : [];
    const conversion = await library
      .convert(bytes, { ...options, keyPasses, aliases: [alias], now, trustAnchors: [] })
      .catch((error) => {
        // An expired or mismatched leaf is the same error everywhere.
        if (error.code === 'ERR_LIMIT_EXCEEDED' || !(error instanceof library.Jks2PemError)) throw error;
        return { pem: error.code };
      });
    hashes.push(sha256(conversion.pem));
  }
  const { pem } = await library.convertTrusted(bytes, options).catch(() => ({ pem: new Uint8Array() }));
  return sha256([...hashes, sha256(pem)].join());
}

function tomcat() {
  return new Uint8Array(readFileSync(join(fixtures, 'tomcat.keystore')));
}

/** A server with a key of a keystore, and a client that trusts its root. */
async function tls() {
  const options = await library.readTlsOptions(tomcat(), { storePass: 'my-passphrase' });
  const { ca } = await library.readTlsOptions(tomcat(), { storePass: 'my-passphrase', trusted: true });
  const oldRoot = readFileSync(join(fixtures, 'story/old-root.pem'), 'utf8');
  const server = createServer({ ...options }, (_, response) => response.end('served'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const request = { host: '127.0.0.1', port, servername: 'mail.example.com', ca: [ca, oldRoot] };
  const body = await new Promise((resolve, reject) => {
    get(request, (response) => response.on('data', (chunk) => resolve(String(chunk)))).on('error', reject);
  });
  server.close();
  return body;
}

/** A result reaches a worker with its bytes. */
async function worker() {
  const result = await library.convert(tomcat(), { storePass: 'my-passphrase' });
  const code = `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', ({ pem, groups: [{ key, path }] }) =>
      parentPort.postMessage([pem.length, key.pkcs8.length, path.certificates.map(({ der }) => der.length)].join()));`;
  const other = new Worker(code, { eval: true });
  const answer = new Promise((resolve, reject) => other.on('message', resolve).on('error', reject));
  other.postMessage(result);
  const lengths = await answer;
  await other.terminate();
  const [{ key, path }] = result.groups;
  must(
    lengths === [result.pem.length, key.pkcs8.length, path.certificates.map(({ der }) => der.length)].join(),
    lengths,
  );
  return 'cloned';
}

/** Nothing that is logged shows a key. */
async function logs() {
  const result = await library.convert(tomcat(), { storePass: 'my-passphrase' });
  const store = await library.loadKeyStore(tomcat(), { storePass: 'my-passphrase' });
  const entry = store.getEntry('tomcat');
  const key = await entry.getPrivateKey();
  const options = library.tlsOptions(result);
  const bytes = [...key.pkcs8.subarray(600, 606)];
  const forms = [
    result.pemText.split('\n')[5],
    bytes.join(', '),
    bytes.join(','),
    bytes.map((byte, i) => `"${600 + i}":${byte}`).join(),
  ];
  for (const value of [result, store, entry, key, options, library.toKeyObject(key)]) {
    const shown = [
      logged(value),
      inspect(value, { depth: 9, maxArrayLength: Infinity }),
      String(value),
      JSON.stringify(value) ?? '',
    ];
    for (const text of shown) must(!forms.some((form) => text.includes(form)), `shows a key: ${text.slice(0, 200)}`);
  }
  must(logged(key).includes('secret bytes'), logged(key));
  must(logged(entry).includes('CN=mail.example.com'), logged(entry));
  return 'hidden';
}

/** What console.log prints. */
function logged(value) {
  if (globalThis.Deno) return globalThis.Deno.inspect(value, { depth: 9, iterableLimit: 1e6 });
  if (globalThis.Bun) return globalThis.Bun.inspect(value, { depth: 9 });
  return inspect(value, { depth: 9 });
}

async function roots() {
  const certificates = await library.builtInRoots();
  must(certificates.length > 100, `${certificates.length} roots`);
  must(
    certificates.every(({ isSelfIssued, publicKey }) => isSelfIssued && publicKey.algorithm),
    'a root cannot be read',
  );
  return 'read';
}

/** Signatures of every kind that is in the fixtures are checked by the runtime. */
async function path() {
  const store = await library.loadKeyStore(tomcat(), { storePass: 'my-passphrase' });
  const [leaf] = store.getEntry('tomcat').certificateChain;
  const { certificates } = library.buildCertificationPath(leaf, {
    now: new Date('2026-12-01'),
    candidates: store.certificates,
  });
  return certificates.map(({ subject }) => subject).join(' < ');
}
