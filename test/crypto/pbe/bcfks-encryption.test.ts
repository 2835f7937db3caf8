import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeInteger, encodeObjectIdentifier, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { Oid } from '../../../src/asn1/oids.js';
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
    expect(() => read(cipher, keyLength)).toThrow('does not fit');
});

test('what is under another algorithm is left to who stored it', () => {
  expect(readBcfksEncryption({ oid: Oid.sunJceKeyProtector }, defaultLimits, 'key')).toBeUndefined();
  expect(read(algorithm('2.16.840.1.101.3.4.1.42'))).toBeUndefined();
});

test('PBES2 without one of its two parts is malformed', () => {
  const parameters = Asn1Element.only(encodeSequence(algorithm(oids.pbkdf2)), 'PBES2');
  expect(() => readBcfksEncryption({ oid: Oid.pbes2, parameters }, defaultLimits, 'store')).toThrow(
    'two parts expected',
  );
});
