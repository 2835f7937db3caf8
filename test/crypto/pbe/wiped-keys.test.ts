import { createHash, pbkdf2Sync } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeInteger, encodeObjectIdentifier, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { decryptDesCbc, removePadding } from '../../../src/crypto/cipher/block-cipher.js';
import { decryptRc4 } from '../../../src/crypto/cipher/rc4.js';
import { digest } from '../../../src/crypto/hash/digest.js';
import { iterateDigest, iterateMd5With } from '../../../src/crypto/hash/iterate-digest.js';
import { derivePkcs12 } from '../../../src/crypto/kdf/pkcs12-kdf.js';
import { withoutEcPublicKey } from '../../../src/crypto/key/ec-private-key.js';
import { derivedKey } from '../../../src/crypto/key/key-fits-certificate.js';
import { deriveSunJce, sunJceSchemes } from '../../../src/crypto/pbe/jceks-key-protector.js';
import { readPbeScheme } from '../../../src/crypto/pbe/read-pbe-scheme.js';
import { defaultLimits } from '../../../src/limits.js';
import { watchWiping } from '../../wiping.js';
import { makeEc } from '../key/key-maker.js';

const password = new TextEncoder().encode('changeit');
const salt = Uint8Array.from({ length: 8 }, (_, i) => i + 1);
const iterations = 3;
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

afterEach(() => void vi.restoreAllMocks());

const schemeOf = (oid: string, ...parameters: Uint8Array[]) =>
  readPbeScheme(
    { oid, parameters: Asn1Element.only(encodeSequence(...parameters), 'parameters') },
    defaultLimits,
    'key',
  );
const pbe = (oid: string) => schemeOf(oid, encodeOctetString(salt), encodeInteger(iterations));
const pbes2 = () => {
  const algorithm = (oid: string, parameters: Uint8Array) => encodeSequence(encodeObjectIdentifier(oid), parameters);
  const pbkdf2 = encodeSequence(encodeOctetString(salt), encodeInteger(iterations));
  return schemeOf(
    '1.2.840.113549.1.5.13',
    algorithm('1.2.840.113549.1.5.12', pbkdf2),
    algorithm('2.16.840.1.101.3.4.1.42', encodeOctetString(new Uint8Array(16))),
  );
};
const pkcs12 = (purpose: number, length: number) => derivePkcs12('sha1', password, salt, iterations, purpose, length);
/** PBKDF1 (RFC 8018 5.1). */
const pbkdf1 = (hash: string) => {
  let value: Uint8Array = createHash(hash).update(password).update(salt).digest();
  for (let i = 1; i < iterations; i++) value = createHash(hash).update(value).digest();
  return value;
};
const twoKeys = () => {
  const key = pkcs12(1, 16);
  return Uint8Array.of(...key, ...key.subarray(0, 8));
};
const desKey = () => {
  const key = pbkdf1('md5').subarray(0, 8);
  return Uint8Array.of(...key, ...key, ...key);
};

describe('keys and IVs are overwritten after a decryption', () => {
  test.each([
    ['PKCS#12, triple DES', pbe('1.2.840.113549.1.12.1.3'), [pkcs12(1, 24), pkcs12(2, 8)]],
    ['PKCS#12, triple DES with two keys', pbe('1.2.840.113549.1.12.1.4'), [pkcs12(1, 16), pkcs12(2, 8), twoKeys()]],
    ['PKCS#12, RC2', pbe('1.2.840.113549.1.12.1.6'), [pkcs12(1, 5), pkcs12(2, 8)]],
    ['PKCS#12, RC4', pbe('1.2.840.113549.1.12.1.1'), [pkcs12(1, 16)]],
    ['PBES1', pbe('1.2.840.113549.1.5.3'), [pbkdf1('md5'), desKey()]],
    ['PBES2', pbes2(), [pbkdf2Sync(password, salt, iterations, 32, 'sha1')]],
    [
      "Sun's JCE",
      sunJceSchemes({ salt, iterations }, 'key')[0] ?? expect.fail(),
      [deriveSunJce(salt.subarray(0, 4), salt.subarray(4), iterations, password)],
    ],
  ])('%s', async (_, scheme, secrets) => {
    const wiped = watchWiping();
    // The padding is wrong, or the bytes are noise: the keys are overwritten all the same.
    await scheme.decrypt(password, new Uint8Array(16));
    for (const secret of secrets) expect(wiped).toContain(latin1(secret));
  });

  test('also if the platform does not provide the cipher', () => {
    const key = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const wiped = watchWiping();
    expect(() => decryptDesCbc(key, new Uint8Array(16), new Uint8Array(16))).toThrow('does not provide');
    expect(wiped).toContain(latin1(Uint8Array.of(...key, ...key, ...key)));
  });
});

