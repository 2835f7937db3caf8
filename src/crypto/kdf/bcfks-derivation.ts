import { readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { encodeObjectIdentifier, encodeSequence } from '../../asn1/encode.js';
import { concat, join } from '../../bytes/concat.js';
import { equalBytes } from '../../bytes/equal.js';
import { wipe } from '../../bytes/wipe.js';
import type { Limits } from '../../limits.js';
import type { IterationBudget } from './iteration-budget.js';
import { bouncyCastlePassword } from './password-bytes.js';
import { type PasswordDerivation, readPasswordDerivation, scryptOid } from './password-derivation.js';

/** What a key is derived for. The word becomes part of the password, so that one password gives four keys (BcFKSKeyStoreSpi). */
export type BcfksPurpose = 'STORE_ENCRYPTION' | 'PRIVATE_KEY_ENCRYPTION' | 'SECRET_KEY_ENCRYPTION' | 'INTEGRITY_CHECK';

/** A key derivation of BCFKS, its parameters read. */
export interface BcfksDerivation {
  /** Bytes wanted, where the parameters say so. */
  readonly keyLength: number | undefined;
  /**
   * Derives a key, and hands it to `use` for as long as that takes. Where two readings of the parameters are possible, the
   * second is tried if `use` gives undefined with the first.
   * @throws {LimitExceededError} if the budget does not suffice
   */
  withKey<Result>(
    secret: { readonly password: string; readonly purpose: BcfksPurpose },
    keyLength: number,
    budget: IterationBudget,
    use: (key: Uint8Array) => Result | undefined,
  ): Result | undefined;
}

/**
 * @throws {StoreUnsupportedError} for a derivation or a pseudorandom function that is not provided
 * @throws {LimitExceededError} for parameters beyond the limits
 */
export function readBcfksDerivation(element: Asn1Element, limits: Limits, path: string): BcfksDerivation {
  const changed = withBlockSizeForParallelism(element);
  const first = readPasswordDerivation(changed ?? element, limits, path);
  return {
    keyLength: first.keyLength,
    withKey({ password, purpose }, keyLength, budget, use) {
      const secret = concat(bouncyCastlePassword(password), bouncyCastlePassword(purpose));
      const attempt = (reading: PasswordDerivation) => {
        budget.spend(reading.work(keyLength), path);
        const key = reading.derive(secret, keyLength);
        try {
          return use(key);
        } finally {
          wipe(key);
        }
      };
      try {
        return attempt(first) ?? (changed && attempt(readPasswordDerivation(element, limits, path)));
      } finally {
        wipe(secret);
      }
    },
  };
}

/**
 * BcFKSKeyStoreSpi.generateKey calls SCrypt.generate(P, S, N, r, r, length): the block size stands where the parallelism belongs,
 * and the parallelism of the file has no effect. These are the parameters that other readers would have to be given.
 */
function withBlockSizeForParallelism(element: Asn1Element): Asn1Element | undefined {
  const { oid, parameters } = readAlgorithmIdentifier(element, 'key derivation');
  if (oid !== scryptOid || parameters === undefined) return undefined;
  const [salt, cost, blockSize, parallelism, ...rest] = parameters.sequence('scrypt parameters');
  if (!salt || !cost || !blockSize || !parallelism || equalBytes(blockSize.content, parallelism.content)) {
    return undefined;
  }
  const changed = [salt, cost, blockSize, blockSize, ...rest].map((part) => part.raw);
  const algorithm = encodeSequence(encodeObjectIdentifier(oid), encodeSequence(join(changed)));
  return Asn1Element.only(algorithm, 'key derivation', { base: element.offset });
}
