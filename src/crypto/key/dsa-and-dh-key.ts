import type { Asn1Element } from '../../asn1/element.js';
import { bitLength, modularPower } from './modular-arithmetic.js';

/** The parameters of a DSA or DH key. The public number is y = g^x mod p, where x is the private number. */
export interface FiniteField {
  readonly p: bigint;
  readonly g: bigint;
  /** The order of g. Undefined for DH keys. */
  readonly q?: bigint;
}

/** Maximum number of bits of p: OPENSSL_DSA_MAX_MODULUS_BITS, OPENSSL_DH_MAX_MODULUS_BITS. */
const mostBitsOfP = 10_000;
/** Maximum number of bits of p if x may be as long as p, as in some DH keys. At this length, computing y takes about 0.2 s. */
const mostBitsOfPForLongX = 4_096;
/** Maximum number of bits of x if p is longer than {@link mostBitsOfPForLongX}. */
const mostBitsOfShortX = 512;

/** Reads Dss-Parms { p, q, g } (RFC 3279 2.3.2). */
export function readDsaParameters(parameters: Asn1Element): FiniteField {
  const [p, q, g] = parameters.fields(3, 'DSA parameters', 'three numbers expected');
  return { p: p.integer('DSA parameter'), q: q.integer('DSA parameter'), g: g.integer('DSA parameter') };
}

/** Reads DHParameter { p, g, … } (PKCS #3 9) or DomainParameters { p, g, q, … } (RFC 3279 2.3.3). */
export function readDhParameters(parameters: Asn1Element): FiniteField {
  const [p, g] = parameters.fields(2, 'DH parameters', 'two numbers expected');
  return { p: p.integer('DH parameter'), g: g.integer('DH parameter') };
}

/**
 * Computes the public number y.
 * @returns undefined if a number is out of its range (for example, x is not less than p), or if p or x is longer than the limits above
 */
export function publicNumber({ p, g, q = p }: FiniteField, x: bigint): bigint | undefined {
  if (p < 3n || g < 2n || x < 1n || x >= p || x >= q) return undefined;
  const bits = bitLength(p);
  if (bits > mostBitsOfP || (bits > mostBitsOfPForLongX && bitLength(x) > mostBitsOfShortX)) return undefined;
  return modularPower(g, x, p);
}
