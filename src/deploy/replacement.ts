import type { Exchange } from './exchange.js';
import { Journal } from './journal.js';
import { Lock } from './lock.js';

/** One target under its lock: what a killed run left is cleared, the new thing put in place, and taken back if need be. */
export class Replacement {
  readonly #journal: Journal;
  /** Whether an earlier run has put something in place whose hook has not ended. */
  readonly hookDue: boolean;

  private constructor(
    private readonly exchange: Exchange,
    private readonly lock: Lock,
  ) {
    this.#journal = new Journal(exchange);
    this.hookDue = this.#journal.recover();
    exchange.tidy(this.#journal.oldLink);
  }

  /** @throws {OutputError} if another run does not end */
  static async begin(exchange: Exchange, signal?: AbortSignal): Promise<Replacement> {
    exchange.prepare();
    const lock = await Lock.acquire(exchange.work, signal, exchange.neighbour);
    try {
      return new Replacement(exchange, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get paths(): readonly string[] {
    return this.exchange.paths;
  }

  /**
   * Puts the new thing in place, if there is something to change.
   * @param keepOld whether a hook is to come, after which the old thing may be wanted again
   * @returns the files that change
   * @throws {OutputError} if it cannot be done; everything is then as it was
   */
  async put(keepOld: boolean): Promise<readonly string[]> {
    const outdated = await this.exchange.outdated();
    if (outdated.length === 0) return outdated;
    try {
      this.exchange.requireReplaceable();
      this.#journal.clear();
      await this.exchange.stage(this.#journal.newPath);
      if (keepOld) await this.#journal.keepOld();
      this.#journal.exchangeNow();
    } catch (error) {
      this.settle();
      throw error;
    }
    return outdated;
  }

  /**
   * Undoes {@link put}.
   * @returns whether something is in place again
   */
  putBack(): boolean {
    return this.#journal.putBack();
  }

  /** Forgets what was before: it is not wanted any more. */
  settle(): void {
    this.#journal.clear();
    this.exchange.tidy(undefined);
  }

  /** Ends the work. What is not settled is for the next run to see. */
  release(): void {
    this.lock.release();
  }
}
