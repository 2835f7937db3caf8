import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decodePem } from '../../src/pem/decode.js';
import { expectation, sha256 } from '../fixtures.js';
import { jks2pem } from './command.js';
import { javaHomes, outputOf } from './tool.js';

const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

function convert(name: string, out: string, ...args: string[]): string {
  const path = join(folder, out);
  const source = ['--storepass', `pass:${expectation(name).storePass}`];
  expect(jks2pem([join(fixtures, name), ...source, '-o', path, ...args]).status).toBe(0);
  return path;
}

describe.each(['tomcat.keystore', 'jks/ec-p256.jks', 'jks/ed25519.jks'])('an encrypted key of %s', (name) => {
  const password = 'pässword 7';
  const encrypted = () => convert(name, 'encrypted.pem', '--encrypt-key', `pass:${password}`);
  const plain = sha256(
    decodePem(jks2pem([join(fixtures, name), '--storepass', `pass:${expectation(name).storePass}`]).stdout)[0]?.der ??
      new Uint8Array(),
  );

  test('is decrypted by OpenSSL', () => {
    const key = outputOf('openssl', [
      'pkcs8',
      '-in',
      encrypted(),
      '-passin',
      `pass:${password}`,
      '-outform',
      'DER',
      '-topk8',
      '-nocrypt',
    ]);
    const again = outputOf('openssl', ['pkey', '-inform', 'DER', '-outform', 'DER'], key);
    expect(again.length).toBeGreaterThan(0);
    expect(sha256(key)).toBe(plain);
  });

  test('is encrypted as promised, by what OpenSSL reads of it', () => {
    const der = decodePem(readFileSync(encrypted()))[0]?.der ?? new Uint8Array();
    const structure = outputOf('openssl', ['asn1parse', '-inform', 'DER'], der).toString();
    expect(structure).toContain(':PBES2');
    expect(structure).toContain(':PBKDF2');
    // 600,000.
    expect(structure).toContain('INTEGER           :0927C0');
    expect(structure).toContain(':hmacWithSHA256');
    expect(structure).toContain(':aes-256-cbc');
  });

  test.each(javaHomes())('is decrypted by Java of %s', (home) => {
    const program = new URL('DecryptKey.java', import.meta.url).pathname;
    // Java 17 takes no other letters than ASCII.
    const path = convert(name, 'ascii.pem', '--encrypt-key', 'pass:password 7');
    expect(sha256(outputOf(`${home}/bin/java`, [program, path, 'password 7']))).toBe(plain);
  });
});

test.each([
  ['tomcat.keystore', 'rsa'],
  ['jks/ec-p256.jks', 'ec'],
])('OpenSSL reads the traditional key of %s as %s', (name, tool) => {
  const path = convert(name, 'traditional.pem', '--key-format', 'traditional');
  expect(readFileSync(path, 'latin1')).toContain(`-----BEGIN ${tool.toUpperCase()} PRIVATE KEY-----`);
  const [own, certified] = [
    ['pkey', '-in', path, '-pubout'],
    ['x509', '-in', path, '-noout', '-pubkey'],
  ].map((args) => outputOf('openssl', args).toString());
  expect(own).toBe(certified);
});
