import type { AlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { StoreUnsupportedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import type { PbeScheme } from './pbe-scheme.js';
import { readPbes1 } from './pbes1.js';
import { readPbes2 } from './pbes2.js';
import { readPkcs12Pbe } from './pkcs12-pbe.js';

/**
 * Reads a password-based encryption from its AlgorithmIdentifier: PBES2, one of PKCS#12's own schemes, or PBES1.
 * @throws {StoreUnsupportedError} if the algorithm, or a part of PBES2, is not supported
 * @throws {StoreMalformedError} if the parameters are invalid
 */
export function readPbeScheme(algorithm: AlgorithmIdentifier, limits: Limits, path: string): PbeScheme {
  const scheme =
    readPbes2(algorithm, limits, path) ?? readPkcs12Pbe(algorithm, limits, path) ?? readPbes1(algorithm, limits, path);
  if (scheme) return scheme;
  throw new StoreUnsupportedError(`${path}: encryption is not supported`, algorithm.oid);
}
