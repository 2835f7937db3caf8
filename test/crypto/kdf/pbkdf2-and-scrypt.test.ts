import crypto, { pbkdf2Sync, scryptSync } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { describe, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { readHmac, readPasswordDerivation } from '../../../src/crypto/kdf/pbkdf2-and-scrypt.js';
import { readIterations, readPbeParameters } from '../../../src/crypto/kdf/salt-and-iterations.js';
import { withDefaults } from '../../../src/limits.js';

const limits = withDefaults({ saltBytes: 16, derivedKeyBytes: 100, scryptFactor: 8, scryptMemory: 2 ** 20 });
const only = (der: Uint8Array) => Asn1Element.only(der, 'store');
const oid = (dotted: string) => encodeObjectIdentifier(dotted);
const [pbkdf2Oid, scryptOid] = ['1.2.840.113549.1.5.12', '1.3.6.1.4.1.11591.4.11'];
const salt = encodeOctetString(new Uint8Array(16));
const hmac = (dotted: string) => encodeSequence(oid(dotted));
const numbers = (...values: (number | bigint)[]) => values.map((value) => encodeInteger(value));
const read = (type: string, ...fields: Uint8Array[]) =>
  readPasswordDerivation(only(encodeSequence(oid(type), encodeSequence(...fields))), limits, 'entry');

describe('a derivation that is refused', () => {
  test.each<[string, () => unknown, string, string]>([
    [
      'unknown',
      () => readPasswordDerivation(only(encodeSequence(oid('1.2.3'))), limits, 'entry'),
      'ERR_STORE_UNSUPPORTED',
      'entry: key derivation is not supported (1.2.3)',
    ],
    [
      'PBKDF2 without parameters',
      () => readPasswordDerivation(only(encodeSequence(oid(pbkdf2Oid))), limits, 'entry'),
      'ERR_STORE_MALFORMED',
      `entry: algorithm ${pbkdf2Oid} has no parameters`,
    ],
    [
      'PBKDF2 without a salt',
      () => read(pbkdf2Oid),
      'ERR_STORE_MALFORMED',
      'PBKDF2 parameters: salt and iterations expected',
    ],
    ['PBKDF2 without a count', () => read(pbkdf2Oid, salt), 'ERR_STORE_MALFORMED', 'salt and iterations expected'],
    [
      'PBKDF2 with a salt from elsewhere',
      () => read(pbkdf2Oid, hmac('1.2.3'), ...numbers(1)),
      'ERR_STORE_UNSUPPORTED',
      'entry: PBKDF2 salt from another source',
    ],
    [
      'PBKDF2 with a salt of another type',
      () => read(pbkdf2Oid, ...numbers(1, 1)),
      'ERR_STORE_MALFORMED',
      'salt expected',
    ],
    [
      'PBKDF2 with a key of no bytes',
      () => read(pbkdf2Oid, salt, ...numbers(1, 0)),
      'ERR_STORE_MALFORMED',
      'key length: at least 1 expected',
    ],
    [
      'PBKDF2 with an unknown hash',
      () => read(pbkdf2Oid, salt, ...numbers(1), hmac('1.2.3')),
      'ERR_STORE_UNSUPPORTED',
      'entry: pseudorandom function is not supported (1.2.3)',
    ],
    [
      'scrypt without r',
      () => read(scryptOid, salt, ...numbers(2)),
      'ERR_STORE_MALFORMED',
      'salt and three numbers expected',
    ],
    [
      'scrypt without p',
      () => read(scryptOid, salt, ...numbers(2, 1)),
      'ERR_STORE_MALFORMED',
      'salt and three numbers expected',
    ],
    [
      'scrypt with N = 1',
      () => read(scryptOid, salt, ...numbers(1, 1, 1)),
      'ERR_STORE_MALFORMED',
      'N: a power of two expected',
    ],
    [
      'scrypt with N = 0',
      () => read(scryptOid, salt, ...numbers(0, 1, 1)),
      'ERR_STORE_MALFORMED',
      'N: a power of two expected',
    ],
    [
      'scrypt with N = 6',
      () => read(scryptOid, salt, ...numbers(6, 1, 1)),
      'ERR_STORE_MALFORMED',
      'N: a power of two expected',
    ],
    [
      'scrypt with r = 0',
      () => read(scryptOid, salt, ...numbers(2, 0, 1)),
      'ERR_STORE_MALFORMED',
      'r and p: at least 1 expected',
    ],
    [
      'scrypt with p = 0',
      () => read(scryptOid, salt, ...numbers(2, 1, 0)),
      'ERR_STORE_MALFORMED',
      'r and p: at least 1 expected',
    ],
    [
      'scrypt with N = 2^16 and r = 1',
      () =>
        readPasswordDerivation(
          only(encodeSequence(oid(scryptOid), encodeSequence(salt, ...numbers(2 ** 16, 1, 1)))),
          withDefaults(),
          'entry',
        ),
      'ERR_STORE_MALFORMED',
      'N: less than 2^16 expected for this r',
    ],
    [
      'scrypt with N = 2^32 and r = 2',
      () =>
        readPasswordDerivation(
          only(encodeSequence(oid(scryptOid), encodeSequence(salt, ...numbers(2 ** 32, 2, 1)))),
          withDefaults({ scryptMemory: 2 ** 40 }),
          'entry',
        ),
      'ERR_STORE_MALFORMED',
      'N: less than 2^32 expected for this r',
    ],
  ])('%s', (_, make, code, message) => {
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  test.each<[string, () => unknown, object]>([
    [
      'a salt of 17 bytes',
      () => read(pbkdf2Oid, encodeOctetString(new Uint8Array(17)), ...numbers(1)),
      { limit: 'saltBytes', found: 17, maximum: 16 },
    ],
    [
      'a key of 101 bytes',
      () => read(pbkdf2Oid, salt, ...numbers(1, 101)),
      { limit: 'derivedKeyBytes', found: 101, maximum: 100 },
    ],
    ['r = 9', () => read(scryptOid, salt, ...numbers(2, 9, 1)), { limit: 'scryptFactor', found: 9, maximum: 8 }],
    ['p = 9', () => read(scryptOid, salt, ...numbers(2, 1, 9)), { limit: 'scryptFactor', found: 9, maximum: 8 }],
    [
      '2 MiB',
      () => read(scryptOid, salt, ...numbers(2048, 8, 1)),
      { limit: 'scryptMemory', found: 2 ** 21, maximum: 2 ** 20 },
    ],
  ])('over a limit: %s', (_, make, expected) => {
    const message = expect.stringMatching(/^entry: /);
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_EXCEEDED', message, ...expected }));
  });

  test('but not at the limits', () => {
    expect(read(pbkdf2Oid, salt, ...numbers(1, 100)).keyLength).toBe(100);
    expect(read(scryptOid, salt, ...numbers(1024, 8, 8, 100)).keyLength).toBe(100);
    expect(read(scryptOid, salt, ...numbers(2, 1, 1)).keyLength).toBeUndefined();
  });
});

describe('the fields that are optional are told by their types', () => {
  const sha256 = hmac('1.2.840.113549.2.9');
  test.each<[string, Uint8Array[], number | undefined, string]>([
    ['neither', [], undefined, 'sha1'],
    ['a key length', numbers(32), 32, 'sha1'],
    ['a hash', [sha256], undefined, 'sha256'],
    ['both', [...numbers(32), sha256], 32, 'sha256'],
  ])('%s', (_, rest, keyLength, hash) => {
    const derivation = read(pbkdf2Oid, salt, ...numbers(3), ...rest);
    expect(derivation.keyLength).toBe(keyLength);
    const expected = pbkdf2Sync('secret', new Uint8Array(16), 3, 40, hash);
    expect(Buffer.from(derivation.derive(new TextEncoder().encode('secret'), 40))).toEqual(expected);
  });
});

test.each([
  ['PBKDF2', pbkdf2Oid, numbers(3), pbkdf2Sync('secret', new Uint8Array(16), 3, 24, 'sha1')],
  ['scrypt', scryptOid, numbers(16, 2, 3), scryptSync('secret', new Uint8Array(16), 24, { N: 16, r: 2, p: 3 })],
])('%s gives the same at once and later', async (_, type, fields, expected) => {
  const derivation = read(type, salt, ...fields);
  const password = new TextEncoder().encode('secret');
  expect(Buffer.from(derivation.derive(password, 24))).toEqual(expected);
  expect(Buffer.from(await derivation.deriveInPool(password, 24))).toEqual(expected);
});

test('scrypt may take more memory than 32 MiB, which is the limit of Node itself', async () => {
  const large = encodeSequence(oid(scryptOid), encodeSequence(salt, ...numbers(2 ** 15, 9, 1)));
  const derivation = readPasswordDerivation(only(large), withDefaults(), 'entry');
  expect(derivation.derive(new Uint8Array(), 8)).toEqual(await derivation.deriveInPool(new Uint8Array(), 8));
});

test('scrypt may take memory for p blocks beside that for N, if the caller allows such a p', () => {
  const wide = encodeSequence(oid(scryptOid), encodeSequence(salt, ...numbers(2, 64, 300)));
  const derivation = readPasswordDerivation(only(wide), withDefaults({ scryptFactor: 300 }), 'entry');
  const expected = scryptSync('secret', new Uint8Array(16), 8, { N: 2, r: 64, p: 300, maxmem: 2 ** 25 });
  expect(Buffer.from(derivation.derive(new TextEncoder().encode('secret'), 8))).toEqual(expected);
});

test.each([
  ['0', numbers(0), 'iterations: at least 1 expected'],
  ['a negative count', [encodeElement(2, Uint8Array.of(0xff))], 'iterations: negative'],
  ['2^31', numbers(2 ** 31), 'iterations: 2147483648 is more than 2^31 - 1'],
])('an iteration count is not %s', (_, [element], message) => {
  expect(() => readIterations(only(element ?? new Uint8Array()))).toThrow(message);
});

test.each([1, 2 ** 31 - 1])('an iteration count may be %i', (count) =>
  expect(readIterations(only(encodeInteger(count)))).toBe(count),
);

test('PBE parameters are a salt and a count', () => {
  const parse = (...fields: Uint8Array[]) =>
    readPbeParameters({ oid: '1.2.3', parameters: only(encodeSequence(...fields)) }, limits, 'entry');
  expect(parse(salt, ...numbers(7))).toEqual({ salt: new Uint8Array(16), iterations: 7 });
  for (const fields of [[], [salt]]) expect(() => parse(...fields)).toThrow('salt and iterations expected');
  expect(() => readPbeParameters({ oid: '1.2.3' }, limits, 'entry')).toThrow(
    'entry: algorithm 1.2.3 has no parameters (at byte 0)',
  );
});

// In FIPS mode, OpenSSL provides no MD5.
test('a hash that the platform lacks is not supported', () => {
  const { createHmac } = crypto;
  vi.spyOn(crypto, 'createHmac').mockImplementation((hash, key) => {
    if (hash === 'md5') throw new Error('unsupported');
    return createHmac(hash, key);
  });
  syncBuiltinESMExports();
  try {
    expect(readHmac(only(hmac('1.2.840.113549.2.7')), 'entry')).toBe('sha1');
    expect(() => readHmac(only(hmac('1.2.840.113549.2.6')), 'entry')).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_UNSUPPORTED', oid: '1.2.840.113549.2.6' }),
    );
  } finally {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  }
});

test('a hash is found by the OID of its HMAC', () => {
  expect(readHmac(only(hmac('1.2.840.113549.2.11')), 'entry')).toBe('sha512');
  expect(() => readHmac(only(hmac('1.2.3')), 'entry')).toThrow(
    expect.objectContaining({ code: 'ERR_STORE_UNSUPPORTED', oid: '1.2.3' }),
  );
});
