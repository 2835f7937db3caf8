import { describe, expect, test } from 'vitest';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { Entry } from '../../src/keystore/types.js';
import { type Expectation, type ExpectedEntry, expectation, fixture, fixturesOfType, sha256 } from '../fixtures.js';

/** Every fixture of the types that are read must give what the JDK's own KeyStore gives. */
const paths = fixturesOfType('JKS', 'CaseExactJKS');

test('there are fixtures to read', () => expect(paths.length).toBeGreaterThan(20));

describe.each(paths)('%s', (path) => {
  const expected = expectation(path);

  test('has the entries, certificates and keys that Java finds', async () => {
    const store = await loadKeyStore(fixture(path), { storePass: expected.storePass ?? '' });
    expect(store.integrity).toBe('verified');
    expect(store.aliases().sort()).toEqual(expected.entries.map((entry) => entry.alias).sort());
    for (const entry of expected.entries) {
      expect(await describeEntry(store.getEntry(entry.alias), expected)).toEqual(plain(entry));
    }
  });

  test('shows the same without a password, keys aside', async () => {
    const store = await loadKeyStore(fixture(path));
    expect(store.integrity).toBe('not-checked');
    expect(store.aliases().sort()).toEqual(expected.entries.map((entry) => entry.alias).sort());
    for (const entry of store) {
      if (entry.kind === 'PrivateKeyEntry')
        await expect(entry.getPrivateKey()).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
    }
  });

  test('is refused under another password', async () => {
    await expect(loadKeyStore(fixture(path), { storePass: `${expected.storePass}x` })).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
    });
  });
});

function plain(entry: ExpectedEntry) {
  return {
    alias: entry.alias,
    kind: entry.kind,
    creationDate: entry.creationDate,
    certificates: entry.certificates,
    privateKey: entry.privateKey,
  };
}

async function describeEntry(entry: Entry | undefined, expected: Expectation) {
  if (entry === undefined) return undefined;
  const common = { alias: entry.alias, kind: entry.kind, creationDate: entry.creationDate?.toISOString() };
  if (entry.kind === 'trustedCertEntry')
    return { ...common, certificates: [entry.certificate.sha256], privateKey: undefined };
  if (entry.kind !== 'PrivateKeyEntry') return { ...common, certificates: undefined, privateKey: undefined };
  const key = await entry.getPrivateKey(expected.keyPass?.[entry.alias]);
  return {
    ...common,
    certificates: entry.certificateChain.map((certificate) => certificate.sha256),
    privateKey: { algorithm: javaName(key.algorithm), sha256: sha256(key.pkcs8) },
  };
}

/** Java calls both of RFC 8032's curves by one name. */
function javaName(algorithm: string): string {
  return /^Ed(25519|448)$/.test(algorithm) ? 'EdDSA' : algorithm;
}
