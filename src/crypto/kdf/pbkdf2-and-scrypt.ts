import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import type { Asn1Element } from '../../asn1/element.js';
import { Tag } from '../../asn1/tag.js';
import { StoreUnsupportedError } from '../../errors.js';
import { type Limits, requireWithin } from '../../limits.js';
import { hmacs } from '../hash/hash-oids.js';
import { hasHash, pbkdf2, pbkdf2Sync, scrypt, scryptSync } from '../platform.js';
import { provided, providedLater } from '../unsupported-by-platform.js';
import type { DerivationWork } from './iteration-budget.js';
import { digestLength } from './pkcs12-kdf.js';
import { readIterations, readSalt, requireParameters } from './salt-and-iterations.js';

/** A key derivation of PBES2 or PBMAC1, with its parameters. */
export interface PasswordDerivation {
  /** Key length in bytes, if the parameters state it. */
  readonly keyLength: number | undefined;
  /** Returns the cost of deriving `keyLength` bytes. */
  work(keyLength: number): DerivationWork;
  derive(password: Uint8Array, keyLength: number): Uint8Array;
  /** Derives a key like {@link derive}, in a thread of Node's pool. */
  deriveInPool(password: Uint8Array, keyLength: number): Promise<Uint8Array>;
}

/** OIDs of RFC 8018 A.2 and RFC 7914 7. */
const pbkdf2Oid = '1.2.840.113549.1.5.12';
export const scryptOid = '1.3.6.1.4.1.11591.4.11';

/**
 * Reads a key derivation.
 * @throws {StoreUnsupportedError} if the derivation or its pseudorandom function is not supported
 */
export function readPasswordDerivation(element: Asn1Element, limits: Limits, path: string): PasswordDerivation {
  const algorithm = readAlgorithmIdentifier(element, 'key derivation');
  if (algorithm.oid === pbkdf2Oid) return readPbkdf2(algorithm, limits, path);
  if (algorithm.oid === scryptOid) return readScrypt(algorithm, limits, path);
  throw new StoreUnsupportedError(`${path}: key derivation is not supported`, algorithm.oid);
}

/** Reads PBKDF2-params: SEQUENCE { salt, iterationCount, keyLength OPTIONAL, prf DEFAULT hmacWithSHA1 } (RFC 8018 A.2). */
function readPbkdf2(algorithm: AlgorithmIdentifier, limits: Limits, path: string): PasswordDerivation {
  const parameters = requireParameters(algorithm, path);
  const [saltElement, count, ...rest] = parameters.fields(2, 'PBKDF2 parameters', 'salt and iterations expected');
  if (saltElement.tag === Tag.sequence) throw new StoreUnsupportedError(`${path}: PBKDF2 salt from another source`);
  const salt = readSalt(saltElement, limits, path);
  const iterations = readIterations(count);
  // keyLength and prf are both optional. They are distinguished by their tags.
  const keyLength = readKeyLength(rest[0], limits, path);
  const prfElement = rest.find((field) => field.tag === Tag.sequence);
  const prf = prfElement === undefined ? 'sha1' : readHmac(prfElement, path);
  return {
    keyLength,
    work: (length) => ({ iterations, hashes: iterations * Math.ceil(length / digestLength(prf)) }),
    derive: (password, length) =>
      provided(`PBKDF2 with ${prf}`, () => pbkdf2Sync(prf, password, salt, iterations, length)),
    deriveInPool: (password, length) =>
      providedLater(`PBKDF2 with ${prf}`, () => pbkdf2(prf, password, salt, iterations, length)),
  };
}

/**
 * Reads the algorithm of an HMAC.
 * @returns OpenSSL's name of its hash
 */
export function readHmac(element: Asn1Element, path: string): string {
  const { oid } = readAlgorithmIdentifier(element, 'pseudorandom function');
  const hash = hmacs.get(oid);
  if (hash === undefined || !hasHash(hash))
    throw new StoreUnsupportedError(`${path}: pseudorandom function is not supported`, oid);
  return hash;
}

/** Returns the fields of scrypt-params: SEQUENCE { salt, N, r, p, keyLength OPTIONAL } (RFC 7914 7.1). */
export function scryptFields(parameters: Asn1Element) {
  return parameters.fields(4, 'scrypt parameters', 'salt and three numbers expected');
}

function readScrypt(algorithm: AlgorithmIdentifier, limits: Limits, path: string): PasswordDerivation {
  const parameters = requireParameters(algorithm, path);
  const [saltElement, cost, blockSize, parallelism, lengthElement] = scryptFields(parameters);
  const salt = readSalt(saltElement, limits, path);
  const keyLength = readKeyLength(lengthElement, limits, path);
  const N = cost.smallInteger('N');
  const r = blockSize.smallInteger('r');
  const p = parallelism.smallInteger('p');
  if (N < 2 || !isPowerOfTwo(N)) throw cost.malformed('N: a power of two expected');
  if (r < 1 || p < 1) throw blockSize.malformed('r and p: at least 1 expected');
  requireWithin(limits, 'scryptFactor', Math.max(r, p), path);
  const memory = 128 * N * r;
  requireWithin(limits, 'scryptMemory', memory, path);
  // RFC 7914 6 requires N < 2^(16 r).
  if (Math.log2(N) >= 16 * r) throw cost.malformed(`N: less than 2^${16 * r} expected for this r`);
  // Measured: scrypt takes one to three times as long as PBKDF2 with HMAC-SHA-1 and N · r · p iterations.
  const work = { iterations: N * r * p, hashes: N * r * p };
  // Node's default of maxmem, 32 MiB, is less than `scryptMemory` allows. Within maxmem must fit `memory`, p blocks of 128 · r bytes, and
  // 256 · r bytes that OpenSSL itself uses (measured with 3.0.19), for which 1 MiB is enough.
  const maxmem = memory + 128 * r * p + 2 ** 20;
  return {
    keyLength,
    work: () => work,
    derive: (password, length) => provided('scrypt', () => scryptSync(password, salt, length, { N, r, p, maxmem })),
    deriveInPool: (password, length) =>
      providedLater('scrypt', () => scrypt(password, salt, length, { N, r, p, maxmem })),
  };
}

function readKeyLength(element: Asn1Element | undefined, limits: Limits, path: string): number | undefined {
  if (element?.tag !== Tag.integer) return undefined;
  const length = element.smallInteger('key length');
  if (length < 1) throw element.malformed('key length: at least 1 expected');
  requireWithin(limits, 'derivedKeyBytes', length, path);
  return length;
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}
