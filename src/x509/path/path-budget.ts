import { LimitExceededError } from '../../errors.js';
import type { Limits } from '../../limits.js';

type Budgeted = 'pathSignatures' | 'pathNodes' | 'nameComparisons';

/** Returns the result of `read`, or undefined if it exceeds the budget. For explanations, which must not throw. */
export function ifAffordable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof LimitExceededError) return undefined;
    throw error;
  }
}

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
   * @throws {LimitExceededError} if less than this amount is left. The budget stays unchanged.
   */
  spend(what: Budgeted, amount = 1): void {
    const spent = this.#spent[what] + amount;
    if (spent > this.limits[what]) throw new LimitExceededError(what, spent, this.limits[what], 'certification path');
    this.#spent[what] = spent;
  }
}
