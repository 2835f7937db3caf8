import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { afterAll, describe, expect, test } from 'vitest';
import { toHex } from '../../src/bytes/encoding.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { KeyStore } from '../../src/keystore/types.js';
import { decodePem } from '../../src/pem/decode.js';
import { expectation, fixture, fixturesOfType, sha256 } from '../fixtures.js';
import { javaHomes, outputOf } from './tool.js';

/** One key, its certificate and that of its issuer, made once, and then written by every peer in every way it has. */
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-pkcs12-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);
const password = 'changeit';

const openssl = (...args: readonly string[]) => outputOf('openssl', args);
openssl(
  'req',
  '-x509',
  '-newkey',
  'rsa:2048',
  '-nodes',
  '-keyout',
  file('ca-key'),
  '-out',
  file('ca'),
  '-subj',
  '/CN=ca',
  '-days',
  '30',
);
openssl(
  'req',
  '-newkey',
  'rsa:2048',
  '-nodes',
  '-keyout',
  file('key'),
  '-out',
  file('request'),
  '-subj',
  '/CN=mail.example.com',
);
openssl(
  'x509',
  '-req',
  '-in',
  file('request'),
  '-CA',
  file('ca'),
  '-CAkey',
  file('ca-key'),
  '-out',
  file('leaf'),
  '-days',
  '30',
);
writeFileSync(file('chain'), Buffer.concat([readFileSync(file('leaf')), readFileSync(file('ca'))]));

const derOf = (name: string) => toHex(decodePem(new Uint8Array(readFileSync(file(name))))[0]?.der ?? new Uint8Array());
const wanted = { key: derOf('key'), chain: [derOf('leaf'), derOf('ca')] };

const load = (name: string, storePass = password) =>
  loadKeyStore(new Uint8Array(readFileSync(file(name))), { storePass });

/** The store's one key and its chain. */
async function pairOf(store: KeyStore) {
  const [entry, another] = [...store].filter(({ kind }) => kind === 'PrivateKeyEntry');
  if (entry?.kind !== 'PrivateKeyEntry' || another) throw new Error('one private key expected');
  const { pkcs8 } = await entry.getPrivateKey();
  return { key: toHex(pkcs8), chain: entry.certificateChain.map(({ der }) => toHex(der)) };
}

const exportArgs = [
  'pkcs12',
  '-export',
  '-in',
  file('chain'),
  '-inkey',
  file('key'),
  '-name',
  'mail',
  '-passout',
  `pass:${password}`,
];

