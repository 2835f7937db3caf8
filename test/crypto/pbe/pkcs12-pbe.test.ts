import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeInteger, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { decryptRc4 } from '../../../src/crypto/cipher/rc4.js';
import { derivePkcs12, digestLength, pkcs12Hashes } from '../../../src/crypto/kdf/pkcs12-kdf.js';
import { readPbeScheme } from '../../../src/crypto/pbe/read-pbe-scheme.js';
import { defaultLimits } from '../../../src/limits.js';

const password = Uint8Array.of(0, 0x61, 0, 0x62, 0, 0);
const salt = Uint8Array.from({ length: 8 }, (_, i) => i + 1);
const plain = new TextEncoder().encode('a key, in the clear');
const derive = (purpose: number, length: number) => derivePkcs12('sha1', password, salt, 5, purpose, length);

function scheme(last: number) {
  const parameters = encodeSequence(encodeOctetString(salt), encodeInteger(5));
  const algorithm = { oid: `1.2.840.113549.1.12.1.${last}`, parameters: Asn1Element.only(parameters, 'parameters') };
  return readPbeScheme(algorithm, defaultLimits, 'key');
}

function tripleDes(key: Uint8Array): Uint8Array {
  const cipher = createCipheriv('des-ede3-cbc', key, derive(2, 8));
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

async function rc2(key: Uint8Array, bits: number): Promise<Uint8Array> {
  // @ts-expect-error: node-forge comes without types.
  const { default: forge } = await import('node-forge/lib/rc2.js');
  const cipher = forge.createEncryptionCipher(Buffer.from(key).toString('latin1'), bits);
  cipher.start(Buffer.from(derive(2, 8)).toString('latin1'));
  cipher.update({ getBytes: () => Buffer.from(plain).toString('latin1') });
  cipher.finish();
  return Buffer.from(cipher.output.getBytes(), 'latin1');
}

const twoKeys = () => Buffer.concat([derive(1, 16), derive(1, 16).subarray(0, 8)]);

// RFC 7292 appendix C. Each block of 20 bytes takes five hashes.
describe.each<[number, string, () => Uint8Array | Promise<Uint8Array>, number]>([
  [1, 'RC4 with 128 bits', () => decryptRc4(derive(1, 16), plain), 5],
  [2, 'RC4 with 40 bits', () => decryptRc4(derive(1, 5), plain), 5],
  [3, 'triple DES with three keys', () => tripleDes(derive(1, 24)), 15],
  [4, 'triple DES with two keys', () => tripleDes(twoKeys()), 10],
  [5, 'RC2 with 128 bits', () => rc2(derive(1, 16), 128), 10],
  [6, 'RC2 with 40 bits', () => rc2(derive(1, 5), 40), 10],
])('pkcs-12PbeIds %i, %s', (last, _, seal, hashes) => {
  test('opens', async () => {
    const opened = await scheme(last).decrypt(password, await seal());
    expect(Buffer.from(opened ?? []).toString()).toBe('a key, in the clear');
  });

  test('has its password in UTF-16, and its cost', () => {
    expect(scheme(last)).toMatchObject({ encoding: 'bmp', work: { iterations: 5, hashes } });
  });
});

test.each([0, 7])('pkcs-12PbeIds %i does not exist', (last) => {
  expect(() => scheme(last)).toThrow(`key: encryption is not supported (1.2.840.113549.1.12.1.${last})`);
});

test('an unknown hash is a mistake of the caller', () => {
  for (const use of [
    () => digestLength('sha0'),
    () => pkcs12Hashes('sha0', 1, 1),
    () => derivePkcs12('sha0', password, salt, 1, 1, 1),
  ])
    expect(use).toThrow(new RangeError('the digest and block length of sha0 are unknown'));
});

test('without a salt, or a password, the derivation has fewer blocks of input', () => {
  const empty = new Uint8Array();
  const results = [derivePkcs12('sha1', empty, empty, 2, 1, 8), derivePkcs12('sha1', empty, salt, 2, 1, 8)];
  expect(results.map((result) => result.length)).toEqual([8, 8]);
  expect(results[0]).not.toEqual(results[1]);
  expect(derivePkcs12('sha1', password, salt, 1, 1, 0)).toEqual(empty);
});
