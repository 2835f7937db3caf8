import { Asn1Element } from '../../asn1/element.js';
import type { FiniteField } from '../key/dsa-and-dh-key.js';
import { bitLength, modularInverse, modularPower } from '../key/modular-arithmetic.js';
import { hashFunction } from './hash.js';
import { toNumber } from './octets.js';

/** Verifies a DSA signature (FIPS 186-4 4.7) that is encoded as a Dss-Sig-Value (RFC 3279 2.2.2). */
export function verifyDsa(
  { p, q = 0n, g }: FiniteField,
  y: bigint,
  algorithm: string,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const [r = 0n, s = 0n] = Asn1Element.only(signature, 'signature')
    .sequence('Dss-Sig-Value')
    .map((part) => part.integer('number'));
  if (r <= 0n || r >= q || s <= 0n || s >= q) return false;
  const digest = hashFunction(algorithm)(data);
  const excessBits = Math.max(0, 8 * digest.length - bitLength(q));
  const z = toNumber(digest) >> BigInt(excessBits);
  const w = modularInverse(s, q);
  if (w === undefined) return false;
  const v = (modularPower(g, (z * w) % q, p) * modularPower(y, (r * w) % q, p)) % p;
  return v % q === r;
}