describe('openssl', () => {
  const pbes = [
    ...['PBE-SHA1-3DES', 'PBE-SHA1-2DES', 'PBE-SHA1-RC2-40', 'PBE-SHA1-RC2-128', 'PBE-SHA1-RC4-40', 'PBE-SHA1-RC4-128'],
    ...['PBE-MD5-DES', 'PBE-MD5-RC2-64', 'PBE-SHA1-DES', 'PBE-SHA1-RC2-64'],
    ...['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc', 'des-cbc', 'rc2-cbc'],
    ...['camellia-128-cbc', 'camellia-192-cbc', 'camellia-256-cbc', 'aria-128-cbc', 'aria-192-cbc', 'aria-256-cbc'],
  ];

  test.each(pbes)('encrypts with %s', async (pbe) => {
    openssl(...exportArgs, '-legacy', '-keypbe', pbe, '-certpbe', pbe, '-macalg', 'sha1', '-out', file('pbe'));
    const store = await load('pbe');
    expect(store.integrity).toBe('verified');
    expect(store.aliases()).toEqual(['mail']);
    expect(await pairOf(store)).toEqual(wanted);
  });

  const macs = [
    'md5',
    'sha1',
    'sha224',
    'sha256',
    'sha384',
    'sha512',
    'sha512-224',
    'sha512-256',
    'sha3-256',
    'ripemd160',
  ];

  test.each(macs)('checks with %s', async (mac) => {
    openssl(...exportArgs, '-macalg', mac, '-out', file('mac'));
    const store = await load('mac');
    expect(store.integrity).toBe('verified');
    expect(await pairOf(store)).toEqual(wanted);
    await expect(load('mac', 'wrong')).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
  });

  test.each([
    ['without a MAC', ['-nomac'], 'none'],
    ['with all in the clear', ['-keypbe', 'NONE', '-certpbe', 'NONE', '-nomac'], 'none'],
    ['with the certificates in the clear', ['-certpbe', 'NONE'], 'verified'],
    ['with the key in the clear', ['-keypbe', 'NONE'], 'verified'],
    ['as in old times', ['-legacy'], 'verified'],
    ['with triple DES for certificates', ['-legacy', '-descert'], 'verified'],
    ['with one iteration', ['-noiter', '-nomaciter'], 'verified'],
    ['with a million', ['-iter', '1000000'], 'verified'],
    ['for Windows', ['-CSP', 'Microsoft Enhanced RSA and AES Cryptographic Provider', '-LMK', '-keyex'], 'verified'],
  ])('writes %s', async (_, options, integrity) => {
    openssl(...exportArgs, ...options, '-out', file('option'));
    const store = await load('option');
    expect(store.integrity).toBe(integrity);
    const { key, chain } = await pairOf(store);
    expect(chain).toEqual(wanted.chain);
    // -keyex adds an attribute to the PKCS#8, which stays.
    if (!options.includes('-keyex')) expect(key).toBe(wanted.key);
  });

  test('writes certificates without a key', async () => {
    const args = ['-nokeys', '-in', file('chain'), '-passout', `pass:${password}`];
    openssl('pkcs12', '-export', ...args, '-out', file('no-keys'));
    const store = await load('no-keys');
    // Without a key the file is a truststore, whatever its certificates are named.
    expect([...store].map(({ kind }) => kind)).toEqual(wanted.chain.map(() => 'trustedCertEntry'));
    expect(store.certificates.map(({ der }) => toHex(der)).sort()).toEqual([...wanted.chain].sort());
  });

  test.each(['', 'p\u00e4ssw\u00f6rd\u20ac', '\ud83d\udd11', 'x'.repeat(200)])(
    'takes the password %j',
    async (text) => {
      for (const options of [[], ['-legacy']]) {
        openssl(...exportArgs.slice(0, -1), `pass:${text}`, ...options, '-out', file('password'));
        expect(await pairOf(await load('password', text))).toEqual(wanted);
      }
    },
  );
});

describe.each(javaHomes())('keytool of %s', (home) => {
  openssl(...exportArgs, '-out', file('source'));
  const convert = (name: string, type: string, ...properties: readonly string[]) => {
    rmSync(file(name), { force: true });
    const from = ['-srckeystore', file('source'), '-srcstorepass', password, '-srcstoretype', 'PKCS12'];
    const to = ['-destkeystore', file(name), '-deststorepass', password, '-deststoretype', type];
    const options = properties.map((property) => `-J-Dkeystore.pkcs12.${property}`);
    outputOf(`${home}/bin/keytool`, [...options, '-importkeystore', '-noprompt', ...from, ...to]);
  };
  const both = (algorithm: string) => [`certProtectionAlgorithm=${algorithm}`, `keyProtectionAlgorithm=${algorithm}`];

  const ways: readonly (readonly [string, readonly string[]])[] = [
    ['as it likes', []],
    ['as in old times', ['legacy']],
    ['without a MAC', ['macAlgorithm=NONE']],
    ['with certificates in the clear', ['certProtectionAlgorithm=NONE']],
    ['without a password for anything but the key', ['macAlgorithm=NONE', 'certProtectionAlgorithm=NONE']],
    ['with other counts', ['macIterationCount=1', 'certPbeIterationCount=5000', 'keyPbeIterationCount=7']],
    ...[
      'PBEWithSHA1AndDESede',
      'PBEWithSHA1AndRC2_40',
      'PBEWithSHA1AndRC2_128',
      'PBEWithSHA1AndRC4_40',
      'PBEWithSHA1AndRC4_128',
    ].map((algorithm) => [algorithm, both(algorithm)] as const),
    ...['SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512'].flatMap((hash) =>
      ['AES_128', 'AES_256'].map((cipher) => [`${hash}/${cipher}`, both(`PBEWithHmac${hash}And${cipher}`)] as const),
    ),
    ...['SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512', 'SHA512/224', 'SHA512/256'].map(
      (hash) => [`MAC ${hash}`, [`macAlgorithm=HmacPBE${hash}`]] as const,
    ),
  ];

  test.each(ways)('writes PKCS#12 %s', async (_, properties) => {
    convert('java', 'PKCS12', ...properties);
    const store = await load('java');
    expect(store.integrity).toBe(properties.includes('macAlgorithm=NONE') ? 'none' : 'verified');
    expect(await pairOf(store)).toEqual(wanted);
  });

  test('writes JCEKS, with a secret key', async () => {
    convert('java', 'JCEKS');
    const options = ['-storetype', 'JCEKS', '-keystore', file('java'), '-storepass', password];
    outputOf(`${home}/bin/keytool`, ['-genseckey', '-alias', 'aes', '-keyalg', 'AES', '-keysize', '256', ...options]);
    const store = await load('java');
    expect(await pairOf(store)).toEqual(wanted);
    const entry = store.getEntry('aes');
    if (entry?.kind !== 'SecretKeyEntry') expect.fail();
    expect(await entry.getSecretKey()).toMatchObject({
      algorithm: 'AES',
      key: expect.objectContaining({ length: 32 }),
    });
  });
});

