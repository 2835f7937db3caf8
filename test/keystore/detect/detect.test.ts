import { describe, expect, it } from 'vitest';
import { Jks2PemError } from '../../../src/errors.js';
import { detectStoreType } from '../../../src/keystore/detect/detect.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import { expectation, fixture, fixturesOfType } from '../../fixtures.js';

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const error = async (bytes: Uint8Array) => {
  const thrown = await loadKeyStore(bytes).catch((reason: unknown) => reason);
  return thrown instanceof Jks2PemError ? thrown : expect.fail(String(thrown));
};

describe.each(fixturesOfType('JKS', 'JCEKS', 'PKCS12'))('%s', (path) => {
  const { type } = expectation(path);

  it('is known by its content', () => expect(detectStoreType(fixture(path))).toBe(type));

  it('is known when cut short', () => expect(detectStoreType(fixture(path).subarray(0, 12))).toBe(type));

  it('is known as base64', () => {
    const text = Buffer.from(fixture(path)).toString('base64');
    expect(detectStoreType(latin1(text))).toBe(type);
    expect(detectStoreType(latin1(`\n${text.replace(/.{76}/g, '$&\r\n')}\n`))).toBe(type);
  });
});

describe('a keystore as text', () => {
  it.each([
    ['jks/rsa-2048.jks', 'base64'],
    ['tomcat.p12', 'base64'],
    ['jceks/keys-jdk17.jceks', 'base64url'],
  ] as const)('%s in %s loads', async (path, encoding) => {
    const { storePass = '' } = expectation(path);
    const text = Buffer.from(fixture(path)).toString(encoding);
    const store = await loadKeyStore(latin1(`${text}\n`), { storePass });
    expect(store.integrity).toBe('verified');
  });

  it('has its padding at its end', () => {
    const text = Buffer.from(fixture('tomcat.keystore')).toString('base64');
    expect(detectStoreType(latin1(`${text}=\n`))).toBe('JKS');
    expect(detectStoreType(latin1(`${text}=A`))).toBeUndefined();
    expect(detectStoreType(latin1(`${text}!`))).toBeUndefined();
  });

  it.each(['PKCS12', 'PFX'])('loads from PEM that says %s', async (label) => {
    const text = Buffer.from(fixture('tomcat.p12')).toString('base64').replace(/.{64}/g, '$&\n');
    const pem = latin1(`-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`);
    expect(detectStoreType(pem)).toBe('PKCS12');
    const store = await loadKeyStore(pem, { storePass: expectation('tomcat.p12').storePass ?? '' });
    expect(store.type).toBe('PKCS12');
    expect(detectStoreType(pem.subarray(0, 200))).toBeUndefined();
  });
});

describe('what is no keystore is called by its name:', () => {
  it.each([
    ['bundle.pem', /PEM already: PRIVATE KEY, CERTIFICATE/],
    ['certificate.der', /a certificate in DER form/],
    ['certificates.p7b', /PKCS#7 bundle/],
    ['domain.dks', /DKS keystore domain.*file:tomcat\.keystore/],
    ['pkcs1.der', /RSA private key in PKCS#1 form/],
    ['pkcs8.der', /private key in PKCS#8 form, not encrypted/],
    ['pkcs8-encrypted.der', /encrypted private key in PKCS#8 form/],
    ['request.der', /request for a certificate/],
    ['text.txt', /neither JKS, JCEKS, PKCS12/],
  ])('%s', async (name, message) => {
    const bytes = fixture(`not-keystores/${name}`);
    expect(detectStoreType(bytes)).toBeUndefined();
    expect(await error(bytes)).toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['an Oracle wallet', '\xa1\xf8\x4e\x36rest', /cwallet\.sso/],
    ["NSS's database", 'SQLite format 3\0rest', /pk12util/],
    ['an archive', 'PK\x03\x04rest', /ZIP or JAR/],
    ['gzip', '\x1f\x8brest', /unpack it/],
    ['an error page', '\n<!DOCTYPE html><title>404</title>', /downloaded/],
    ['PuTTY', 'PuTTY-User-Key-File-2: ssh-rsa', /PuTTY/],
  ])('%s', async (_, text, message) => {
    expect(await error(latin1(text))).toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
      message: expect.stringMatching(message),
    });
  });

  it('an empty file', async () => {
    expect(await error(fixture('not-keystores/empty'))).toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
      message: expect.stringMatching(/empty/),
    });
  });

  it('a JKS and a PKCS#12 after a copy as UTF-8 text', async () => {
    const p12 = Buffer.from(Buffer.from(fixture('tomcat.p12')).toString('utf8'), 'utf8');
    for (const bytes of [fixture('not-keystores/jks-through-utf8.jks'), new Uint8Array(p12)]) {
      expect(await error(bytes)).toMatchObject({
        code: 'ERR_STORE_MALFORMED',
        message: expect.stringMatching(/read as UTF-8 text.*cannot be undone/),
      });
    }
  });

  it.each([
    ['line ends', `!${'\n'.repeat(65_000)}`],
    ['spaces', `\n${' '.repeat(65_000)}`],
    ['domains', '\ndomain a'.repeat(7_000)],
    ['domains of long names', `\ndomain a${'b'.repeat(190)}`.repeat(330)],
    ['places of keystores', `domain x {${`keystoreURI${' '.repeat(3_000)}`.repeat(21)}`],
  ])('64 KB of %s are looked at in no time', { retry: 3 }, async (_, text) => {
    const started = performance.now();
    expect(await error(latin1(text))).toMatchObject({ code: 'ERR_STORE_UNSUPPORTED' });
    // Milliseconds at rest.
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('a JKS taken for ISO 8859-1', async () => {
    const bytes = Buffer.from(Buffer.from(fixture('jks/rsa-2048.jks')).toString('latin1'), 'utf8');
    expect(await error(new Uint8Array(bytes))).toMatchObject({ code: 'ERR_STORE_MALFORMED' });
  });
});

it('looks at any few bytes without harm', async () => {
  for (let first = 0; first < 256; first++) {
    for (const length of [1, 2, 3, 4, 5]) {
      const bytes = new Uint8Array(length).fill(first);
      expect(await error(bytes)).toBeInstanceOf(Jks2PemError);
    }
  }
});

it.each([undefined, null, 'text', new ArrayBuffer(50), new Uint16Array(50), [0xfe, 0xed, 0xfe, 0xed]])(
  'takes no bytes but a Uint8Array: %s',
  async (bytes) => {
    await expect(loadKeyStore(bytes as unknown as Uint8Array)).rejects.toThrow(TypeError);
  },
);

it('leaves the bytes it is given as they are, Buffer or not', async () => {
  for (const path of ['jks/rsa-2048.jks', 'tomcat.p12', 'jceks/keys-jdk17.jceks']) {
    const bytes = Buffer.from(fixture(path));
    const before = Buffer.from(bytes);
    const { storePass = '', keyPass = {} } = expectation(path);
    for (const entry of await loadKeyStore(bytes, { storePass })) {
      if (entry.kind === 'PrivateKeyEntry') (await entry.getPrivateKey(keyPass[entry.alias])).pkcs8.fill(0);
    }
    expect(bytes.equals(before)).toBe(true);
  }
});
