import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeInteger, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { readPbeScheme } from '../../../src/crypto/pbe/read-pbe-scheme.js';
import { defaultLimits } from '../../../src/limits.js';

const password = new TextEncoder().encode('changeit');
const salt = Uint8Array.from({ length: 8 }, (_, i) => i + 1);

function scheme(oid: string) {
  const parameters = encodeSequence(encodeOctetString(salt), encodeInteger(1000));
  return readPbeScheme({ oid, parameters: Asn1Element.only(parameters, 'parameters') }, defaultLimits, 'key');
}

// openssl enc -des-cbc and -rc2-64-cbc under what openssl kdf PBKDF1 gives for 1000 iterations.
describe.each([
  ['MD5 and DES', '1.2.840.113549.1.5.3', 'a8e6d11063f739c2a89c7100a452dbc0db3f5f1c857b2318'],
  ['MD5 and RC2', '1.2.840.113549.1.5.6', 'e510c0bc17a75d35fc71c51517b7c9708a1ef071023cea70'],
  ['SHA-1 and DES', '1.2.840.113549.1.5.10', '97813d2e2be996831c41009cc48fc5961066fe76fac2d1b6'],
  ['SHA-1 and RC2', '1.2.840.113549.1.5.11', '71f10a4182221cd5cd9a910d0268ef54b197aab0d50e76ef'],
])('PBES1 with %s', (_, oid, sealed) => {
  const ciphertext = Buffer.from(sealed, 'hex');

  test('opens', async () => {
    expect(Buffer.from((await scheme(oid).decrypt(password, ciphertext)) ?? []).toString()).toBe('PBES1 is of 1993');
  });

  test('gives nothing for half a block, and costs what it says', async () => {
    expect(await scheme(oid).decrypt(password, ciphertext.subarray(0, 20))).toBeUndefined();
    expect(scheme(oid).work).toEqual({ iterations: 1000, hashes: 1000 });
  });
});