describe('Bouncy Castle', () => {
  /** Debian's libbcprov-java. */
  const jar = '/usr/share/java/bcprov.jar';
  const program = new URL('ImportPkcs12.java', import.meta.url).pathname;

  test.each(['PKCS12', 'PKCS12-DEF', 'PKCS12-3DES-3DES', 'PKCS12-DEF-3DES-3DES', 'PKCS12-3DES-40RC2'])(
    'writes %s',
    async (type) => {
      if (!existsSync(jar)) throw new Error(`${jar} is missing: npm run test:peers installs libbcprov-java`);
      openssl(...exportArgs, '-out', file('source'));
      outputOf('java', ['-cp', jar, program, file('source'), password, type, file('bouncy'), password]);
      const store = await load('bouncy');
      expect(store.integrity).toBe('verified');
      const { key, chain } = await pairOf(store);
      expect(chain).toEqual(wanted.chain);
      expect(key).toBe(wanted.key);
    },
  );
});

/** What PKI.js makes of a file; undefined where it does not know an algorithm, or the form of the password. */
async function opinionOfPkijs(bytes: Uint8Array, text: string) {
  const secret = new TextEncoder().encode(text).buffer as ArrayBuffer;
  try {
    const pfx = new pkijs.PFX({ schema: asn1js.fromBER(Uint8Array.from(bytes).buffer).result });
    await pfx.parseInternalValues({ password: secret, checkIntegrity: false });
    const safe = pfx.parsedValue?.authenticatedSafe;
    await safe?.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password: secret })) });
    const contents: { value: pkijs.SafeContents }[] = safe?.parsedValue.safeContents ?? [];
    const found = { certificates: [] as string[], keys: [] as string[] };
    for (const bag of contents.flatMap(({ value }) => value.safeBags)) {
      const { bagValue } = bag;
      if (bagValue instanceof pkijs.CertBag && bagValue.parsedValue instanceof pkijs.Certificate) {
        found.certificates.push(sha256(new Uint8Array(bagValue.parsedValue.toSchema().toBER())));
      }
      if (bagValue instanceof pkijs.PKCS8ShroudedKeyBag) {
        // Protected: PKI.js means it for its own use, and has no other way to one key.
        await (bagValue as unknown as { parseInternalValues(given: object): Promise<void> }).parseInternalValues({
          password: secret,
        });
        found.keys.push(sha256(new Uint8Array((bagValue.parsedValue as pkijs.PrivateKeyInfo).toSchema().toBER())));
      }
    }
    return found;
  } catch {
    return undefined;
  }
}

test('PKI.js agrees where it can read a file', { timeout: 300_000 }, async () => {
  let agreed = 0;
  // It does not look into bags within bags.
  for (const path of fixturesOfType('PKCS12').filter((name) => !name.includes('nested'))) {
    const { storePass, keyPass } = expectation(path);
    if (storePass == null || keyPass) continue;
    const theirs = await opinionOfPkijs(fixture(path), storePass);
    if (theirs === undefined) continue;
    const store = await loadKeyStore(fixture(path), { storePass });
    const ours: string[] = [];
    for (const entry of store)
      if (entry.kind === 'PrivateKeyEntry') ours.push(sha256((await entry.getPrivateKey()).pkcs8));
    expect([...new Set(theirs.certificates)].sort(), path).toEqual(
      store.certificates.map((each) => each.sha256).sort(),
    );
    // Keys in the clear are not shrouded.
    if (theirs.keys.length > 0) expect(theirs.keys.sort(), path).toEqual(ours.sort());
    agreed++;
  }
  expect(agreed).toBeGreaterThan(20);
});
