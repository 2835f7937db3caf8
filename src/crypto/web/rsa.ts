import { concat, join } from '../../bytes/concat.js';
import { bytesFromHex } from '../../bytes/encoding.js';
import { equalBytes } from '../../bytes/equal.js';
import { bitLength, modularPower } from '../key/modular-arithmetic.js';
import type { RsaPublicKey } from '../key/rsa-private-key.js';
import { hashFunction } from './hash.js';
import { toNumber, toOctets } from './octets.js';

/** The bytes of DigestInfo before the digest (RFC 8017 9.2, note 1, and the same construction for later hashes). */
const digestInfoPrefixes: ReadonlyMap<string, string> = new Map([
  ['md5', '3020300c06082a864886f70d020505000410'],
  ['sha1', '3021300906052b0e03021a05000414'],
  ['ripemd160', '3021300906052b2403020105000414'],
  ['sha224', '302d300d06096086480165030402040500041c'],
  ['sha256', '3031300d060960864801650304020105000420'],
  ['sha384', '3041300d060960864801650304020205000430'],
  ['sha512', '3051300d060960864801650304020305000440'],
  ['sha512-224', '302d300d06096086480165030402050500041c'],
  ['sha512-256', '3031300d060960864801650304020605000420'],
  ['sha3-224', '302d300d06096086480165030402070500041c'],
  ['sha3-256', '3031300d060960864801650304020805000420'],
  ['sha3-384', '3041300d060960864801650304020905000430'],
  ['sha3-512', '3051300d060960864801650304020a05000440'],
]);

/** RFC 8017 9.2: the minimum number of padding octets, and the number of fixed octets around the padding. */
const fewestPadding = 8;
const otherOctets = 3;

/**
 * Verifies an RSASSA-PKCS1-v1_5 signature (RFC 8017 8.2.2). The encoded message is built and compared, not parsed.
 * @throws {Error} if the browser build does not support the hash
 */
export function verifyPkcs1(key: RsaPublicKey, algorithm: string, data: Uint8Array, signature: Uint8Array): boolean {
  const prefix = digestInfoPrefixes.get(algorithm);
  if (prefix === undefined) throw new Error(`no hash ${algorithm}`);
  const info = concat(bytesFromHex(prefix), hashFunction(algorithm)(data));
  const length = octetsOf(bitLength(key.modulus));
  const paddingLength = length - info.length - otherOctets;
  if (paddingLength < fewestPadding) return false;
  const expected = concat(Uint8Array.of(0, 1), new Uint8Array(paddingLength).fill(0xff), Uint8Array.of(0), info);
  const encoded = recover(key, signature, length);
  return encoded !== undefined && equalBytes(encoded, expected);
}

/** Verifies an RSASSA-PSS signature (RFC 8017 8.1.2 and 9.1.2) with the same hash for the message and the mask. */
export function verifyPss(
  key: RsaPublicKey,
  algorithm: string,
  saltLength: number,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const bits = bitLength(key.modulus) - 1;
  const length = octetsOf(bits);
  const hashLength = hashFunction(algorithm).outputLen;
  const recovered = recover(key, signature, octetsOf(bits + 1));
  if (recovered === undefined || length < hashLength + saltLength + 2) return false;
  const encoded = recovered.subarray(recovered.length - length);
  // If `bits` is a multiple of 8, the modulus has one octet more than the encoded message.
  if (recovered.length > length && recovered[0] !== 0) return false;
  if (encoded[length - 1] !== 0xbc) return false;
  const masked = encoded.subarray(0, length - hashLength - 1);
  const seed = encoded.subarray(length - hashLength - 1, length - 1);
  const mask = maskOf(algorithm, seed, masked.length);
  const block = masked.map((octet, at) => octet ^ (mask[at] as number));
  const usedBits = 0xff >> (8 * length - bits);
  if (((masked[0] as number) & ~usedBits) !== 0) return false;
  block[0] = (block[0] as number) & usedBits;
  const saltAt = block.length - saltLength;
  if (block[saltAt - 1] !== 1 || block.subarray(0, saltAt - 1).some((octet) => octet !== 0)) return false;
  const message = concat(new Uint8Array(8), hashFunction(algorithm)(data), block.subarray(saltAt));
  return equalBytes(hashFunction(algorithm)(message), seed);
}

/** Computes a mask with MGF1 (RFC 8017 B.2.1). */
function maskOf(algorithm: string, seed: Uint8Array, length: number): Uint8Array {
  const count = Math.ceil(length / hashFunction(algorithm).outputLen);
  const parts = Array.from({ length: count }, (_, counter) =>
    hashFunction(algorithm)(concat(seed, toOctets(BigInt(counter), 4))),
  );
  return join(parts).subarray(0, length);
}

/**
 * Recovers the encoded message from a signature with RSAVP1 and I2OSP (RFC 8017 5.2.2 and 4.1).
 * @returns undefined if the length or the value of the signature is invalid for this key
 */
function recover({ modulus, publicExponent }: RsaPublicKey, signature: Uint8Array, length: number) {
  const representative = toNumber(signature);
  if (signature.length !== length || representative >= modulus) return undefined;
  return toOctets(modularPower(representative, publicExponent, modulus), length);
}

function octetsOf(bits: number): number {
  return Math.ceil(bits / 8);
}
