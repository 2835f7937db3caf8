import { createPrivateKey, generateKeyPairSync, pbkdf2Sync } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { encryptPrivateKey, readSaltAndIv } from '../../../src/crypto/pbe/encrypt-private-key.js';
import { watchWiping } from '../../wiping.js';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pkcs8 = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
const open = (der: Uint8Array, passphrase: string) =>
  createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8', passphrase });

test.each(['pässwörd 🔑', 'x'.repeat(200)])('OpenSSL opens what is encrypted with "%s"', async (password) => {
  expect(open(await encryptPrivateKey(pkcs8, password), password).equals(privateKey)).toBe(true);
});

test('with the same salt, IV and password, an encryption is the same', async () => {
  const first = await encryptPrivateKey(pkcs8, 'secret');
  const seed = readSaltAndIv(first);
  expect(await encryptPrivateKey(pkcs8, 'secret', seed)).toEqual(first);
  expect(await encryptPrivateKey(pkcs8, 'Secret', seed)).not.toEqual(first);
});

test('two runs draw different salts, and different IVs', async () => {
  const runs = await Promise.all([1, 2].map(() => encryptPrivateKey(pkcs8, 'secret')));
  const [first, second] = runs.map((run) => readSaltAndIv(run) ?? expect.fail());
  expect(first?.salt).not.toEqual(second?.salt);
  expect(first?.iv).not.toEqual(second?.iv);
  expect([first?.salt.length, first?.iv.length]).toEqual([16, 16]);
});

test('the password and the derived key are overwritten', async () => {
  const seed = readSaltAndIv(await encryptPrivateKey(pkcs8, 'secret')) ?? expect.fail();
  const key = pbkdf2Sync('secret', seed.salt, 600_000, 32, 'sha256').toString('latin1');
  const wiped = watchWiping();
  await encryptPrivateKey(pkcs8, 'secret', seed);
  expect(wiped).toEqual(expect.arrayContaining(['secret', key]));
  vi.restoreAllMocks();
});

test('other encryptions have no seed', () => {
  const theirs = privateKey.export({ format: 'der', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' });
  expect([readSaltAndIv(theirs), readSaltAndIv(pkcs8), readSaltAndIv(new Uint8Array())]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

describe('bytes that another program wrote have no salt and IV of ours', () => {
  const salted = (salt: Uint8Array, iv: Uint8Array) => {
    const prf = encodeSequence(encodeObjectIdentifier('1.2.840.113549.2.9'), encodeElement(5));
    const pbkdf2 = encodeSequence(salt, encodeInteger(600_000), prf);
    const algorithm = (oid: string, parameters: Uint8Array) => encodeSequence(encodeObjectIdentifier(oid), parameters);
    const [derivation, cipher] = [algorithm('1.2.840.113549.1.5.12', pbkdf2), algorithm('2.16.840.1.101.3.4.1.42', iv)];
    const pbes2 = algorithm('1.2.840.113549.1.5.13', encodeSequence(derivation, cipher));
    return encodeSequence(pbes2, encodeOctetString(new Uint8Array(16)));
  };
  const octets = (length: number) => encodeOctetString(new Uint8Array(length));
  let deep = octets(16);
  for (let i = 0; i < 150; i++) deep = encodeElement(0x24, deep);

  test.each([
    ['ours', octets(16), octets(16), true],
    ['a short salt', octets(15), octets(16), false],
    ['a long salt', octets(17), octets(16), false],
    ['a short IV', octets(16), octets(15), false],
    ['a long IV', octets(16), octets(17), false],
    ['a salt in segments', encodeElement(0x24, octets(16)), octets(16), false],
    ['a salt nested more deeply than is allowed', deep, octets(16), false],
  ])('%s', (_, salt, iv, isOurs) => expect(readSaltAndIv(salted(salt, iv)) !== undefined).toBe(isOurs));

  const [pbes2Oid, pbkdf2Oid, aesOid] = [
    '1.2.840.113549.1.5.13',
    '1.2.840.113549.1.5.12',
    '2.16.840.1.101.3.4.1.42',
  ].map(encodeObjectIdentifier) as [Uint8Array, Uint8Array, Uint8Array];
  const pbes2 = (...parts: Uint8Array[]) =>
    encodeSequence(encodeSequence(pbes2Oid, encodeSequence(...parts)), octets(16));
  const pbkdf2 = encodeSequence(pbkdf2Oid, encodeSequence(octets(16)));

  test.each([
    ['nothing', encodeSequence()],
    ['no algorithm', encodeSequence(encodeSequence(), octets(16))],
    ['no parameters', encodeSequence(encodeSequence(pbes2Oid), octets(16))],
    ['neither derivation nor cipher', pbes2()],
    ['no cipher', pbes2(pbkdf2)],
    ['a derivation without parameters', pbes2(encodeSequence(pbkdf2Oid), encodeSequence(aesOid, octets(16)))],
    [
      'a derivation without a salt',
      pbes2(encodeSequence(pbkdf2Oid, encodeSequence()), encodeSequence(aesOid, octets(16))),
    ],
    ['a cipher without an IV', pbes2(pbkdf2, encodeSequence(aesOid))],
  ])('%s', (_, der) => expect(readSaltAndIv(der)).toBeUndefined());

  test('but a mistake of ours is not one of them', () => {
    expect(() => readSaltAndIv(undefined as unknown as Uint8Array)).toThrow(TypeError);
  });
});

test('the derived key is overwritten if the encryption fails', async () => {
  const salt = new Uint8Array(16);
  const key = pbkdf2Sync('secret', salt, 600_000, 32, 'sha256').toString('latin1');
  const wiped = watchWiping();
  await expect(encryptPrivateKey(pkcs8, 'secret', { salt, iv: new Uint8Array(15) })).rejects.toThrow();
  expect(wiped).toContain(key);
  vi.restoreAllMocks();
});

test('the password is stretched by 600,000 iterations, and what states other parameters is not ours', async () => {
  const ours = await encryptPrivateKey(pkcs8, 'secret');
  const [count, fewer] = [encodeInteger(600_000), encodeInteger(599_999)];
  const at = Buffer.from(ours).indexOf(count);
  expect(at).toBeGreaterThan(0);
  expect(readSaltAndIv(ours)).toEqual({ salt: expect.any(Uint8Array), iv: expect.any(Uint8Array) });
  const theirs = ours.slice();
  theirs.set(fewer, at);
  expect(readSaltAndIv(theirs)).toBeUndefined();
});
