import { expect, test } from 'vitest';
import { bytesFromHex, toHex } from '../../../src/bytes/encoding.js';
import { decryptRc4 } from '../../../src/crypto/cipher/rc4.js';

// RFC 6229 2: the keystream is the encryption of zeros.
test.each([
  ['0102030405', 'b2396305f03dc027ccc3524a0a1118a8'],
  ['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b97'],
])('RC4 with the key %s', (key, keystream) => {
  expect(toHex(decryptRc4(bytesFromHex(key), new Uint8Array(16)))).toBe(keystream);
});
