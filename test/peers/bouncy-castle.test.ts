import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toHex } from '../../src/bytes/encoding.js';
import { Twofish } from '../../src/crypto/cipher/twofish.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { Entry } from '../../src/keystore/types.js';
import { toBundle } from '../../src/pem/bundle.js';
import { expectation, sha256 } from '../fixtures.js';
import { outputOf } from './tool.js';

/** Debian's libbcprov-java. */
const jar = '/usr/share/java/bcprov.jar';
const program = new URL('BouncyCastle.java', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-bouncy-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What Bouncy Castle finds in a store. */
interface Finding {
  readonly type: string;
  readonly file: string;
  readonly storePass: string;
  readonly keyPass: string;
  readonly entries: readonly FoundEntry[];
}

interface FoundEntry {
  readonly alias: string;
  readonly kind: Entry['kind'];
  readonly created: number;
  readonly certificates: readonly string[];
  /** Encoded as Java gives it, in hexadecimal. */
  readonly key: string | null;
}

function bouncyCastle(...args: readonly string[]): string[] {
  if (!existsSync(jar)) throw new Error(`${jar} is missing: npm run test:peers installs libbcprov-java`);
  return outputOf('java', ['-cp', jar, program, ...args])
    .toString()
    .trim()
    .split('\n');
}

const types = ['BKS', 'BKS-V1', 'UBER', 'BCFKS'];
const passwords = ['same', 'different', 'empty', 'non-ascii', 'different-non-ascii'];
const stores = types.flatMap((type) => passwords.map((password) => `${type}-${password}`));

describe('Bouncy Castle’s stores', () => {
  let findings: Map<string, Finding>;
  beforeAll(() => {
    const all = bouncyCastle('stores', folder).map((line): Finding => JSON.parse(line));
    findings = new Map(all.map((finding) => [finding.file, finding]));
  });

  describe.each(stores)('%s', (name) => {
    const finding = () => {
      const found = findings.get(join(folder, name));
      if (found === undefined) throw new Error(`Bouncy Castle wrote no ${name}`);
      return found;
    };
    const load = () => loadKeyStore(new Uint8Array(readFileSync(finding().file)), { storePass: finding().storePass });

    test('gives the entries, certificates and keys that Bouncy Castle gives', async () => {
      const { type, entries, keyPass } = finding();
      const store = await load();
      expect(store.type).toBe(type.replace('-V1', ''));
      expect(store.version).toBe(type === 'BKS' ? 2 : 1);
      expect(store.integrity).toBe('verified');
      expect(store.warnings.map((warning) => warning.code)).toEqual(type === 'BKS-V1' ? ['WARN_INTEGRITY_WEAK'] : []);
      const ours = await Promise.all([...store].map((entry) => describeEntry(entry, keyPass)));
      expect(ours.sort(byAlias)).toEqual([...entries].sort(byAlias));
    });

    test('gives PEM files keys that OpenSSL and Node load, and that fit their certificates', async () => {
      const keys = [...(await load())].filter((entry) => entry.kind === 'PrivateKeyEntry');
      expect(keys).toHaveLength(4);
      for (const entry of keys) {
        const key = await entry.getPrivateKey(finding().keyPass);
        // With the public key along, in version 2 of PKCS#8, is how Bouncy Castle stores Edwards keys.
        if (/^ed/i.test(entry.alias)) expect(toHex(key.pkcs8)).toMatch(/^30(81)?..020101/);
        const pem = Buffer.from(toBundle(key, { certificates: [], rejected: [] }));
        const leaf = new X509Certificate(entry.certificateChain[0]?.der ?? new Uint8Array());
        const spki = leaf.publicKey.export({ format: 'der', type: 'spki' });
        expect(outputOf('openssl', ['pkey', '-pubout', '-outform', 'DER'], pem)).toEqual(spki);
        expect(createPublicKey(createPrivateKey(pem)).export({ format: 'der', type: 'spki' })).toEqual(spki);
      }
    });

    test('is refused under another password', async () => {
      const bytes = new Uint8Array(readFileSync(finding().file));
      await expect(loadKeyStore(bytes, { storePass: `${finding().storePass}x` })).rejects.toMatchObject({
        code: 'ERR_STORE_INTEGRITY',
      });
    });
  });
});

describe('keytool with Bouncy Castle’s provider', () => {
  const source = new URL('../../fixtures/jks/rsa-2048.jks', import.meta.url).pathname;
  const { entries, storePass = '' } = expectation('jks/rsa-2048.jks');

  test.each(['BKS', 'UBER', 'BCFKS'])('turns a JKS into a %s that holds the same', async (type) => {
    const file = join(folder, `keytool.${type}`);
    const provider = ['-providerpath', jar, '-provider', 'org.bouncycastle.jce.provider.BouncyCastleProvider'];
    const to = ['-destkeystore', file, '-deststoretype', type, '-deststorepass', storePass];
    outputOf('keytool', ['-importkeystore', '-srckeystore', source, '-srcstorepass', storePass, ...to, ...provider]);
    const store = await loadKeyStore(new Uint8Array(readFileSync(file)), { storePass });
    expect(store.type).toBe(type);
    const ours = [];
    for (const entry of store) {
      if (entry.kind !== 'PrivateKeyEntry') throw new Error(`${entry.alias} is ${entry.kind}`);
      const { algorithm, pkcs8 } = await entry.getPrivateKey();
      const certificates = entry.certificateChain.map((certificate) => certificate.sha256);
      ours.push({ alias: entry.alias, certificates, privateKey: { algorithm, sha256: sha256(pkcs8) } });
    }
    expect(ours).toEqual(entries.map(({ alias, certificates, privateKey }) => ({ alias, certificates, privateKey })));
  });
});

test('Twofish gives what Bouncy Castle’s Twofish gives for a thousand random keys and blocks', () => {
  const lines = bouncyCastle('twofish', '1000');
  expect(lines).toHaveLength(1000);
  for (const line of lines) {
    const [key, plain, cipher] = line.split(' ').map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
    if (!key || !plain || !cipher) throw new Error(line);
    const block = plain.slice();
    const view = new DataView(block.buffer);
    new Twofish(key).encryptBlock(view);
    expect(toHex(block)).toBe(toHex(cipher));
    new Twofish(key).decryptBlock(view);
    expect(toHex(block)).toBe(toHex(plain));
  }
});

function byAlias(a: { readonly alias: string }, b: { readonly alias: string }): number {
  return a.alias < b.alias ? -1 : 1;
}

async function describeEntry(entry: Entry, keyPass: string) {
  const { alias, kind } = entry;
  const common = { alias, kind, created: entry.creationDate?.getTime() };
  if (kind === 'trustedCertEntry') return { ...common, certificates: [entry.certificate.sha256], key: null };
  if (kind === 'SecretKeyEntry') {
    return { ...common, certificates: [], key: toHex((await entry.getSecretKey(keyPass)).key) };
  }
  const certificates = entry.certificateChain.map((certificate) => certificate.sha256);
  if (kind === 'PublicKeyEntry')
    return { ...common, certificates, key: toHex((await entry.getPublicKey(keyPass)).spki) };
  const { pkcs8 } = await entry.getPrivateKey(keyPass);
  return { ...common, certificates, key: toHex(pkcs8) };
}
