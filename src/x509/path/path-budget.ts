import { LimitExceededError } from '../../errors.js';
import type { Limits } from '../../limits.js';

type Budgeted = 'pathSignatures' | 'pathNodes' | 'nameComparisons';

/** Limits the work of one search. With crafted certificates, a search without limits can take years. */
export class PathBudget {
  readonly #spent: Record<Budgeted, number> = { pathSignatures: 0, pathNodes: 0, nameComparisons: 0 };

  constructor(readonly limits: Limits) {}

  /** Checks whether this amount is left. */
  has(what: Budgeted, amount: number): boolean {
    return this.#spent[what] + amount <= this.limits[what];
  }

  /**
   * Subtracts an amount from the budget.
   * @throws {LimitExceededError} if more is spent than the limit allows
   */
  spend(what: Budgeted, amount = 1): void {
    this.#spent[what] += amount;
    if (this.#spent[what] > this.limits[what])
      throw new LimitExceededError(what, this.#spent[what], this.limits[what], 'certification path');
  }
}
