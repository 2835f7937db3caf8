import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { concat } from '../../src/bytes/concat.js';
import type { PrivateKey } from '../../src/crypto/key/private-key.js';
import { toBundle, toBundleWith } from '../../src/pem/bundle.js';
import { certbotNames, toCertbotFiles } from '../../src/pem/certbot-files.js';
import { encodePem } from '../../src/pem/encode.js';
import { toCertificateFile } from '../../src/pem/encode-certificates.js';
import { encodeKey } from '../../src/pem/encode-key.js';
import type { CertificationPath } from '../../src/x509/path/certification-path-types.js';
import { watchWiping } from '../wiping.js';
import { certify, leafOf, party } from '../x509/certificate-maker.js';

afterEach(() => void vi.restoreAllMocks());

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key: PrivateKey = {
  algorithm: 'EC',
  pkcs8: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })),
};
const [leaf, issuer] = [leafOf(party('CA')), certify(party('CA'), party('Top'))];
const path: CertificationPath = { certificates: [leaf, issuer], rejected: [] };
const block = encodePem('PRIVATE KEY', key.pkcs8);
const [leafBlock, issuerBlock] = [leaf, issuer].map(({ der }) => encodePem('CERTIFICATE', der)) as [
  Uint8Array,
  Uint8Array,
];

describe('a bundle', () => {
  test('is the key, then the chain; the copy of the key is overwritten', () => {
    const wiped = watchWiping();
    expect(toBundle(key, path)).toEqual(concat(block, leafBlock, issuerBlock));
    expect(wiped).toContain(latin1(block));
  });

  test('of an encoded key leaves it as it is', () => {
    const given = Uint8Array.of(1, 2, 3);
    expect(toBundleWith(given, path)).toEqual(concat(given, leafBlock, issuerBlock));
    expect(given).toEqual(Uint8Array.of(1, 2, 3));
  });

  const wrong = (value: unknown) => value as never;
  test.each<[string, () => unknown, string]>([
    ['no key', () => toBundle(wrong(undefined), path), 'key must be an object; this is undefined'],
    ['a key without bytes', () => toBundle(wrong({}), path), 'key.pkcs8 must be a Uint8Array; this is undefined'],
    ['no path', () => toBundle(key, wrong(null)), 'path must be an object; this is null'],
    ['a path without a chain', () => toBundle(key, wrong({})), 'path.certificates must be an array; this is undefined'],
    [
      'a chain of DER',
      () => toBundle(key, wrong({ certificates: ['x'] })),
      'path.certificates must be an array of which each element is an object; this is an array',
    ],
  ])('with %s is a TypeError', (_, make, problem) => {
    expect(make).toThrow(new TypeError(`toBundle: ${problem}`));
  });
});

test("certbot's files", () => {
  expect(toCertbotFiles(block, path)).toEqual({
    'privkey.pem': block,
    'cert.pem': leafBlock,
    'chain.pem': issuerBlock,
    'fullchain.pem': concat(leafBlock, issuerBlock),
  });
  expect(Object.keys(toCertbotFiles(block, path))).toEqual(certbotNames);
});

test('a file of certificates', () => {
  expect(toCertificateFile([])).toEqual(new Uint8Array());
  expect(() => toCertificateFile([leaf.der] as never)).toThrow(
    new TypeError(
      'toCertificateFile: certificates must be an array of which each element is a Certificate, with der as a Uint8Array; this is an array',
    ),
  );
});

test('a key is written in PKCS#8 unless another format is wanted', async () => {
  expect(await encodeKey(key)).toEqual(block);
  expect(await encodeKey(key, {})).toEqual(block);
  expect(latin1(await encodeKey(key, { encryptKey: '' }))).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
});
