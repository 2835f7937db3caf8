import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { concat } from '../../../src/bytes/concat.js';
import { readPrivateKeyInfo } from '../../../src/crypto/key/private-key.js';
import { decryptPrivateKey, readEncryptedPrivateKey } from '../../../src/crypto/pbe/decrypt-private-key.js';
import { protectKey } from '../../keystore/jks/jks-maker.js';
import { pbes2, utf8 } from '../../keystore/pkcs12/pkcs12-maker.js';
import { watchWiping } from '../../wiping.js';

const password = 'changeit';
const algorithm = encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.1.1'), encodeElement(0x05));
const info = (version: number, key: Uint8Array = encodeOctetString(utf8('key'))) =>
  encodeSequence(encodeInteger(version), algorithm, key);
const malformed = expect.objectContaining({ code: 'ERR_STORE_MALFORMED' });

afterEach(() => void vi.restoreAllMocks());

describe('PrivateKeyInfo', () => {
  test.each([0, 1])('of version %i is a key', (version) => {
    expect(readPrivateKeyInfo(info(version), 'key')).toEqual({ algorithm: 'RSA', pkcs8: info(version) });
  });

  test('is not shown in logs', () => {
    const key = readPrivateKeyInfo(info(0), 'key');
    expect(inspect(key)).toBe(`{ algorithm: 'RSA', pkcs8: '[${info(0).length} secret bytes]' }`);
    expect(JSON.stringify(key)).not.toContain(String(info(0)[0]));
  });

  test.each<[string, Uint8Array]>([
    ['of version 2', info(2)],
    ['whose key is no OCTET STRING', info(0, encodeInteger(1))],
    ['without a key', encodeSequence(encodeInteger(0), algorithm)],
    ['with a byte behind it', concat(info(0), Uint8Array.of(0))],
  ])('%s is refused', (_, der) => {
    expect(() => readPrivateKeyInfo(der, 'key')).toThrow(malformed);
  });
});

describe('the name of an algorithm', () => {
  test.each([
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 1024 })],
    ['RSASSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 1024 })],
    ['DSA', generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })],
    ['EC', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['X25519', generateKeyPairSync('x25519')],
    ['X448', generateKeyPairSync('x448')],
    ['Ed25519', generateKeyPairSync('ed25519')],
    ['Ed448', generateKeyPairSync('ed448')],
  ])('is %s', (name, { privateKey }) => {
    const pkcs8 = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
    expect(readPrivateKeyInfo(pkcs8, 'key')).toEqual({ algorithm: name, pkcs8 });
  });

  test('is its OID where it has none here', () => {
    const unknown = encodeSequence(
      encodeInteger(0),
      encodeSequence(encodeObjectIdentifier('1.2.3')),
      encodeOctetString(utf8('')),
    );
    expect(readPrivateKeyInfo(unknown, 'key').algorithm).toBe('1.2.3');
  });
});

const usual = pbes2(utf8(password));

describe.each([
  ["the JDK's protector", (plain: Uint8Array) => protectKey(plain, password), true],
  ['PBES2', (plain: Uint8Array) => encodeSequence(usual.algorithm, encodeOctetString(usual.encrypt(plain))), false],
])('a key under %s', (_, protect, provesPassword) => {
  const open = (der: Uint8Array, text = password) => decryptPrivateKey(readEncryptedPrivateKey(der, 'key'), text);

  test('opens with its password and with no other', async () => {
    expect(Buffer.from((await open(protect(info(0))))?.pkcs8 ?? [])).toEqual(Buffer.from(info(0)));
    expect(await open(protect(info(0)), 'another')).toBeUndefined();
  });

  test('has nothing behind it', () => {
    expect(() => open(concat(protect(info(0)), Uint8Array.of(0)))).toThrow(malformed);
  });

  test('that is no key once it is open does not open, and is overwritten', async () => {
    const wiped = watchWiping();
    const opened = open(protect(utf8('noise with the right padding')));
    // Where the password is proved by a digest, it is not called wrong.
    if (provesPassword) await expect(opened).rejects.toThrow(/^key, decrypted: /);
    else expect(await opened).toBeUndefined();
    expect(wiped).toContain('noise with the right padding');
  });
});
