import { describe, expect, test } from 'vitest';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { Entry, KeyStore } from '../../src/keystore/types.js';
import { isLong } from '../effort.js';
import { type ExpectedEntry, expectation, fixture, fixturesOfType, sha256 } from '../fixtures.js';

/** Every PKCS#12 and JCEKS fixture must give what the tool that the JSON names finds in it, and what that tool overlooks. */
const paths = fixturesOfType('PKCS12', 'JCEKS');

/** Trusted certificates that Java skips: those with a name of their own, and all of a file without keys. */
const namedByHand: Readonly<Record<string, readonly string[]>> = {
  'pkcs12/openssl-several-certificates.p12': ['cross', 'fixture ca', 'old root'],
  'pkcs12/openssl-no-keys.p12': ['1', '2'],
};

test('there are fixtures to read', () => expect(paths.length).toBeGreaterThan(100));

describe.each(paths)('%s', (path) => {
  const expected = expectation(path);
  const { storePass } = expected;
  const load = () => loadKeyStore(fixture(path), storePass == null ? {} : { storePass });

  test('has the entries, certificates and keys that are in it', async () => {
    const store = await load();
    // Whirlpool is the one MAC that Node cannot compute.
    const usual = path.includes('whirlpool') ? 'not-checked' : 'verified';
    expect(store.integrity).toBe((expected as { integrity?: string }).integrity ?? usual);
    // Java lower-cases what it reads; the file keeps the case.
    const aliases = store.aliases().map((alias) => alias.toLowerCase());
    expect(aliases.sort()).toEqual(
      [...expected.entries.map(({ alias }) => alias), ...(namedByHand[path] ?? [])].sort(),
    );
    for (const entry of expected.entries) {
      expect(await describeEntry(store, entry.alias, expected.keyPass?.[entry.alias])).toEqual(plain(entry));
    }
    if (expected.certificates) {
      expect(store.certificates.map((certificate) => certificate.sha256).sort()).toEqual(
        [...expected.certificates].sort(),
      );
    }
  });

  if (storePass == null) return;
  // A wrong password takes as long as several right ones, because other encodings of it are tried. A fifth is enough for each run.
  if (!isLong && paths.indexOf(path) % 5 > 0) return;

  test('is refused under another password', async () => {
    const other = await loadKeyStore(fixture(path), { storePass: `${storePass}x` }).catch((error: unknown) => error);
    if (isStore(other)) {
      // Without a MAC, and with nothing encrypted but keys, the password is first needed for those.
      expect(other.integrity).toBe('none');
      for (const { alias, kind } of expected.entries) {
        const entry = other.getEntry(alias);
        if (kind === 'PrivateKeyEntry' && !/clear/.test(path)) {
          await expect(open(entry)).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE', alias });
        }
      }
    } else {
      expect(other).toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
    }
  });

  test('shows without a password what is not encrypted', async () => {
    const store = await loadKeyStore(fixture(path)).catch((error: unknown) => error);
    if (!isStore(store)) return expect(store).toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
    expect(store.integrity).not.toBe('verified');
    const code = store.integrity === 'none' ? 'WARN_INTEGRITY_UNVERIFIABLE' : 'WARN_INTEGRITY_NOT_CHECKED';
    expect(store.warnings[0]?.code).toBe(code);
    for (const entry of store) {
      if (entry.kind === 'PrivateKeyEntry' && !/clear|empty-password|null-password/.test(path)) {
        await expect(entry.getPrivateKey()).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
      }
    }
  });
});

function isStore(value: unknown): value is KeyStore {
  return typeof value === 'object' && value !== null && 'aliases' in value;
}

async function open(entry: Entry | undefined, keyPass?: string) {
  if (entry?.kind === 'PrivateKeyEntry') {
    const { algorithm, pkcs8 } = await entry.getPrivateKey(keyPass);
    return { privateKey: { algorithm: javaName(algorithm), sha256: sha256(pkcs8) } };
  }
  if (entry?.kind === 'SecretKeyEntry') {
    const { algorithm, key } = await entry.getSecretKey(keyPass);
    return { secretKey: { algorithm, sha256: sha256(key) } };
  }
  return {};
}

async function describeEntry(store: KeyStore, alias: string, keyPass: string | undefined): Promise<ExpectedEntry> {
  const entry = store.getEntry(alias);
  if (entry === undefined) expect.fail(`no entry ${alias}`);
  const certificates =
    entry.kind === 'trustedCertEntry'
      ? [entry.certificate.sha256]
      : entry.kind === 'SecretKeyEntry'
        ? []
        : entry.certificateChain.map((certificate) => certificate.sha256);
  return plain({
    alias: alias === entry.alias.toLowerCase() ? alias : entry.alias,
    kind: entry.kind,
    certificates,
    ...(entry.creationDate && { creationDate: entry.creationDate.toISOString() }),
    ...(await open(entry, keyPass)),
  });
}

function plain({ alias, kind, creationDate, certificates, privateKey, secretKey }: ExpectedEntry): ExpectedEntry {
  return {
    alias,
    kind,
    ...(creationDate && { creationDate }),
    certificates: certificates ?? [],
    ...(privateKey && { privateKey: { algorithm: privateKey.algorithm, sha256: privateKey.sha256 } }),
    ...(secretKey && { secretKey }),
  };
}

/** Java calls both of RFC 8032's curves by one name. */
function javaName(algorithm: string): string {
  return /^Ed(25519|448)$/.test(algorithm) ? 'EdDSA' : algorithm;
}
