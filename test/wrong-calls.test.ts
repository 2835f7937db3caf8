import { describe, expect, test } from 'vitest';
import * as library from '../src/index.js';
import { fixture } from './fixtures.js';

const bytes = fixture('tomcat.keystore');
const storePass = 'my-passphrase';
const der = fixture('story/intermed.der');
const pem = library.encodePem('CERTIFICATE', der);
const leaf = library.parseCertificate(der);
const now = new Date('2026-12-01T00:00:00Z');
const buffer = Buffer.from(storePass);
/** What no TypeScript program can write, but a JavaScript program does. */
const wrong = (value: unknown) => value as never;

const { convert, convertKeys, convertChain, convertTrusted, loadKeyStore, readTlsOptions } = library;
const readers = Object.entries({ convert, convertKeys, convertChain, convertTrusted, loadKeyStore, readTlsOptions });

describe.each(readers)('%s', (name, reader) => {
  const call = (first: unknown, ...rest: unknown[]) => (reader as (...args: unknown[]) => unknown)(first, ...rest);
  test.each<[string, () => unknown, RegExp]>([
    ['a path', () => call('mail.jks', { storePass }), /bytes must be a Uint8Array; read the file/],
    ['an ArrayBuffer', () => call(new ArrayBuffer(4)), /new Uint8Array\(buffer\)/],
    [
      'the password as second argument',
      () => call(bytes, storePass),
      /options must be an object such as \{ storePass: … \}; this is a string/,
    ],
    ['null as options', () => call(bytes, null), /options must be an object.*this is null/],
    [
      'an option in other letters',
      () => call(bytes, { storepass: storePass }),
      /no option "storepass"; did you mean storePass\?/,
    ],
    ['an option of another library', () => call(bytes, { password: storePass }), /no option "password"/],
    [
      'null as password',
      () => call(bytes, { storePass: null }),
      /storePass must be a string; leave it out, .*this is null/,
    ],
    ['a Buffer as password', () => call(bytes, { storePass: buffer }), /decode it first, .*this is a Buffer/],
    ['a number as password', () => call(bytes, { storePass: 1234 }), /storePass must be a string; this is a number/],
    ['an unknown type', () => call(bytes, { storePass, type: 'P12' }), /type must be one of JKS/],
    ['a number for the limits', () => call(bytes, { storePass, limits: 5 }), /limits must be an object/],
  ])('%s', async (_, run, message) => {
    await expect(async () => run()).rejects.toThrow(TypeError);
    await expect(async () => run()).rejects.toThrow(message);
    await expect(async () => run()).rejects.not.toThrow(storePass);
    await expect(async () => run()).rejects.toThrow(new RegExp(`^(${name}|loadKeyStore): `));
  });
});

test('undefined means that an option is left out', async () => {
  const options = { storePass, type: undefined, limits: undefined, now: undefined, keyFormat: undefined };
  await expect(library.convert(bytes, wrong(options))).resolves.toMatchObject({ storeType: 'JKS' });
});

