import { Asn1Element } from '../../asn1/element.js';
import { encodeInteger, encodeSequence } from '../../asn1/encode.js';
import { bitLength, greatestCommonDivisor, modularInverse, modularPower } from './modular-arithmetic.js';

/** The numbers of an RSAPrivateKey (RFC 8017 A.1.2). Java writes 0 for numbers that it does not know. */
interface RsaPrivateKey {
  readonly modulus: bigint;
  readonly publicExponent: bigint;
  readonly privateExponent: bigint;
  readonly prime1: bigint;
  readonly prime2: bigint;
  readonly exponent1: bigint;
  readonly exponent2: bigint;
  readonly coefficient: bigint;
  /** Empty unless the key has more than two primes. */
  readonly otherPrimes: readonly OtherPrime[];
}

interface OtherPrime {
  readonly prime: bigint;
  readonly exponent: bigint;
  readonly coefficient: bigint;
}

/** RSAPublicKey (RFC 8017 A.1.1). */
export interface RsaPublicKey {
  readonly modulus: bigint;
  readonly publicExponent: bigint;
}

/**
 * Maximum number of bits of the modulus and of the public exponent (OPENSSL_RSA_MAX_MODULUS_BITS). OpenSSL refuses to verify or encrypt
 * with a longer modulus.
 */
const mostBits = 16_384;
/**
 * Maximum number of bits of the modulus for which the primes are computed. At this size, that takes about a second for each base that
 * {@link findFactor} tries. On average, it tries at most two bases.
 */
const mostBitsToComplete = 8_192;

/** RFC 8017 3.1: the smallest public exponent. The private exponent is odd and not 1 either, because it is the inverse of the public one. */
const leastExponent = 3n;

/**
 * Reads an RSAPrivateKey. Numbers that are missing after the private exponent become 0.
 * @param octets the content of the OCTET STRING of a PrivateKeyInfo
 * @throws {StoreMalformedError} if it is not an RSAPrivateKey
 */
export function readRsaPrivateKey(octets: Uint8Array, path: string): RsaPrivateKey {
  const element = Asn1Element.only(octets, path);
  const [, ...fields] = element.sequence('RSAPrivateKey');
  const number = (at: number, name: string) => fields[at]?.integer(name) ?? 0n;
  if (fields.length < 3) throw element.malformed('RSAPrivateKey: modulus and two exponents expected');
  return {
    modulus: number(0, 'modulus'),
    publicExponent: number(1, 'public exponent'),
    privateExponent: number(2, 'private exponent'),
    prime1: number(3, 'prime 1'),
    prime2: number(4, 'prime 2'),
    exponent1: number(5, 'exponent 1'),
    exponent2: number(6, 'exponent 2'),
    coefficient: number(7, 'coefficient'),
    otherPrimes: (fields[8]?.sequence('other primes') ?? []).map(readOtherPrime),
  };
}

/**
 * Reads an RSAPublicKey.
 * @throws {StoreMalformedError} if the bytes are not an RSAPublicKey
 */
export function readRsaPublicKey(der: Uint8Array): RsaPublicKey {
  const element = Asn1Element.only(der, 'RSA public key');
  const [modulus, exponent] = element.fields(2, 'RSAPublicKey', 'two numbers expected');
  return { modulus: modulus.integer('modulus'), publicExponent: exponent.integer('public exponent') };
}

function readOtherPrime(element: Asn1Element): OtherPrime {
  const [prime, exponent, coefficient] = element.sequence('other prime').map((field) => field.integer('other prime'));
  return { prime: prime ?? 0n, exponent: exponent ?? 0n, coefficient: coefficient ?? 0n };
}

/** Checks whether the key lacks numbers that OpenSSL needs. */
export function isIncomplete(key: RsaPrivateKey): boolean {
  const { prime1, prime2, exponent1, exponent2, coefficient, publicExponent } = key;
  return [prime1, prime2, exponent1, exponent2, coefficient, publicExponent].includes(0n);
}

/**
 * Checks whether the private numbers belong to this public key (RFC 8017 3.2).
 * @returns undefined if the numbers are too long to check
 */
export function fitsRsaPublicKey(key: RsaPrivateKey, publicKey: RsaPublicKey): boolean | undefined {
  const { modulus, publicExponent } = publicKey;
  if (key.modulus !== modulus) return false;
  if (key.publicExponent !== publicExponent && key.publicExponent !== 0n) return false;
  if (publicExponent < leastExponent) return false;
  if (bitLength(modulus) > mostBits || bitLength(publicExponent) > mostBits) return undefined;
  if (!isIncomplete({ ...key, publicExponent })) return isConsistent({ ...key, publicExponent });
  if (bitLength(modulus) > mostBitsToComplete) return undefined;
  return completeRsaPrivateKey(key, publicExponent) !== undefined;
}

