import { type Limits, requireWithin } from '../../limits.js';

/** What a key derivation will cost. */
export interface DerivationWork {
  /** The iteration count in the file. */
  readonly iterations: number;
  /** Hash computations for all blocks of output; for other functions, the number of hashes that takes as long. */
  readonly hashes: number;
}

/**
 * Limits the work of all key derivations of one keystore, and is charged before each. Limits on single counts are not enough: ten
 * thousand keys, each within the limit, would take hours.
 */
export class IterationBudget {
  #spent = 0;

  constructor(readonly limits: Limits) {}

  /** Hash computations that are left. */
  get left(): number {
    return this.limits.totalIterations - this.#spent;
  }

  /** Hash computations that have been spent. */
  get spent(): number {
    return this.#spent;
  }

  /** @throws {LimitExceededError} if the derivation alone, or together with those before, exceeds the limits */
  spend(work: DerivationWork, where: string): void {
    requireWithin(this.limits, 'iterations', work.iterations, where);
    requireWithin(this.limits, 'totalIterations', this.#spent + work.hashes, where);
    this.#spent += work.hashes;
  }
}
