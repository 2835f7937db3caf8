import { createPrivateKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { detectStoreType } from '../../src/keystore/detect/detect.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { Entry } from '../../src/keystore/types.js';
import { toBundle } from '../../src/pem/bundle.js';
import { decodePem } from '../../src/pem/decode.js';
import { isLong } from '../effort.js';
import { type Expectation, type ExpectedEntry, expectation, fixture, fixturesOfType, sha256 } from '../fixtures.js';

/** Every store that Bouncy Castle made must give what Bouncy Castle finds in it. */
const paths = fixturesOfType('BKS', 'UBER', 'BCFKS');

test('there are stores of each kind', () => {
  expect(new Set(paths.map((path) => path.split('/')[0]))).toEqual(new Set(['bks', 'uber', 'bcfks']));
  expect(paths.length).toBeGreaterThanOrEqual(30);
});

describe.each(paths)('%s', (path) => {
  const expected = expectation(path) as Expectation & { integrity?: string; storePass?: string | null };
  const storePass = expected.storePass ?? undefined;
  const load = () => loadKeyStore(fixture(path), storePass === undefined ? {} : { storePass });

  test('has the entries, certificates and keys that Bouncy Castle finds', async () => {
    expect(detectStoreType(fixture(path))).toBe(expected.type);
    const store = await load();
    expect(store.type).toBe(expected.type);
    expect(store.integrity).toBe(expected.integrity === 'signature' ? 'not-checked' : 'verified');
    // Those that accompany a signature belong to no entry.
    if (expected.integrity !== 'signature') {
      const inEntries = new Set(expected.entries.flatMap(({ certificates = [] }) => certificates));
      expect(new Set(store.certificates.map(({ sha256 }) => sha256))).toEqual(inEntries);
    }
    const found = await Promise.all([...store].map((entry) => describeEntry(entry, expected)));
    const byAlias = (a: { alias: string }, b: { alias: string }) => (a.alias < b.alias ? -1 : 1);
    expect(found.sort(byAlias)).toEqual(expected.entries.map(plain).sort(byAlias));
  });

  test('gives PEM files private keys that Node loads', async () => {
    for (const entry of await load()) {
      if (entry.kind !== 'PrivateKeyEntry') continue;
      const [block] = decodePem(
        toBundle(await entry.getPrivateKey(expected.keyPass?.[entry.alias]), { certificates: [], rejected: [] }),
      );
      const der = block?.der ?? new Uint8Array();
      expect(() => createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })).not.toThrow();
      // Bouncy Castle's Edwards keys lose the public key that OpenSSL 3.0 stumbles over; every other key is as it was.
      const stored: KeyName | undefined = expected.entries.find(({ alias }) => alias === entry.alias)?.privateKey;
      expect(sha256(der)).toBe(stored?.sha256WithoutPublicKey ?? stored?.sha256);
    }
  });

  test('shows without a password what its type leaves open', async () => {
    const opened = loadKeyStore(fixture(path));
    if (expected.type !== 'BKS' && storePass !== undefined) {
      await expect(opened).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
    } else {
      expect((await opened).integrity).toBe('not-checked');
      expect((await opened).aliases().sort()).toEqual(expected.entries.map((entry) => entry.alias).sort());
    }
  });

  // A wrong password takes as long as several right ones, because other encodings of it are tried. A fifth is enough for each run.
  if (!isLong && paths.indexOf(path) % 5 > 0) return;

  test('is refused under another password', async () => {
    await expect(loadKeyStore(fixture(path), { storePass: `${storePass}x` })).rejects.toMatchObject({
      code: 'ERR_STORE_INTEGRITY',
    });
  });

  test('does not give a key under another password', async () => {
    for (const entry of await load()) {
      const wrong = { code: 'ERR_KEY_UNRECOVERABLE', alias: entry.alias };
      if (entry.kind === 'PrivateKeyEntry') await expect(entry.getPrivateKey('wrong')).rejects.toMatchObject(wrong);
      if (entry.kind === 'SecretKeyEntry') await expect(entry.getSecretKey('wrong')).rejects.toMatchObject(wrong);
      if (entry.kind === 'PublicKeyEntry') await expect(entry.getPublicKey('wrong')).rejects.toMatchObject(wrong);
    }
  });
});

interface KeyName {
  readonly algorithm: string;
  readonly sha256: string;
  readonly sha256WithoutPublicKey?: string;
}

function plain(entry: ExpectedEntry) {
  const all = entry as ExpectedEntry & { publicKey?: KeyName };
  const key: KeyName | undefined = all.privateKey ?? all.secretKey ?? all.publicKey;
  const { alias, kind, creationDate, certificates } = entry;
  return {
    alias,
    kind,
    creationDate,
    certificates,
    key: key && { algorithm: key.algorithm, sha256: key.sha256 },
  };
}

async function describeEntry(entry: Entry, expected: Expectation) {
  const { alias, kind } = entry;
  const common = { alias, kind, creationDate: entry.creationDate?.toISOString() };
  if (kind === 'trustedCertEntry') return { ...common, certificates: [entry.certificate.sha256], key: undefined };
  const certificates = kind === 'SecretKeyEntry' ? [] : entry.certificateChain.map((certificate) => certificate.sha256);
  const { algorithm, bytes } = await keyOf(entry, expected.keyPass?.[alias]);
  return { ...common, certificates, key: { algorithm: javaName(algorithm), sha256: sha256(bytes) } };
}

async function keyOf(entry: Exclude<Entry, { kind: 'trustedCertEntry' }>, keyPass: string | undefined) {
  switch (entry.kind) {
    case 'PrivateKeyEntry': {
      const { algorithm, pkcs8 } = await entry.getPrivateKey(keyPass);
      return { algorithm, bytes: pkcs8 };
    }
    case 'PublicKeyEntry': {
      const { algorithm, spki } = await entry.getPublicKey(keyPass);
      return { algorithm, bytes: spki };
    }
    case 'SecretKeyEntry': {
      const { algorithm, key } = await entry.getSecretKey(keyPass);
      return { algorithm, bytes: key };
    }
  }
}

/** Java calls both of RFC 8032's curves by one name. */
function javaName(algorithm: string): string {
  return /^Ed(25519|448)$/.test(algorithm) ? 'EdDSA' : algorithm;
}
