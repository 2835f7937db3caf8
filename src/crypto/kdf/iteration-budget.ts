import { type Limits, requireWithin } from '../../limits.js';

/** The cost of a key derivation. */
export interface DerivationWork {
  /** The iteration count in the file. */
  readonly iterations: number;
  /**
   * Number of hash computations for all blocks of output. For functions without hashes, the number of hash computations that takes as long.
   */
  readonly hashes: number;
}

/**
 * Limits the work of all key derivations of one keystore. Each is charged before it starts. Limits on single iteration counts are not
 * enough, because ten thousand keys, each within the limit, would take hours.
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
