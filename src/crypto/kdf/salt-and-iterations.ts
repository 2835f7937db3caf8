import type { AlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import type { Asn1Element } from '../../asn1/element.js';
import { Tag } from '../../asn1/tag.js';
import { StoreMalformedError } from '../../errors.js';
import { type Limits, requireWithin } from '../../limits.js';

/** pkcs-12PbeParams (RFC 7292 appendix C) or PBEParameter (RFC 8018 A.3). Both have the same two fields. */
export interface PbeParameters {
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/**
 * Returns the parameters of an algorithm.
 * @throws {StoreMalformedError} if they are missing
 */
export function requireParameters(algorithm: AlgorithmIdentifier, path: string): Asn1Element {
  if (algorithm.parameters) return algorithm.parameters;
  throw new StoreMalformedError(path, `algorithm ${algorithm.oid} has no parameters`, 0);
}

export function readPbeParameters(algorithm: AlgorithmIdentifier, limits: Limits, path: string): PbeParameters {
  const parameters = requireParameters(algorithm, path);
  const [salt, iterations] = parameters.fields(2, 'PBE parameters', 'salt and iterations expected');
  return { salt: readSalt(salt, limits, path), iterations: readIterations(iterations) };
}

export function readSalt(element: Asn1Element, limits: Limits, path: string): Uint8Array {
  const salt = element.expect(Tag.octetString, 'salt').octets();
  requireWithin(limits, 'saltBytes', salt.length, path);
  return salt;
}

/** Reads an iteration count. The IterationBudget decides whether it is too high. */
export function readIterations(element: Asn1Element): number {
  const iterations = element.smallInteger('iterations');
  if (iterations < 1) throw element.malformed('iterations: at least 1 expected');
  // Java and OpenSSL store the count in a 32-bit int.
  if (iterations >= 2 ** 31) throw element.malformed(`iterations: ${iterations} is more than 2^31 - 1`);
  return iterations;
}
