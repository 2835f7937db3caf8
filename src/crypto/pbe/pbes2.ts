import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import type { Asn1Element } from '../../asn1/element.js';
import { Oid } from '../../asn1/oids.js';
import { Tag } from '../../asn1/tag.js';
import { wipe } from '../../bytes/wipe.js';
import type { Limits } from '../../limits.js';
import { readPasswordDerivation } from '../kdf/pbkdf2-and-scrypt.js';
import { requireParameters } from '../kdf/salt-and-iterations.js';
import type { PbeScheme } from './pbe-scheme.js';
import { readEncryptionScheme } from './pbes2-cipher.js';

/**
 * Reads PBES2 (RFC 8018 6.2), which combines a key derivation and a cipher.
 * @returns undefined if the OID is not that of PBES2
 */
export function readPbes2(algorithm: AlgorithmIdentifier, limits: Limits, path: string): PbeScheme | undefined {
  if (algorithm.oid !== Oid.pbes2) return undefined;
  const [derivationElement, cipherElement] = readParts(requireParameters(algorithm, path));
  const derivation = readPasswordDerivation(derivationElement, limits, path);
  const cipher = readEncryptionScheme(readAlgorithmIdentifier(cipherElement, 'cipher'), path);
  const keyLength = cipher.keyLength ?? derivation.keyLength ?? cipher.usualKeyLength;
  if (derivation.keyLength !== undefined && derivation.keyLength !== keyLength) {
    throw derivationElement.malformed(
      `key length ${derivation.keyLength} does not fit a cipher that takes ${keyLength}`,
    );
  }
  return {
    encoding: 'utf8',
    work: derivation.work(keyLength),
    async decrypt(password, ciphertext) {
      const key = await derivation.deriveInPool(password, keyLength);
      try {
        return await cipher.decrypt(key, ciphertext);
      } finally {
        wipe(key);
      }
    },
  };
}

/** Reads PBES2-params: SEQUENCE { keyDerivationFunc, encryptionScheme }. */
function readParts(parameters: Asn1Element): [Asn1Element, Asn1Element] {
  const [first, second] = parameters.fields(2, 'PBES2 parameters', 'two parts expected');
  // JDK-8202837: some JDKs write the whole AlgorithmIdentifier again in place of its parameters.
  if (first.tag === Tag.oid && second.tag === Tag.sequence) return readParts(second);
  return [first, second];
}
