import { type Limits, requireWithin } from '../../limits.js';

/** The cost of a key derivation. */
export interface DerivationWork {
  /** The iteration count in the file; for scrypt, N · r · p. */
  readonly iterations: number;
  /** Number of hash or HMAC computations for the whole derived key. For scrypt, the number of HMAC computations that take about as long. */
  readonly hashes: number;
}

/**
 * Limits the work of all key derivations while a keystore is loaded, or while one key is decrypted for the caller. Each derivation is
 * charged before it starts. A limit on single iteration counts is not enough, because ten thousand keys in one file, each within that
 * limit, would take hours.
 */
export class IterationBudget {
  #spent = 0;

  constructor(readonly limits: Limits) {}

  /** Number of hash computations that are left. */
  get left(): number {
    return this.limits.totalIterations - this.#spent;
  }

  /** Number of hash computations charged so far. */
  get spent(): number {
    return this.#spent;
  }

  /**
   * Charges a derivation.
   * @throws {LimitExceededError} if the derivation alone, or all derivations together, exceed a limit
   */
  spend(work: DerivationWork, where: string): void {
    requireWithin(this.limits, 'iterations', work.iterations, where);
    requireWithin(this.limits, 'totalIterations', this.#spent + work.hashes, where);
    this.#spent += work.hashes;
  }
}
