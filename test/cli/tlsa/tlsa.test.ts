import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadKeyStore } from '../../../src/keystore/load.js';
import type { PrivateKeyEntry } from '../../../src/keystore/types.js';
import { encodePem } from '../../../src/pem/encode.js';
import { formatTlsaRecord, matchesTlsa, parseTlsaRecord, tlsaRecordOf } from '../../../src/x509/tlsa.js';
import { ext, generalName, leafOf, newKey, party, root } from '../../x509/certificate-maker.js';
import { runCommand } from '../fake-host.js';

const tomcat = new URL('../../../fixtures/tomcat.keystore', import.meta.url).pathname;
const password = ['--storepass', 'pass:my-passphrase'];
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-tlsa-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('tlsa', () => {
  test('prints 3 1 1 for the leaf and 2 1 1 for each issuer that is sent, for every name', async () => {
    const { exitCode, output, error } = await runCommand(['tlsa', tomcat, ...password]);
    expect([exitCode, error]).toEqual([0, '']);
    const { output: pem } = await runCommand([tomcat, ...password]);
    const certificates = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    const hashes = certificates.map((text) => {
      const spki = new X509Certificate(text).publicKey.export({ format: 'der', type: 'spki' });
      return createHash('sha256').update(spki).digest('hex');
    });
    const lines = output.trimEnd().split('\n');
    expect(lines).toHaveLength(2 * hashes.length);
    hashes.forEach((hash, i) => {
      for (const name of ['mail', 'smtp'])
        expect(output).toContain(`_25._tcp.${name}.example.com. IN TLSA ${i === 0 ? 3 : 2} 1 1 ${hash} ; CN=`);
    });
  });

  test('takes name, port and a PEM file', async () => {
    const pem = join(folder, 'mail.pem');
    writeFileSync(pem, (await runCommand([tomcat, ...password])).output);
    const fromPem = await runCommand(['tlsa', pem, '--hostname', 'mx.example.net.', '--port', '465']);
    expect(fromPem.output).toMatch(/^_465\._tcp\.mx\.example\.net\. IN TLSA 3 1 1 [0-9a-f]{64} ; /);
    const fromStore = await runCommand(['tlsa', tomcat, ...password, '--hostname', 'mx.example.net', '--port', '465']);
    expect(fromPem.output).toBe(fromStore.output);
    const [{ names }] = JSON.parse((await runCommand(['tlsa', pem, '--hostname', 'mx.example.net.', '--json'])).output);
    expect(names).toEqual(['_25._tcp.mx.example.net.']);
  });

  test.each([tomcat, 'the PEM file'])('reads %s from standard input', async (path) => {
    const { output: pem } = await runCommand([tomcat, ...password]);
    const text = path === tomcat ? readFileSync(tomcat, 'latin1') : pem;
    const { exitCode, output } = await runCommand(['tlsa', '-', ...password], { descriptors: [text] });
    expect([exitCode, output]).toEqual([0, (await runCommand(['tlsa', tomcat, ...password])).output]);
  });

  test('takes the fingerprint of a key as convert does', async () => {
    const { certificateChain } = (await loadKeyStore(readFileSync(tomcat), { storePass: 'my-passphrase' })).getEntry(
      'tomcat',
    ) as PrivateKeyEntry;
    const { output } = await runCommand(['tlsa', tomcat, ...password, '-a', `sha256:${certificateChain[0]?.sha256}`]);
    expect(output).toBe((await runCommand(['tlsa', tomcat, ...password])).output);
  });

  test('refuses a PEM file that has a key and no certificate', async () => {
    const pem = join(folder, 'key.pem');
    writeFileSync(pem, (await runCommand([tomcat, ...password, '--only', 'key'])).output);
    const { exitCode, output, error } = await runCommand(['tlsa', pem]);
    expect([exitCode, output, error]).toEqual([1, '', expect.stringContaining('[ERR_')]);
  });

  test('prints JSON', async () => {
    const [key] = JSON.parse((await runCommand(['tlsa', tomcat, ...password, '--json'])).output);
    expect(key.names).toEqual(['_25._tcp.mail.example.com.', '_25._tcp.smtp.example.com.']);
    expect(key.records[0]).toMatchObject({
      usage: 3,
      selector: 1,
      matchingType: 1,
      data: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test.each([
    [['tlsa', tomcat, ...password, '--port', '0'], 2],
    [['tlsa', tomcat, ...password, '--port', 'smtp'], 2],
    [['tlsa', tomcat, ...password, '--port', '65536'], 2],
    [['tlsa', tomcat, ...password, '--port', '000001'], 2],
    [['tlsa', tomcat, ...password, '--port', '-1'], 2],
    [['tlsa', tomcat, ...password, '-a', 'cross'], 1],
    [['tlsa', '/nowhere'], 1],
    [['tlsa', new URL('../../../fixtures/not-keystores/text.txt', import.meta.url).pathname], 1],
  ])('%j fails', async (args, code) => expect((await runCommand(args)).exitCode).toBe(code));
});

test.each(['1', '25', '65535'])('port %s', async (port) => {
  const { exitCode, output } = await runCommand(['tlsa', tomcat, ...password, '--port', port]);
  expect([exitCode, output.startsWith(`_${port}._tcp.mail.example.com. IN TLSA 3 1 1 `)]).toEqual([0, true]);
});

test('prints records for host names only, not for wildcards and addresses', async () => {
  const pem = join(folder, 'names.pem');
  const key = newKey();
  const { dns, ip } = generalName;
  const ipv6 = ip(0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), 1);
  const names = [dns('mx1'), dns('*.example.com'), ip(192, 0, 2, 1), dns('3.example.com'), ipv6];
  const leaf = leafOf(party('CA'), { key, extensions: [ext.subjectAltName(...names)] });
  const privateKey = key.privateKey.export({ format: 'pem', type: 'pkcs8' });
  writeFileSync(pem, Buffer.concat([Buffer.from(privateKey), encodePem('CERTIFICATE', leaf.der)]));
  const { output } = await runCommand(['tlsa', pem, '--json']);
  const [{ names: found }] = JSON.parse(output);
  expect(found).toEqual(['_25._tcp.mx1.', '_25._tcp.3.example.com.']);
});

describe('a record', () => {
  const issuer = party('TLSA CA');
  const [authority, leaf] = [root(issuer), leafOf(issuer)];
  const chain = [leaf, authority];

  test('of every selector and matching type matches what it was made of', () => {
    const contents = [leaf.der, leaf.parts.subjectPublicKeyInfo.raw];
    contents.forEach((content, selector) => {
      const hash = (name: string) => new Uint8Array(createHash(name).update(content).digest());
      [content, hash('sha256'), hash('sha512')].forEach((data, matchingType) => {
        expect(matchesTlsa({ usage: 3, selector, matchingType, data }, chain)).toBe(true);
        expect(matchesTlsa({ usage: 2, selector, matchingType, data }, chain)).toBe(false);
        expect(matchesTlsa({ usage: 1, selector, matchingType, data }, chain)).toBe(false);
      });
      expect(matchesTlsa({ usage: 3, selector, matchingType: 3, data: content }, chain)).toBe(false);
    });
    expect(matchesTlsa({ usage: 3, selector: 2, matchingType: 0, data: leaf.der }, chain)).toBe(false);
  });

  test('of a trust anchor matches only if that is sent', () => {
    const record = tlsaRecordOf(authority, 2);
    expect([matchesTlsa(record, chain), matchesTlsa(record, [leaf])]).toEqual([true, false]);
  });

  test('is read as it is written, with what DNS tools put around it', () => {
    const record = tlsaRecordOf(leaf, 3);
    const text = formatTlsaRecord(record);
    for (const form of [text, `  ${text} `, `_25._tcp.a.example. 3600 IN TLSA ${text} ; comment`, `a. tlsa (${text})`])
      expect(parseTlsaRecord(form), form).toEqual(record);
    for (const wrong of ['', '3 1 1', '3 1 x 00', '3 1 1 0', '3 1 1 zz', 'a. IN A 192.0.2.1'])
      expect(parseTlsaRecord(wrong), wrong).toBeUndefined();
  });
});
