import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { Oid } from '../../../src/asn1/oids.js';
import { readBcfksEncryption } from '../../../src/crypto/pbe/bcfks-encryption.js';
import { readPbeScheme } from '../../../src/crypto/pbe/read-pbe-scheme.js';
import { defaultLimits } from '../../../src/limits.js';

/** Every part of an encryption that can be of another type. */

const nothing = encodeElement(5);
const [salt, one] = [encodeOctetString(new Uint8Array(8)), encodeInteger(1)];
const algorithm = (oid: string, ...parameters: Uint8Array[]) =>
  encodeSequence(encodeObjectIdentifier(oid), ...parameters);
const pbkdf2 = (...fields: Uint8Array[]) => algorithm('1.2.840.113549.1.5.12', encodeSequence(...fields));
const scrypt = (...fields: Uint8Array[]) => algorithm('1.3.6.1.4.1.11591.4.11', encodeSequence(...fields));
const aes = algorithm('2.16.840.1.101.3.4.1.42', encodeOctetString(new Uint8Array(16)));
const rc2 = (parameters: Uint8Array) => algorithm('1.2.840.113549.3.2', parameters);
const gcm = (parameters: Uint8Array) => algorithm('2.16.840.1.101.3.4.1.6', parameters);
const ccm = (parameters: Uint8Array) => algorithm('2.16.840.1.101.3.4.1.47', parameters);
const usual = pbkdf2(salt, one);

const parse = (parameters: Uint8Array) => Asn1Element.only(parameters, 'store', { base: 1_000 });
const read = (oid: string, parameters: Uint8Array) =>
  readPbeScheme({ oid, parameters: parse(parameters) }, defaultLimits, 'key');
const pbes2 = (derivation: Uint8Array, cipher: Uint8Array = aes) => read(Oid.pbes2, encodeSequence(derivation, cipher));
const bcfks = (parameters: Uint8Array) =>
  readBcfksEncryption({ oid: Oid.pbes2, parameters: parse(parameters) }, defaultLimits, 'store');

describe('a part of another type is named, with its place', () => {
  test.each<[string, () => unknown]>([
    ['PBE parameters', () => read('1.2.840.113549.1.5.3', nothing)],
    ['salt', () => read('1.2.840.113549.1.5.3', encodeSequence(nothing, one))],
    ['iterations', () => read('1.2.840.113549.1.5.3', encodeSequence(salt, nothing))],
    ['PBE parameters', () => read('1.2.840.113549.1.12.1.3', nothing)],
    ['PBES2 parameters', () => read(Oid.pbes2, nothing)],
    ['key derivation', () => pbes2(nothing)],
    ['cipher', () => pbes2(usual, nothing)],
    ['PBKDF2 parameters', () => pbes2(algorithm('1.2.840.113549.1.5.12', nothing))],
    ['salt', () => pbes2(pbkdf2(nothing, one))],
    ['iterations', () => pbes2(pbkdf2(salt, nothing))],
    ['pseudorandom function', () => pbes2(pbkdf2(salt, one, encodeSequence(nothing)))],
    ['scrypt parameters', () => pbes2(algorithm('1.3.6.1.4.1.11591.4.11', nothing))],
    ['salt', () => pbes2(scrypt(nothing, one, one, one))],
    ['N', () => pbes2(scrypt(salt, nothing, one, one))],
    ['r', () => pbes2(scrypt(salt, one, nothing, one))],
    ['p', () => pbes2(scrypt(salt, one, one, nothing))],
    ['IV', () => pbes2(usual, algorithm('2.16.840.1.101.3.4.1.42', nothing))],
    ['IV', () => pbes2(usual, algorithm('1.3.14.3.2.7', nothing))],
    ['RC2 parameters', () => pbes2(usual, rc2(nothing))],
    ['RC2 version', () => pbes2(usual, rc2(encodeSequence(nothing, salt)))],
    ['IV', () => pbes2(usual, rc2(encodeSequence(one, nothing)))],
    ['GCM parameters', () => pbes2(usual, gcm(nothing))],
    ['nonce', () => pbes2(usual, gcm(encodeSequence(nothing)))],
    ['tag length', () => pbes2(usual, gcm(encodeSequence(salt, nothing)))],
    ['PBES2 parameters', () => bcfks(nothing)],
    ['cipher', () => bcfks(encodeSequence(usual, nothing))],
    ['key derivation', () => bcfks(encodeSequence(nothing, ccm(encodeSequence(salt))))],
    ['CCM parameters', () => bcfks(encodeSequence(usual, ccm(nothing)))],
    ['nonce', () => bcfks(encodeSequence(usual, ccm(encodeSequence(nothing))))],
    ['tag length', () => bcfks(encodeSequence(usual, ccm(encodeSequence(salt, nothing))))],
  ])('%s', (name, make) => {
    // RC2 of version 1 is refused by its number, but only after its type.
    if (name === 'IV') expect(make).toThrow(/^store: (?:IV expected, tag null found|RC2 version: 1 is not supported)/);
    else expect(make).toThrow(new RegExp(`^store: ${name} expected, tag null found \\(at byte 10\\d\\d\\)$`));
  });

  test.each<[string, () => unknown]>([
    ['PBE parameters: salt and iterations expected', () => read('1.2.840.113549.1.5.3', encodeSequence(salt))],
    ['scrypt parameters: salt and three numbers expected', () => pbes2(scrypt(salt, one, one))],
    [
      'GCM parameters: tag of 12 to 16 bytes expected',
      () => pbes2(usual, gcm(encodeSequence(salt, encodeInteger(11)))),
    ],
    [
      'GCM parameters: tag of 12 to 16 bytes expected',
      () => pbes2(usual, gcm(encodeSequence(salt, encodeInteger(17)))),
    ],
    ['pseudorandom function: empty', () => pbes2(pbkdf2(salt, one, encodeSequence()))],
    ['key derivation: empty', () => pbes2(encodeSequence())],
    ['cipher: empty', () => pbes2(usual, encodeSequence())],
    ['GCM parameters: nonce of 1 to 64 bytes expected', () => pbes2(usual, gcm(encodeSequence()))],
    ['key length: at least 1 expected', () => pbes2(pbkdf2(salt, one, encodeInteger(0)))],
    ['key length: negative', () => pbes2(pbkdf2(salt, one, encodeElement(2, Uint8Array.of(0xff))))],
    ['N: negative', () => pbes2(scrypt(salt, encodeElement(2, Uint8Array.of(0xff)), one, one))],
  ])('%s', (message, make) => {
    expect(make).toThrow(new RegExp(`^store: ${message} \\(at byte 10\\d\\d\\)$`));
  });
});
