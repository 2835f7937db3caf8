import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeInteger, encodeObjectIdentifier, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { Oid } from '../../../src/asn1/oids.js';
import { concat } from '../../../src/bytes/concat.js';
import { IterationBudget } from '../../../src/crypto/kdf/iteration-budget.js';
import { readBcfksEncryption } from '../../../src/crypto/pbe/bcfks-encryption.js';
import { defaultLimits } from '../../../src/limits.js';
import { oids } from '../../keystore/bcfks/bcfks-maker.js';

const algorithm = (oid: string, ...parameters: Uint8Array[]) =>
  encodeSequence(encodeObjectIdentifier(oid), ...parameters);

function read(cipher: Uint8Array, keyLength = 32) {
  const pbkdf2 = encodeSequence(encodeOctetString(new Uint8Array(64)), encodeInteger(3), encodeInteger(keyLength));
  const parameters = encodeSequence(algorithm(oids.pbkdf2, pbkdf2), cipher);
  return readBcfksEncryption(
    { oid: Oid.pbes2, parameters: Asn1Element.only(parameters, 'PBES2') },
    defaultLimits,
    'store',
  );
}

const ccm = (nonceLength: number, ...tagLength: number[]) =>
  algorithm(
    oids.ccm,
    encodeSequence(encodeOctetString(new Uint8Array(nonceLength)), ...tagLength.map((length) => encodeInteger(length))),
  );

// RFC 5084 3.1.
describe('CCM', () => {
  test.each([7, 12, 13])('has a nonce of %i bytes', (length) => expect(read(ccm(length, 8))).toBeDefined());
  test.each([0, 6, 14])('has no nonce of %i bytes', (length) => {
    expect(() => read(ccm(length, 8))).toThrow('nonce: 7 to 13 bytes expected');
  });
  test.each([4, 6, 16])('has a tag of %i bytes', (length) => expect(read(ccm(12, length))).toBeDefined());
  test.each([0, 2, 5, 15, 18])('has no tag of %i bytes', (length) => {
    expect(() => read(ccm(12, length))).toThrow('tag length: 4, 6, … or 16 expected');
  });
});

test.each([16, 31, 33])('a derived key of %i bytes fits neither cipher', (keyLength) => {
  for (const cipher of [ccm(12, 8), algorithm(oids.wrapPad)])
    expect(() => read(cipher, keyLength)).toThrow(
      new RegExp(`^PBES2: key length: ${keyLength} does not fit a cipher that takes 32 \\(at byte \\d\\)$`),
    );
});

describe('decryption', () => {
  const password = 'changeit';
  const utf16 = (text: string) => Buffer.from(`${text}\0`, 'utf16le').swap16();
  const keyFor = (purpose: string) =>
    pbkdf2Sync(Buffer.concat([utf16(password), utf16(purpose)]), new Uint8Array(64), 3, 32, 'sha1');
  const plain = new TextEncoder().encode('entries');
  const nonce = new Uint8Array(12);

  function sealCcm(purpose: string, tagLength: number): Uint8Array {
    const cipher = createCipheriv('aes-256-ccm', keyFor(purpose), nonce, { authTagLength: tagLength });
    const sealed = cipher.update(plain);
    cipher.final();
    return concat(sealed, cipher.getAuthTag());
  }

  function wrap(purpose: string): Uint8Array {
    const cipher = createCipheriv('id-aes256-wrap-pad', keyFor(purpose), Buffer.from('a65959a6', 'hex'));
    return concat(cipher.update(plain), cipher.final());
  }

  test.each([
    ['CCM with a tag of 8 bytes', ccm(12, 8), (purpose: string) => sealCcm(purpose, 8)],
    // The default of RFC 5084 3.1.
    ['CCM with a tag of 12 bytes', ccm(12), (purpose: string) => sealCcm(purpose, 12)],
    ['key wrap', algorithm(oids.wrapPad), wrap],
  ])('of %s depends on password and purpose', (_, cipher, seal) => {
    const encryption = read(cipher) ?? expect.fail();
    const budget = new IterationBudget(defaultLimits);
    const sealed = seal('STORE_ENCRYPTION');
    expect(encryption.decrypt(sealed, password, 'STORE_ENCRYPTION', budget)).toEqual(plain);
    // Two blocks of SHA-1, three iterations each.
    expect(budget.spent).toBe(6);
    expect(encryption.decrypt(sealed, 'changeIt', 'STORE_ENCRYPTION', budget)).toBeUndefined();
    expect(encryption.decrypt(sealed, password, 'PRIVATE_KEY_ENCRYPTION', budget)).toBeUndefined();
  });
});

test.each([
  ['no parameters', algorithm(oids.ccm), `store: algorithm ${oids.ccm} has no parameters`],
  ['no nonce', algorithm(oids.ccm, encodeSequence()), 'nonce: 7 to 13 bytes expected'],
  ['a nonce of another type', algorithm(oids.ccm, encodeSequence(encodeInteger(1))), 'nonce expected, tag integer'],
])('CCM with %s is malformed', (_, cipher, message) => expect(() => read(cipher)).toThrow(message));

test('what is under another algorithm is left to who stored it', () => {
  expect(readBcfksEncryption({ oid: Oid.sunJceKeyProtector }, defaultLimits, 'key')).toBeUndefined();
  expect(read(algorithm('2.16.840.1.101.3.4.1.42'))).toBeUndefined();
});

test('PBES2 without one of its two parts is malformed', () => {
  const parameters = Asn1Element.only(encodeSequence(algorithm(oids.pbkdf2)), 'PBES2');
  expect(() => readBcfksEncryption({ oid: Oid.pbes2, parameters }, defaultLimits, 'store')).toThrow(
    'PBES2: PBES2 parameters: two parts expected (at byte 0)',
  );
  expect(() => readBcfksEncryption({ oid: Oid.pbes2 }, defaultLimits, 'store')).toThrow(
    `store: algorithm ${Oid.pbes2} has no parameters`,
  );
});
