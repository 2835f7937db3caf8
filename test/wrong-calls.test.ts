import { readFileSync } from 'node:fs';
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
const server = { host: 'mail.example.com', port: 587 };
const probeOptions = { now, implicitTls: false, trustAnchors: [], timeout: 30 };
/** For calls that are compiled and not run. */
const result = undefined as unknown as library.ConversionResult;
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
    [
      'a download with a negative timeout',
      () => library.downloadCertificates('http://ca.example.com', { milliseconds: -1 }),
      /milliseconds must be a number from 1 to/,
    ],
    [
      'a download of unlimited size',
      () => library.downloadCertificates('http://ca.example.com', { bytes: Number.POSITIVE_INFINITY }),
      /bytes must be a number from 1 to/,
    ],
    [
      'a probe of a name',
      () => library.probeServer(wrong('mail.example.com:587'), probeOptions),
      /address must be an object such as \{ host: 'mail\.example\.com', port: 587 \}; this is a string/,
    ],
    [
      'a probe of a port as text',
      () => library.probeServer({ host: 'mail.example.com', port: wrong('587') }, probeOptions),
      /with port as a number from 1 to 65535/,
    ],
    ['a probe without options', () => library.probeServer(server, wrong(undefined)), /options must be an object/],
    [
      'a probe with an option in other letters',
      () => library.probeServer(server, wrong({ ...probeOptions, hostName: 'a' })),
      /no option "hostName"; did you mean hostname\?/,
    ],
    ...(['now', 'implicitTls', 'trustAnchors', 'timeout'] as const).map((name): [string, () => unknown, RegExp] => [
      `a probe without ${name}`,
      () => library.probeServer(server, wrong({ ...probeOptions, [name]: undefined })),
      new RegExp(`${name} must be .*; this is undefined`),
    ]),
    [
      'a probe with a timeout in milliseconds',
      () => library.probeServer(server, { ...probeOptions, timeout: 30_000 }),
      /timeout must be a number from 0\.001 to 3600/,
    ],
    [
      'a probe with a file as expected certificates',
      () => library.probeServer(server, { ...probeOptions, expected: wrong(pem) }),
      /expected must be an array/,
    ],
    [
      'a probe with one relay address',
      () => library.probeServer(server, { ...probeOptions, relay: wrong('a@example.com') }),
      /relay must be an object such as \{ from, to \}/,
    ],
    [
      'a KeyObject of an entry',
      () => library.toKeyObject(wrong({ alias: 'mail' })),
      /key must be a PrivateKey; .*getPrivateKey/,
    ],
    ['a KeyObject of nothing', () => library.toKeyObject(wrong(undefined)), /this is undefined/],
    [
      'a KeyObject of a promise',
      () => library.toKeyObject(wrong(Promise.resolve())),
      /await the promise first; this is a Promise/,
    ],
    ['a KeyObject of PEM', () => library.toKeyObject({ algorithm: 'RSA', pkcs8: pem }), /pkcs8 as DER, not PEM/],
    ...Object.entries({ tlsOptions: library.tlsOptions, wipe: library.wipe }).flatMap(
      ([name, takesResult]): [string, () => unknown, RegExp][] => {
        const call = takesResult as (result: never) => unknown;
        return [
          [`${name} of a promise`, () => call(wrong(library.convert(bytes, { storePass }))), /await the promise first/],
          [`${name} of a keystore`, () => call(wrong(bytes)), /result must be a result of convert\(\)/],
          [`${name} of nothing`, () => call(wrong(undefined)), /result must be a result of convert\(\).*undefined/],
          [`${name} of null`, () => call(wrong(null)), /result must be a result of convert\(\).*null/],
        ];
      },
    ),
    [
      'tlsOptions with an index',
      async () => library.tlsOptions(await library.convert(bytes, { storePass }), wrong(0)),
      /alias must be a string; this is a number/,
    ],
    [
      'readTlsOptions with a word',
      () => readTlsOptions(bytes, { storePass, trusted: wrong('yes') }),
      /trusted must be true or false/,
    ],
    ['toCertificateFile of DER', () => library.toCertificateFile(wrong([der])), /each element is a Certificate/],
    ['toCertificateFile of one', () => library.toCertificateFile(wrong(leaf)), /certificates must be an array/],
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

test('every function that checks its arguments documents the TypeError', async () => {
  const document = readFileSync(new URL('../docs/api/README.md', import.meta.url), 'utf8');
  const functions = Object.entries(library as Readonly<Record<string, unknown>>).filter(([name]) =>
    /^[a-z]/.test(name),
  );
  const checking: string[] = [];
  for (const [name, value] of functions) {
    if (typeof value !== 'function') continue;
    const error: unknown = await (async () => value(Symbol(name)))().catch((reason: unknown) => reason);
    if (!(error instanceof TypeError && error.message.startsWith(`${name}: `))) continue;
    checking.push(name);
    const [, section = ''] = document.split(`\n### ${name}()\n`);
    expect(section.split('\n### ')[0], name).toMatch(/`TypeError`|the same errors as/);
  }
  expect(checking).toContain('parseCertificate');
  expect(checking.length).toBeGreaterThan(15);
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
    // @ts-expect-error an address is an object
    library.probeServer('mail.example.com:587', probeOptions),
    // @ts-expect-error a port is a number
    library.probeServer({ host: 'mail.example.com', port: '587' }, probeOptions),
    // @ts-expect-error hostname, not hostName
    library.probeServer(server, { ...probeOptions, hostName: 'mail.example.com' }),
    // @ts-expect-error a probe needs a time
    library.probeServer(server, { implicitTls: false, trustAnchors: [], timeout: 30 }),
    // @ts-expect-error an entry is not its key
    library.toKeyObject({ alias: 'mail' }),
    // @ts-expect-error a key is awaited
    library.toKeyObject(Promise.resolve({ algorithm: 'RSA', pkcs8: der })),
    // @ts-expect-error a result is awaited
    library.tlsOptions(library.convert(bytes)),
    // @ts-expect-error an alias, not an index
    library.tlsOptions(result, 0),
    // @ts-expect-error `trusted` is true or false
    library.readTlsOptions(bytes, { trusted: 'yes' }),
    // @ts-expect-error a result is wiped, not bytes
    library.wipe(bytes),
    // @ts-expect-error certificates are not DER
    library.toCertificateFile([der]),
    // @ts-expect-error a time limit is a number
    library.downloadCertificates('http://ca.example.com', { milliseconds: '5' }),
  ];
  expect(calls).toBeTypeOf('function');
});

test('a PKCS#12 file without a password asks for one', async () => {
  await expect(library.convert(fixture('tomcat.p12'))).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
});
