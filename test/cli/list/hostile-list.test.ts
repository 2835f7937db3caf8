import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Certificate } from '../../../src/x509/certificate.js';
import { keyEntry, makeJks, trustedEntry } from '../../keystore/jks/jks-maker.js';
import { certify, leafOf, party, root } from '../../x509/certificate-maker.js';
import { runCommand } from '../fake-host.js';

const folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function listed(entries: readonly Uint8Array[], ...args: string[]) {
  const path = join(folder, 'store.jks');
  writeFileSync(path, makeJks({ entries }));
  return runCommand(['list', path, '--storepass', 'pass:changeit', ...args]);
}

describe('list of a store made to be long', () => {
  const ca = party('CA');
  const keys = (count: number) => {
    const leaf = leafOf(ca).der;
    return Array.from({ length: count }, (_, i) => keyEntry(`key-${i}`, Uint8Array.of(0x30, 0), [{ der: leaf }]));
  };
  const trusted = (count: number, make: (i: number) => Certificate) =>
    Array.from({ length: count }, (_, i) => trustedEntry(`ca-${i}`, { der: make(i).der }));

  test.each([[[]], [['--json']]])('says nothing of each key about the certificates of all others %j', async (args) => {
    const entries = [...keys(50), ...trusted(100, (i) => root(party(`Other ${i}`)))];
    const { exitCode, output } = await listed(entries, ...args);
    expect(exitCode).toBe(0);
    // Each certificate once or twice, and not once for each key.
    expect(output.match(/Other 7\b/g)?.length).toBeLessThan(8);
  });

  test('gives up on lines before on the rest, if there are too many keys', async () => {
    const entries = [...keys(3000), ...trusted(100, (i) => root(party(`Other ${i}`)))];
    const { exitCode, output } = await listed(entries);
    expect(exitCode).toBe(0);
    expect(output).toContain('Too many keys and certificates to show the chain of each key');
    expect(JSON.parse((await listed(entries, '--json')).output).paths).toBeNull();
  });

  test('joins certificates for one name and key by one line each', async () => {
    const twin = party('Twin');
    const entries = trusted(40, (i) => certify(twin, party(`Issuer ${i}`)));
    const { output } = await listed(entries, '--graph', 'mermaid');
    expect(output.match(/same key/g)).toHaveLength(39);
  });
});

test('JSON carries no character that a terminal would obey', async () => {
  const alias = Buffer.from('a\u009b31m\u202e\u001b[2Jb', 'utf8');
  const { output } = await listed([trustedEntry(alias, { der: root(party('CA')).der })], '--json');
  expect(output).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
  expect(JSON.parse(output).entries[0].alias).toBe('a\u009b31m\u202e\u001b[2Jb');
});

test('a certificate whose key cannot be read is shown as that, and the rest as it is', async () => {
  const broken = root(party('Broken'), { spki: Uint8Array.of(0x30, 0) });
  const { exitCode, output } = await listed([
    trustedEntry('broken', { der: broken.der }),
    trustedEntry('good', { der: root(party('Good')).der }),
  ]);
  expect(exitCode).toBe(0);
  expect(output).toContain('unknown, 2020-01-01');
  expect(output).toContain('CN=Good');
});

test('long aliases and names are cut, except in JSON', async () => {
  const alias = 'a'.repeat(60_000);
  const entry = trustedEntry(alias, { der: root(party('b'.repeat(60_000))).der });
  const { output } = await listed([entry]);
  expect(output).toContain(`${'a'.repeat(299)}…: trustedCertEntry`);
  expect(output.length).toBeLessThan(5_000);
  expect(JSON.parse((await listed([entry], '--json')).output).entries[0].alias).toBe(alias);
});

test('of many aliases for one certificate, the tree shows twenty', async () => {
  const ca = party('CA');
  const leaf = leafOf(ca).der;
  const { output } = await listed([
    trustedEntry('ca', { der: root(ca).der }),
    ...Array.from({ length: 25 }, (_, i) => trustedEntry(`same-${i}`, { der: leaf })),
  ]);
  expect(output).toContain('[same-19] … 5 more');
});
