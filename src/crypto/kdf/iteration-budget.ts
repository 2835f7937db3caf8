import { type Limits, requireWithin } from '../../limits.js';

/** What a key derivation says of itself before it is run. */
export interface DerivationWork {
  /** The count the file states. */
  readonly iterations: number;
  /** Hash computations, or work worth as many, that all blocks of output take together. */
  readonly hashes: number;
}

/**
 * Pays for key derivations before they are run, so that neither one count nor many together can occupy the machine:
 * a file of ten thousand keys, each with a count that is allowed, would take hours.
 */
export class IterationBudget {
  #spent = 0;

  constructor(readonly limits: Limits) {}

  /** Hash computations that may still be spent. */
  get left(): number {
    return this.limits.totalIterations - this.#spent;
  }

  /** Hash computations that have been spent. */
  get spent(): number {
    return this.#spent;
  }

  /** @throws {LimitExceededError} if the derivation alone, or with all before it, is too much */
  spend(work: DerivationWork, where: string): void {
    requireWithin(this.limits, 'iterations', work.iterations, where);
    requireWithin(this.limits, 'totalIterations', this.#spent + work.hashes, where);
    this.#spent += work.hashes;
  }
}