describe('other calls', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'an unknown key format',
      () => library.convert(bytes, { storePass, keyFormat: wrong('pkcs1') }),
      /keyFormat must be one of pkcs8, traditional/,
    ],
    [
      'an unknown preference',
      () => library.convert(bytes, { storePass, preference: wrong('best') }),
      /preference must be one of compatible/,
    ],
    [
      'a time as a number',
      () => library.convert(bytes, { storePass, now: wrong(Date.now()) }),
      /now must be a valid Date; this is a number/,
    ],
    ['an invalid time', () => library.convert(bytes, { storePass, now: new Date('x') }), /now must be a valid Date/],
    [
      'one alias',
      () => library.convert(bytes, { storePass, aliases: wrong('tomcat') }),
      /aliases must be an array; this is a string/,
    ],
    [
      'aliases that are not strings',
      () => library.convert(bytes, { storePass, aliases: wrong([1]) }),
      /each element is a string/,
    ],
    [
      'a certificate file as certificates',
      () => library.convert(bytes, { storePass, addedCertificates: wrong(pem) }),
      /iterable of objects; this is/,
    ],
    ['parseCertificate of PEM', () => library.parseCertificate(pem), /DER, not PEM; decodePem/],
    ['parseCertificate of a string', () => library.parseCertificate(wrong('x')), /Uint8Array/],
    ['encodePem of PEM', () => library.encodePem('CERTIFICATE', pem), /DER, not PEM/],
    ['encodePem with a line feed in the label', () => library.encodePem('A\nB', der), /label/],
    [
      'encodePem without a label',
      () => library.encodePem(wrong(undefined), der),
      /label must be a string; this is undefined/,
    ],
    ['decodePem of a string', () => library.decodePem(wrong('-----BEGIN')), /Buffer\.from\(text, 'latin1'\)/],
    ['detectStoreType of a path', () => library.detectStoreType(wrong('mail.jks')), /read the file/],
    ['readCertificateFile of a path', () => library.readCertificateFile(wrong('ca.pem'), 'ca.pem'), /read the file/],
    [
      'readCertificateFile without a name',
      () => library.readCertificateFile(der, wrong(undefined)),
      /path must be a string/,
    ],
    [
      'toBundle without a path',
      () => library.toBundle({ algorithm: 'RSA', pkcs8: der }, wrong(undefined)),
      /path must be an object/,
    ],
    [
      'toBundle with a key as PEM',
      () => library.toBundle({ algorithm: 'RSA', pkcs8: pem }, { certificates: [], rejected: [] }),
      /key\.pkcs8 must be DER/,
    ],
    [
      'a path above DER',
      () => library.buildCertificationPath(wrong(der), { now }),
      /leaf must be a Certificate; parseCertificate/,
    ],
    [
      'a path without options',
      () => library.buildCertificationPath(leaf, wrong(undefined)),
      /options must be an object/,
    ],
    [
      'a path with the name of another option',
      () => library.buildCertificationPath(leaf, wrong({ now, roots: [] })),
      /no option "roots"/,
    ],
    [
      'an examined path without a time',
      () => library.examineCertificationPath(leaf, wrong({})),
      /now must be a valid Date/,
    ],
    [
      'a download with a timeout',
      () => library.downloadCertificates('http://ca.example.com', wrong({ timeout: 5 })),
      /no option "timeout"/,
    ],
    ['an examination without a time', () => library.examinePostfix(wrong({}), wrong({})), /now must be a valid Date/],
  ])('%s', async (_, run, message) => {
    await expect(async () => run()).rejects.toThrow(TypeError);
    await expect(async () => run()).rejects.toThrow(message);
  });

  test('a key password that is not a string', async () => {
    const store = await library.loadKeyStore(bytes, { storePass });
    const entry = store.getEntry('tomcat');
    if (entry?.kind !== 'PrivateKeyEntry') throw new Error('the fixture has another entry');
    for (const keyPass of [null, buffer, 1234])
      await expect(entry.getPrivateKey(wrong(keyPass))).rejects.toThrow(/keyPass must be a string/);
  });
});

test('TypeScript refuses the same calls', () => {
  // Compiled by `npm run types`, not run.
  const calls = () => [
    // @ts-expect-error the password is an option
    library.convert(bytes, storePass),
    // @ts-expect-error storePass, not storepass
    library.convert(bytes, { storepass: storePass }),
    // @ts-expect-error a password is a string
    library.convert(bytes, { storePass: buffer }),
    // @ts-expect-error null is not a password
    library.loadKeyStore(bytes, { storePass: null }),
    // @ts-expect-error there is no such format
    library.convert(bytes, { storePass, keyFormat: 'pkcs1' }),
    // @ts-expect-error several aliases are an array
    library.convertTrusted(bytes, { storePass, aliases: 'ca' }),
    // @ts-expect-error a certificate is not DER
    library.buildCertificationPath(der, { now }),
    // @ts-expect-error a path needs a time
    library.examineCertificationPath(leaf, {}),
    // @ts-expect-error PEM is bytes
    library.decodePem('text'),
  ];
  expect(calls).toBeTypeOf('function');
});

test('a PKCS#12 file without a password asks for one', async () => {
  await expect(library.convert(fixture('tomcat.p12'))).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
});