test('a plaintext with wrong padding is overwritten', () => {
  const plain = new TextEncoder().encode('secret\u0002\u0001x');
  const wiped = watchWiping();
  expect(removePadding(plain, 8)).toBeUndefined();
  expect(wiped).toEqual(['secret\u0002\u0001x']);
});

test.each([
  ['nothing', [], undefined],
  ['one octet of padding', [7, 1], [7]],
  ['nothing but padding', [2, 2], []],
  ['a whole block of padding', new Array(8).fill(8), []],
  ['padding of 0', [7, 0], undefined],
  ['padding longer than a block', new Array(9).fill(9), undefined],
  ['padding longer than the text', [3, 3], undefined],
  ['an octet that differs', [7, 1, 2, 3, 3], undefined],
])('padding: %s', (_, octets, expected) => {
  expect(removePadding(Uint8Array.from(octets), 8)).toEqual(expected && Uint8Array.from(expected));
});

test('what a hash joins is overwritten, and left alone where it is joined by the hash itself', () => {
  const wiped = watchWiping();
  digest('sha256', password, salt);
  expect(wiped).toEqual([latin1(password) + latin1(salt)]);
  expect(() => digest('no-such-hash', password, salt)).toThrow('does not provide no-such-hash');
  expect(wiped).toHaveLength(2);
  expect(latin1(password)).toBe('changeit');
});

test.each([0, 1, 8_191, 8_192, 8_193, 20_000])('a hash of parts is that of the whole: %i bytes each', (length) => {
  const part = new Uint8Array(length).fill(7);
  const expected = createHash('sha256').update(part).update(part).digest();
  expect(Buffer.from(digest('sha256', part, part))).toEqual(expected);
  expect(Buffer.from(digest('sha256', part))).toEqual(createHash('sha256').update(part).digest());
});

test('the key derivation of PKCS#12 overwrites its input and each block of its output', () => {
  const block = latin1(derivePkcs12('sha1', password, salt, 1, 1, 20));
  const wiped = watchWiping();
  derivePkcs12('sha1', password, salt, 1, 1, 20);
  // Step 4 of RFC 7292 B.2: purpose, salt and password, each repeated to the length of a block.
  const input = '\u0001'.repeat(64) + latin1(salt).repeat(8) + 'changeit'.repeat(8);
  expect(wiped).toEqual(expect.arrayContaining([input, block]));
});

test.each([
  ['few', 499],
  ['many', 500],
])('iterations that hash a digest overwrite their block: %s', (_, count) => {
  const first = createHash('sha1').update('x').digest();
  let expected: Uint8Array = first;
  for (let i = 0; i < count; i++) expected = createHash('sha1').update(expected).digest();
  const wiped = watchWiping();
  expect(latin1(iterateDigest('sha1', new Uint8Array(first), count))).toBe(latin1(expected));
  // A block of 64 bytes that begins with the result, and the memory of the loop.
  const blocks = wiped.filter((before) => before.startsWith(latin1(expected)));
  expect(blocks.length).toBe(count >= 500 ? 2 : 0);
});