function isConsistent(key: RsaPrivateKey): boolean {
  const { modulus, publicExponent: e, privateExponent: d, prime1: p, prime2: q, otherPrimes } = key;
  const primes = [{ prime: p, exponent: key.exponent1 }, { prime: q, exponent: key.exponent2 }, ...otherPrimes];
  if (primes.some(({ prime }) => prime < 3n)) return false;
  if (primes.reduce((product, { prime }) => product * prime, 1n) !== modulus) return false;
  const areInverse = ({ prime, exponent }: { prime: bigint; exponent: bigint }) =>
    (e * d) % (prime - 1n) === 1n && (e * exponent) % (prime - 1n) === 1n;
  // The coefficient of each further prime is the inverse of the product of the primes before it.
  let product = p * q;
  for (const { prime, coefficient } of otherPrimes) {
    if ((coefficient * product) % prime !== 1n) return false;
    product *= prime;
  }
  return primes.every(areInverse) && (key.coefficient * q) % p === 1n;
}

/**
 * Computes the primes from the modulus, the private exponent and the public exponent (NIST SP 800-56B revision 2, appendix C.1), and the
 * numbers that are derived from the primes.
 * @param publicExponent the exponent in the certificate, because the key may lack its own
 * @returns undefined if an exponent is below 3 or does not belong to the modulus, or if the modulus has more than two primes or more than
 * {@link mostBitsToComplete} bits
 */
export function completeRsaPrivateKey(key: RsaPrivateKey, publicExponent: bigint): RsaPrivateKey | undefined {
  const { modulus: n, privateExponent: d } = key;
  if (n < 15n || d < leastExponent || publicExponent < leastExponent) return undefined;
  if (bitLength(d) > bitLength(n) || bitLength(n) > mostBitsToComplete) return undefined;
  const factor = findFactor(n, d * publicExponent - 1n);
  if (factor === undefined) return undefined;
  const [prime1, prime2] = factor > n / factor ? [factor, n / factor] : [n / factor, factor];
  const coefficient = modularInverse(prime2, prime1);
  if (coefficient === undefined) return undefined;
  const completed: RsaPrivateKey = {
    modulus: n,
    publicExponent,
    privateExponent: d,
    prime1,
    prime2,
    exponent1: d % (prime1 - 1n),
    exponent2: d % (prime2 - 1n),
    coefficient,
    otherPrimes: [],
  };
  return isConsistent(completed) ? completed : undefined;
}

/** The public exponents in use: 65537 (FIPS 186-5 requires more than 2^16), and 3 or 17 in old keys. */
const usualExponents = [65_537n, 3n, 17n];

/**
 * Finds the public exponent of a key that does not contain it.
 * @returns undefined if it is not one of {@link usualExponents}, or if the modulus has more than {@link mostBitsToComplete} bits
 */
export function likelyPublicExponent({ modulus, privateExponent }: RsaPrivateKey): bigint | undefined {
  if (modulus < 15n || privateExponent < leastExponent || bitLength(modulus) > mostBitsToComplete) return undefined;
  const encrypted = modularPower(2n, privateExponent, modulus);
  return usualExponents.find((exponent) => modularPower(encrypted, exponent, modulus) === 2n);
}

/**
 * The bases from 2 up to, but not including, this number are tried. NIST SP 800-56B C.1 tries at most 100 random bases, each of which
 * succeeds with a probability of at least one half.
 */
const endOfBases = 100n;

/**
 * Finds a factor of `n`.
 * @param multiple a positive multiple of the order of every unit modulo `n`: d · e - 1 for exponents that belong to `n`
 * @returns undefined if no base yields a factor, usually because `multiple` is not such a multiple
 */
function findFactor(n: bigint, multiple: bigint): bigint | undefined {
  if (multiple & 1n) return undefined;
  let odd = multiple;
  let halvings = 0;
  for (; (odd & 1n) === 0n; odd >>= 1n) halvings++;
  for (let base = 2n; base < endOfBases; base++) {
    let root = modularPower(base, odd, n);
    if (root === 1n || root === n - 1n) continue;
    for (let i = 1; ; i++) {
      const square = (root * root) % n;
      // If square is 1, root is a square root of 1 other than 1 and -1, so root - 1 and n have a common factor.
      if (square === 1n) return greatestCommonDivisor(root - 1n, n);
      if (square === n - 1n) break;
      // The square is base^multiple now. It is not 1, so `multiple` does not belong to n.
      if (i === halvings) return undefined;
      root = square;
    }
  }
  return undefined;
}

/** Encodes an RSAPrivateKey with two primes in DER. The result is secret: overwrite it after use. */
export function encodeRsaPrivateKey(key: RsaPrivateKey): Uint8Array {
  const numbers = [
    key.modulus,
    key.publicExponent,
    key.privateExponent,
    key.prime1,
    key.prime2,
    key.exponent1,
    key.exponent2,
    key.coefficient,
  ];
  return encodeSequence(encodeInteger(0), ...numbers.map(encodeInteger));
}
