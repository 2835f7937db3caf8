import type { AlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { concat } from '../../bytes/concat.js';
import { equalBytes } from '../../bytes/equal.js';
import { wipe } from '../../bytes/wipe.js';
import { StoreMalformedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import { decryptCbc } from '../cipher/block-cipher.js';
import { iterateMd5With } from '../hash/iterate-digest.js';
import { type PbeParameters, readPbeParameters } from '../kdf/salt-and-iterations.js';
import type { PbeScheme } from './pbe-scheme.js';

/** Length of the salt in bytes. com.sun.crypto.provider.PBES1Core accepts no other. */
const saltLength = 8;

/**
 * Reads the encryption of keys in a JCEKS (com.sun.crypto.provider.KeyProtector). There is one scheme, or two if both halves of the salt
 * are equal: JDK versions change the first half of such a salt in different ways.
 */
export function readSunJce(algorithm: AlgorithmIdentifier, limits: Limits, path: string): PbeScheme[] {
  return sunJceSchemes(readPbeParameters(algorithm, limits, path), path);
}

export function sunJceSchemes({ salt, iterations }: PbeParameters, path: string): PbeScheme[] {
  if (salt.length !== saltLength) {
    throw new StoreMalformedError(path, `salt: ${saltLength} bytes expected, ${salt.length} found`, 0);
  }
  return firstHalves(salt).map((half) => ({
    encoding: 'jce',
    // Two sequences of MD5 are computed, one for each half of the salt.
    work: { iterations, hashes: 2 * iterations },
    async decrypt(password, ciphertext) {
      const derived = deriveSunJce(half, salt.subarray(4), iterations, password);
      try {
        return decryptCbc('des-ede3-cbc', derived.subarray(0, 24), derived.subarray(24), ciphertext);
      } finally {
        wipe(derived);
      }
    },
  }));
}

/**
 * Derives key and IV as PBES1Core.deriveCipherKey does: each half of the salt is hashed repeatedly with the password. The first 24 bytes of
 * the result are the key, the last 8 the IV.
 */
export function deriveSunJce(
  firstHalf: Uint8Array,
  secondHalf: Uint8Array,
  iterations: number,
  password: Uint8Array,
): Uint8Array {
  const halves = iterateMd5With([firstHalf, secondHalf], password, iterations);
  const derived = concat(...halves);
  wipe(...halves);
  return derived;
}

/** Returns the first half of the salt, or, if it equals the second half, the two values that JDKs use in its place. */
export function firstHalves(salt: Uint8Array): Uint8Array[] {
  const half = salt.slice(0, 4);
  if (!equalBytes(half, salt.subarray(4))) return [half];
  const [a = 0, b = 0, c = 0, d = 0] = half;
  // Current JDKs reverse the half. Older ones have a wrong index, salt[3 - 1] instead of salt[3 - i], which repeats one octet.
  return [Uint8Array.of(d, c, b, a), Uint8Array.of(d, a, b, d)];
}
