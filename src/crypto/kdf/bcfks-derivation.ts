import { readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { encodeObjectIdentifier, encodeSequence } from '../../asn1/encode.js';
import { concat, join } from '../../bytes/concat.js';
import { equalBytes } from '../../bytes/equal.js';
import { wipe } from '../../bytes/wipe.js';
import type { Limits } from '../../limits.js';
import type { IterationBudget } from './iteration-budget.js';
import { bouncyCastlePassword } from './password-bytes.js';
import { type PasswordDerivation, readPasswordDerivation, scryptFields, scryptOid } from './pbkdf2-and-scrypt.js';

/** The purpose of a derived key. It is appended to the password, so that one password gives four different keys (BcFKSKeyStoreSpi). */
export type BcfksPurpose = 'STORE_ENCRYPTION' | 'PRIVATE_KEY_ENCRYPTION' | 'SECRET_KEY_ENCRYPTION' | 'INTEGRITY_CHECK';

/** A key derivation of BCFKS, with its parameters. */
interface BcfksDerivation {
  /** Key length in bytes, if the parameters state it. */
  readonly keyLength: number | undefined;
  /**
   * Derives a key, passes it to `use`, and overwrites it. If the parameters have two interpretations (see
   * {@link withBlockSizeForParallelism}) and `use` returns undefined for the first, the second is tried.
   * @throws {LimitExceededError} if the budget is exceeded
   */
  withKey<Result>(
    secret: { readonly password: string; readonly purpose: BcfksPurpose },
    keyLength: number,
    budget: IterationBudget,
    use: (key: Uint8Array) => Result | undefined,
  ): Result | undefined;
}

/**
 * Reads a key derivation of BCFKS.
 * @throws {StoreUnsupportedError} if the derivation or its pseudorandom function is not supported
 * @throws {LimitExceededError} if a parameter exceeds its limit
 */
export function readBcfksDerivation(element: Asn1Element, limits: Limits, path: string): BcfksDerivation {
  const changed = withBlockSizeForParallelism(element, path);
  const first = readPasswordDerivation(changed ?? element, limits, path);
  return {
    keyLength: first.keyLength,
    withKey({ password, purpose }, keyLength, budget, use) {
      const passwordBytes = bouncyCastlePassword(password);
      const secret = concat(passwordBytes, bouncyCastlePassword(purpose));
      wipe(passwordBytes);
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
 * Returns the scrypt parameters that Bouncy Castle really uses: BcFKSKeyStoreSpi.generateKey calls SCrypt.generate(P, S, N, r, r, length).
 * It passes the block size r as parallelism, and ignores the parallelism in the file.
 * @returns the AlgorithmIdentifier with these parameters; undefined if block size and parallelism are equal, or if the derivation is not
 * scrypt
 */
function withBlockSizeForParallelism(element: Asn1Element, path: string): Asn1Element | undefined {
  const { oid, parameters } = readAlgorithmIdentifier(element, 'key derivation');
  if (oid !== scryptOid || parameters === undefined) return undefined;
  const [salt, cost, blockSize, parallelism, ...rest] = scryptFields(parameters);
  if (equalBytes(blockSize.content, parallelism.content)) return undefined;
  const changed = [salt, cost, blockSize, blockSize, ...rest].map((part) => part.raw);
  const algorithm = encodeSequence(encodeObjectIdentifier(oid), encodeSequence(join(changed)));
  return Asn1Element.only(algorithm, path, { base: element.offset });
}
