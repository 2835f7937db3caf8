import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashes, hmacs } from '../../../src/crypto/hash/hash-oids.js';

const [rsa, nist] = ['1.2.840.113549.2', '2.16.840.1.101.3.4.2'];
const truncated = ['sha512-224', 'sha512-256'];
const sha3 = ['sha3-224', 'sha3-256', 'sha3-384', 'sha3-512'];
const numbered = (arc: string, first: number, names: readonly string[]): [string, string][] =>
  names.map((name, i) => [`${arc}.${first + i}`, name]);

test('hashes have the OIDs of RFC 8017, of NIST and of TeleTrusT', () => {
  expect(hashes).toEqual(
    new Map([
      [`${rsa}.5`, 'md5'],
      ['1.3.14.3.2.26', 'sha1'],
      ...numbered(nist, 1, ['sha256', 'sha384', 'sha512', 'sha224', ...truncated, ...sha3]),
      ['1.3.36.3.2.1', 'ripemd160'],
    ]),
  );
  for (const name of hashes.values()) expect(() => createHash(name)).not.toThrow();
});

test('hashes in an HMAC have the OIDs of RFC 8018 and of NIST', () => {
  expect(hmacs).toEqual(
    new Map([
      ...numbered(rsa, 6, ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', ...truncated]),
      ...numbered(nist, 13, sha3),
    ]),
  );
  for (const name of hmacs.values()) expect(() => createHmac(name, '')).not.toThrow();
});
