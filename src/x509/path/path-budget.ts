import { LimitExceededError } from '../../errors.js';
import type { Limits } from '../../limits.js';

type Budgeted = 'pathSignatures' | 'pathNodes' | 'nameComparisons';

/** How much work one search may do. Certificates come from strangers, and a set of them can be made to cost years. */
export class PathBudget {
  readonly #spent: Record<Budgeted, number> = { pathSignatures: 0, pathNodes: 0, nameComparisons: 0 };

  constructor(readonly limits: Limits) {}

  /** Whether this much is left. */
  has(what: Budgeted, amount: number): boolean {
    return this.#spent[what] + amount <= this.limits[what];
  }

  /** @throws {LimitExceededError} if more is spent than the limit allows */
  spend(what: Budgeted, amount = 1): void {
    this.#spent[what] += amount;
    if (this.#spent[what] > this.limits[what])
      throw new LimitExceededError(what, this.#spent[what], this.limits[what], 'certification path');
  }
}