test.each(['sha1', 'sha3-256'])('few iterations overwrite each value between the first and the last: %s', (name) => {
  const values = [createHash(name).update('x').digest()];
  for (let i = 1; i < 5; i++)
    values.push(
      createHash(name)
        .update(values[i - 1] ?? expect.fail())
        .digest(),
    );
  const first = new Uint8Array(values[0] ?? expect.fail());
  const wiped = watchWiping();
  expect(latin1(iterateDigest(name, first, 4))).toBe(latin1(values[4] ?? expect.fail()));
  expect(wiped).toEqual(values.slice(1, -1).map(latin1));
  expect(latin1(first)).toBe(latin1(values[0] ?? expect.fail()));
});

test.each([1, 3, 500])('%i iterations with a suffix overwrite what is hashed, and each value but the last', (count) => {
  const md5 = (start: Uint8Array) => createHash('md5').update(start).update(password).digest();
  const values = [md5(salt.subarray(0, 4))];
  for (let i = 1; i < count; i++) values.push(md5(values[i - 1] ?? expect.fail()));
  const wiped = watchWiping();
  const [result] = iterateMd5With([salt.subarray(0, 4), salt.subarray(4)], password, count);
  const last = latin1(values[count - 1] ?? expect.fail());
  expect(latin1(result)).toBe(last);
  expect(wiped).toContain(latin1(salt.subarray(0, 4)) + latin1(password));
  if (count > 1) expect(wiped).toContain(latin1(values[0] ?? expect.fail()));
  expect(wiped).not.toContain(last);
});

test("the halves of a key of Sun's JCE are overwritten once they are joined", () => {
  const derived = deriveSunJce(salt.subarray(0, 4), salt.subarray(4), 3, password);
  const wiped = watchWiping();
  deriveSunJce(salt.subarray(0, 4), salt.subarray(4), 3, password);
  expect(wiped).toEqual(expect.arrayContaining([latin1(derived.subarray(0, 16)), latin1(derived.subarray(16))]));
});

test('the key derivation of PKCS#12 overwrites the first value of a block and the last', () => {
  const [first, last] = [1, 2].map((count) => latin1(derivePkcs12('sha1', password, salt, count, 1, 20)));
  const wiped = watchWiping();
  derivePkcs12('sha1', password, salt, 2, 1, 20);
  expect(wiped).toEqual(expect.arrayContaining([first, last]));
});

test('PBES1 overwrites the first value too', async () => {
  const first = createHash('md5').update(password).update(salt).digest();
  const wiped = watchWiping();
  await pbe('1.2.840.113549.1.5.3').decrypt(password, new Uint8Array(16));
  expect(wiped).toContain(latin1(first));
});

test('so do iterations with a suffix', () => {
  const wiped = watchWiping();
  iterateMd5With([salt.subarray(0, 4), salt.subarray(4)], password, 500);
  // Two inputs of the first hash, two padded blocks, both blocks joined, and the memory of the loop.
  expect(wiped.filter((before) => before.includes('changeit'))).toHaveLength(6);
});

test('the state of RC4 is overwritten', () => {
  const wiped = watchWiping();
  decryptRc4(password, salt);
  expect(wiped.map(({ length }) => length)).toEqual([256]);
});

test('copies of a private key without its public half are overwritten', () => {
  const { pkcs8 } = makeEc('prime256v1', '1.2.840.10045.3.1.7').key();
  const without = withoutEcPublicKey(pkcs8);
  const wiped = watchWiping();
  expect(derivedKey(withoutEcPublicKey, pkcs8)).toBeDefined();
  expect(wiped).toContain(latin1(without));
  expect(wiped.length).toBeGreaterThan(1);
  const before = pkcs8.slice();
  derivedKey((same) => same, pkcs8);
  expect(pkcs8).toEqual(before);
});
