import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodePem } from '../../../src/pem/decode.js';
import { keyEntry, makeJks, protectKey } from '../../keystore/jks/jks-maker.js';
import { certify, ext, leafOf, newKey, party, root } from '../../x509/certificate-maker.js';
import { runCommand } from '../fake-host.js';

const directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
const place = (name: string) => join(directory, name);
const [ca, middle, key] = [party('CA'), party('Middle'), newKey()];
let server: Server;
let requests = 0;
beforeAll(async () => {
  const issuer = certify(middle, ca).der;
  server = createServer((_, response) => {
    requests++;
    response.end(issuer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const leaf = leafOf(middle, { key, more: [ext.caIssuers(`http://127.0.0.1:${port}/ca.cer`)] });
  const pkcs8 = new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));
  writeFileSync(place('a.jks'), makeJks({ entries: [keyEntry('mail', protectKey(pkcs8, 'changeit'), [leaf])] }));
  writeFileSync(place('root.der'), root(ca).der);
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

const convert = (...args: readonly string[]) =>
  runCommand([
    ...[place('a.jks'), '--storepass', 'pass:changeit', '--trust', place('root.der')],
    ...['-o', place('a.pem'), '--json', ...args],
  ]);
const codes = (output: string) => JSON.parse(output).warnings.map(({ code }: { code: string }) => code);

test('without --fetch-issuers no server is asked', async () => {
  const { output } = await convert();
  expect([codes(output), requests]).toEqual([['WARN_CHAIN_INCOMPLETE'], 0]);
});

test('with --fetch-issuers a private address is not asked, and the warning names the option that allows it', async () => {
  const { output, error } = await convert('--fetch-issuers');
  expect([codes(output).includes('WARN_ISSUER_NOT_FETCHED'), requests]).toEqual([true, 0]);
  expect(error).toMatch(/warning: .*127\.0\.0\.1 is not a public address; --fetch-private/);
});

test('with --fetch-private it is, and the issuer is part of the chain', async () => {
  const { exitCode, output } = await convert('--fetch-issuers', '--fetch-private', '--strict');
  expect([exitCode, codes(output), requests]).toEqual([0, [], 1]);
  expect(JSON.parse(output).fetched).toEqual([
    {
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/ca\.cer$/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ]);
  expect(decodePem(readFileSync(place('a.pem')))).toHaveLength(3);
});
