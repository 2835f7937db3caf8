import type { AlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { concat } from '../../bytes/concat.js';
import { equalBytes } from '../../bytes/equal.js';
import { wipe } from '../../bytes/wipe.js';
import { StoreMalformedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import { decryptCbc } from '../cipher/block-cipher.js';
import { iterateMd5With } from '../hash/iterate-digest.js';
import { type PbeParameters, readPbeParameters } from './pbe-parameters.js';
import type { PbeScheme } from './pbe-scheme.js';

/** PBES1Core takes no other. */
const saltLength = 8;

/**
 * How Sun's JCE protects the keys of a JCEKS. Nearly always one scheme; two where the halves of the salt are equal,
 * since two versions of the JDK then turn the first half round in two ways.
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
    // One chain for each half.
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

/** PBES1Core.deriveCipherKey: two chains of MD5, the password hashed in at every round; 24 bytes of key, 8 of IV. */
export function deriveSunJce(
  firstHalf: Uint8Array,
  secondHalf: Uint8Array,
  iterations: number,
  password: Uint8Array,
): Uint8Array {
  return concat(...iterateMd5With([firstHalf, secondHalf], password, iterations));
}

/** What the first half of the salt becomes: itself, unless it equals the second. */
export function firstHalves(salt: Uint8Array): Uint8Array[] {
  const half = salt.slice(0, 4);
  if (!equalBytes(half, salt.subarray(4))) return [half];
  const [a = 0, b = 0, c = 0, d = 0] = half;
  // The JDK of today reverses it; before, a slip in an index (salt[3 - 1] for salt[3 - i]) lost one octet.
  return [Uint8Array.of(d, c, b, a), Uint8Array.of(d, a, b, d)];
}
