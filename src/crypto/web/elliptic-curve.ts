import { ed448, x448 } from '@noble/curves/ed448.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { wipe } from '../../bytes/wipe.js';
import { hashFunction } from './hash.js';

/** The supported curves by OID (RFC 5480 2.1.1.1, SEC 2 A.2, RFC 5639 4.1), with OpenSSL's names. */
const curves = new Map([
  ['1.2.840.10045.3.1.7', { name: 'prime256v1', curve: p256 }],
  ['1.3.132.0.34', { name: 'secp384r1', curve: p384 }],
  ['1.3.132.0.35', { name: 'secp521r1', curve: p521 }],
  ['1.3.132.0.10', { name: 'secp256k1', curve: secp256k1 }],
  ['1.3.36.3.3.2.8.1.1.7', { name: 'brainpoolP256r1', curve: brainpoolP256r1 }],
  ['1.3.36.3.3.2.8.1.1.11', { name: 'brainpoolP384r1', curve: brainpoolP384r1 }],
  ['1.3.36.3.3.2.8.1.1.13', { name: 'brainpoolP512r1', curve: brainpoolP512r1 }],
]);

/** @throws {Error} if the browser build does not support the curve */
function curveOf(oid: string) {
  const found = curves.get(oid);
  if (found === undefined) throw new Error(`no curve ${oid}`);
  return found;
}

export function curveName(oid: string): string {
  return curveOf(oid).name;
}

/** Verifies an ECDSA signature (FIPS 186-4 6.4) that is encoded as an ECDSA-Sig-Value (RFC 3279 2.2.3). */
export function verifyEcdsa(
  oid: string,
  point: Uint8Array,
  algorithm: string,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  // By default, noble rejects signatures in which s is more than half the order of the curve. Only some cryptocurrencies forbid them.
  const options = { prehash: false, lowS: false, format: 'der' } as const;
  return curveOf(oid).curve.verify(signature, hashFunction(algorithm)(data), point, options);
}

/** Returns a point in its uncompressed form (SEC 1 2.3.3). @throws {Error} if it is not on the curve */
export function uncompressed(oid: string, point: Uint8Array): Uint8Array {
  return curveOf(oid).curve.Point.fromBytes(point).toBytes(false);
}

/** Computes the public point of a private number, in its uncompressed form. */
export function pointOf(oid: string, scalar: Uint8Array): Uint8Array {
  const { curve } = curveOf(oid);
  const length = curve.lengths.secretKey as number;
  const key = new Uint8Array(length);
  // SEC 1 C.4: the private number is as long as the order of the curve. Some writers omit leading zeros or add more of them.
  const octets = scalar.subarray(Math.max(0, scalar.length - length));
  key.set(octets, length - octets.length);
  try {
    return curve.getPublicKey(key, false);
  } finally {
    wipe(key);
  }
}

/** Algorithms whose keys are octets without structure (RFC 8410). */
export type OctetKey = 'ed25519' | 'ed448' | 'x25519' | 'x448';

/** Verifies an EdDSA signature (RFC 8032). @throws {Error} for X25519 and X448, which do not sign */
export function verifyEdwards(name: OctetKey, publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  if (name === 'x25519' || name === 'x448') throw new Error(`${name} does not sign`);
  return { ed25519, ed448 }[name].verify(signature, data, publicKey);
}

/** Computes the public key that belongs to a private key (RFC 8032 5, RFC 7748 5). */
export function publicOctets(name: OctetKey, secret: Uint8Array): Uint8Array {
  return { ed25519, ed448, x25519, x448 }[name].getPublicKey(secret);
}
