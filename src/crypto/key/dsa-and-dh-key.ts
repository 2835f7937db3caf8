import type { Asn1Element } from '../../asn1/element.js';
import { bitLength, modularPower } from './modular-arithmetic.js';

/** The parameters of a DSA or DH key, whose public key is y = g^x mod p. */
export interface FiniteField {
  readonly p: bigint;
  readonly g: bigint;
  /** Only for DSA. */
  readonly q?: bigint;
}

/** Maximum number of bits of p: OPENSSL_DSA_MAX_MODULUS_BITS, OPENSSL_DH_MAX_MODULUS_BITS. */
const mostBits = 10_000;
/**
 * In DH keys x may be as long as p. Up to this number of bits, computing y takes less than a second even then; above it, x must be short.
 */
const mostBitsOfLongExponents = 4_096;
const mostBitsOfShortExponents = 512;

/** Reads Dss-Parms { p, q, g } (RFC 3279 2.3.2). */
export function readDsaParameters(parameters: Asn1Element): FiniteField {
  const [p, q, g] = parameters.sequence('DSA parameters').map((field) => field.integer('DSA parameter'));
  if (p === undefined || q === undefined || g === undefined)
    throw parameters.malformed('DSA parameters: three numbers expected');
  return { p, q, g };
}

/** Reads DHParameter { p, g, … } (PKCS #3 9) or DomainParameters { p, g, q, … } (RFC 3279 2.3.3). */
export function readDhParameters(parameters: Asn1Element): FiniteField {
  const [p, g] = parameters.sequence('DH parameters').map((field) => field.integer('DH parameter'));
  if (p === undefined || g === undefined) throw parameters.malformed('DH parameters: two numbers expected');
  return { p, g };
}

/**
 * Computes the public number y.
 * @returns undefined if the numbers are not those of a key, or are too long
 */
export function publicNumber({ p, g, q }: FiniteField, x: bigint): bigint | undefined {
  if (p < 3n || g < 2n || x < 1n || x >= p || (q !== undefined && x >= q)) return undefined;
  const bits = bitLength(p);
  if (bits > mostBits || (bits > mostBitsOfLongExponents && bitLength(x) > mostBitsOfShortExponents)) return undefined;
  return modularPower(g, x, p);
}
