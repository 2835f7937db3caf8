import { createPublicKey, X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { convertKeys } from '../../src/convert/convert.js';
import {
  convert,
  loadKeyStore,
  readTlsOptions,
  StoreUnsupportedError,
  type TlsOptions,
  tlsOptions,
  toKeyObject,
  wipe,
} from '../../src/index.js';
import { expectation, fixture } from '../fixtures.js';

const storePass = 'my-passphrase';
const tomcat = fixture('tomcat.keystore');
const pems = (text: string) => text.match(/-----BEGIN [A-Z ]+-----/g) ?? [];

describe('readTlsOptions', () => {
  test('gives key and chain, and no ca', async () => {
    const options = await readTlsOptions(tomcat, { storePass });
    expect(Object.keys(options)).toEqual(['key', 'cert']);
    expect(pems(options.key)).toEqual(['-----BEGIN PRIVATE KEY-----']);
    expect(pems(options.cert)).toHaveLength(3);
    expect(createPublicKey(options.key).equals(new X509Certificate(options.cert).publicKey)).toBe(true);
    expect(() => createSecureContext(options)).not.toThrow();
    expectTypeOf(options).toEqualTypeOf<TlsOptions>();
    expectTypeOf(createServer).toBeCallableWith(options);
  });

  test('with trusted: the trusted entries as ca, never the chain', async () => {
    const { ca, key } = await readTlsOptions(tomcat, { storePass, trusted: true });
    const subjects = ca.split(/(?=-----BEGIN)/).map((pem) => new X509Certificate(pem).subject);
    expect(subjects).toHaveLength(2);
    expect(subjects.join()).not.toContain('mail.example.com');
    expect(key).toContain('PRIVATE KEY');
  });

  test('of a truststore: ca only', async () => {
    const options = await readTlsOptions(fixture('jks/truststore-500.jks'), { storePass: 'changeit', trusted: true });
    expect(Object.keys(options)).toEqual(['ca']);
    expect(pems(options.ca)).toHaveLength(500);
  });

  test('fails if there is no key of a name, also with trusted', async () => {
    const reading = readTlsOptions(tomcat, { storePass, trusted: true, aliases: ['gone'] });
    await expect(reading).rejects.toMatchObject({ code: 'ERR_ENTRY_NOT_FOUND' });
  });

  test('fails if there are several keys, also with trusted', async () => {
    const several = fixture('pkcs12/jdk17-several-keys.p12');
    const reading = readTlsOptions(several, { storePass: 'changeit', trusted: true });
    await expect(reading).rejects.toMatchObject({ code: 'ERR_ENTRY_AMBIGUOUS' });
  });

  test('fails by code if there is no private key and no trusted option', async () => {
    const reading = readTlsOptions(fixture('jks/truststore-500.jks'), { storePass: 'changeit' });
    await expect(reading).rejects.toMatchObject({ code: 'ERR_ENTRY_NOT_FOUND' });
  });
});

test('tlsOptions needs an alias if there are several keys', async () => {
  const result = await convert(fixture('pkcs12/jdk17-several-keys.p12'), {
    storePass: 'changeit',
    aliases: ['rsa-2048', 'ec-p256'],
  });
  expect(() => tlsOptions(result)).toThrow(
    new RangeError('one private key is needed; name one of these aliases: "rsa-2048", "ec-p256"'),
  );
  expect(() => tlsOptions(result, 'gone')).toThrow('name one of these aliases: "rsa-2048", "ec-p256"');
  expect(toKeyType(tlsOptions(result, 'ec-p256').key)).toBe('ec');
});

const toKeyType = (pem: string) => createPublicKey(pem).asymmetricKeyType;

test('toKeyObject gives a key that signs', async () => {
  const entry = (await loadKeyStore(tomcat, { storePass })).getEntry('tomcat');
  if (entry?.kind !== 'PrivateKeyEntry') expect.fail();
  const key = await entry.getPrivateKey();
  const before = Uint8Array.from(key.pkcs8);
  expect(toKeyObject(key)).toMatchObject({ type: 'private', asymmetricKeyType: 'rsa' });
  expect(key.pkcs8).toEqual(before);
});

test('toKeyObject fails by code if OpenSSL does not know the algorithm', async () => {
  const entry = (await loadKeyStore(tomcat, { storePass })).getEntry('tomcat');
  if (entry?.kind !== 'PrivateKeyEntry') expect.fail();
  const { pkcs8 } = await entry.getPrivateKey();
  // 1.2.840.113549.1.1.1 becomes 1.2.840.113549.1.1.99.
  const unknown = Buffer.from(
    Buffer.from(pkcs8).toString('hex').replace('2a864886f70d010101', '2a864886f70d010163'),
    'hex',
  );
  expect(() => toKeyObject({ algorithm: '1.2.840.113549.1.1.99', pkcs8: unknown })).toThrow(
    new StoreUnsupportedError('this Node cannot load this key of the algorithm 1.2.840.113549.1.1.99'),
  );
});

describe('the result of convert', () => {
  test('has the PEM as text, and now is the present', async () => {
    const { pem, pemText } = await convert(tomcat, { storePass });
    expect(pemText).toBe(Buffer.from(pem).toString());
  });

  test('can be cloned to a worker, with its secrets', async () => {
    const result = await convert(tomcat, { storePass });
    const clone = structuredClone(result);
    expect(clone.pem).toEqual(result.pem);
    expect(clone.groups[0]?.key.pkcs8).toEqual(result.groups[0]?.key.pkcs8);
    expect(clone.groups[0]?.path.certificates[0]?.der).toEqual(result.groups[0]?.path.certificates[0]?.der);
    expect(tlsOptions(clone)).toEqual(tlsOptions(result));
  });

  test('is overwritten by wipe, in all its forms', async () => {
    const result = await convert(tomcat, { storePass });
    wipe(result);
    for (const { key, keyPem } of result.groups)
      expect([...key.pkcs8, ...keyPem].every((byte) => byte === 0)).toBe(true);
    expect(result.pem.every((byte) => byte === 0)).toBe(true);
  });
});

describe('logs and JSON show no byte of a key', () => {
  /** Ten bytes in the middle of a secret, in the forms in which they could be shown. */
  function formsOf(secret: Uint8Array): string[] {
    const start = Math.floor(secret.length / 2) - 5;
    const bytes = [...secret.subarray(start, start + 10)];
    const hex = Buffer.from(bytes).toString('hex');
    const properties = bytes.map((byte, i) => `"${start + i}":${byte}`).join(',');
    return [bytes.join(', '), bytes.join(','), properties, hex, hex.replaceAll(/(..)(?=.)/g, '$1 ')];
  }

  function expectHidden(value: object, forms: readonly string[]): void {
    for (const shown of [inspect(value, { depth: 9, breakLength: Infinity }), JSON.stringify(value), `${value}`])
      for (const form of forms) expect(shown).not.toContain(form);
  }

  test('of a conversion, its groups and its TLS options', async () => {
    const result = await convert(tomcat, { storePass });
    const [group] = result.groups;
    if (group === undefined) expect.fail();
    const middle = result.pemText.split('\n')[5] ?? expect.fail();
    const forms = [middle, ...formsOf(group.key.pkcs8), ...formsOf(result.pem)];
    const trusting = await readTlsOptions(tomcat, { storePass, trusted: true });
    const keys = await convertKeys(tomcat, { storePass });
    for (const value of [result, group, group.key, tlsOptions(result), trusting, keys]) expectHidden(value, forms);
    expect(inspect(result)).toContain('secret bytes');
    expect(inspect(trusting)).toContain('[secret]');
  });

  test.each([
    'jks/ec-p256.jks',
    'jceks/secrets-jdk25.jceks',
    'pkcs12/jdk17-several-keys.p12',
    'pkcs12/jdk25-secrets.p12',
    'bks/keys.bks',
    'uber/keys.uber',
    'bcfks/keys.bcfks',
  ])('of the keys of %s', async (name) => {
    const { storePass = '', keyPass = {} } = expectation(name);
    const store = await loadKeyStore(fixture(name), { storePass });
    let count = 0;
    for (const entry of store) {
      const password = keyPass[entry.alias];
      const isPrivate = entry.kind === 'PrivateKeyEntry';
      if (!isPrivate && entry.kind !== 'SecretKeyEntry') continue;
      const key = isPrivate ? await entry.getPrivateKey(password) : await entry.getSecretKey(password);
      const secret = 'pkcs8' in key ? key.pkcs8 : key.key;
      expectHidden(key, formsOf(secret));
      expectHidden(entry, formsOf(secret));
      expect(inspect(key)).toContain(`'[${secret.length} secret bytes]'`);
      // Still there for programs.
      expect(structuredClone(key)).toEqual(key);
      count++;
    }
    expect(count).toBeGreaterThan(0);
  });
});
