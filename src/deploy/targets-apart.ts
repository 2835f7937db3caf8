import type { Exchange } from './exchange.js';
import type { OnTrial } from './hook-trial.js';
import { Replacement } from './replacement.js';
import type { FileContent } from './target.js';

/** Those of many targets that are replaced one by one, each under its own lock and with its own journal. */
export class TargetsApart implements OnTrial {
  readonly #waiting = new Map<string, Exchange>();
  readonly #contents: FileContent[] = [];
  readonly #onTrial: Replacement[] = [];

  /**
   * @param name what the target is known by
   * @param contents overwritten at the end
   */
  add(name: string, exchange: Exchange, contents: readonly FileContent[]): void {
    this.#waiting.set(name, exchange);
    this.#contents.push(...contents);
  }

  /**
   * Replaces them, in an order that is the same for all runs, since several locks are held at once.
   * @param hasHook whether they are on trial then, until {@link settle}
   * @param onDone told what has changed, or what kept it from changing
   */
  async commit(
    hasHook: boolean,
    signal: AbortSignal,
    onDone: (name: string, outcome: readonly string[] | { readonly error: unknown }) => void,
  ): Promise<void> {
    const byEntry = [...this.#waiting].sort(([, a], [, b]) => (a.entry < b.entry ? -1 : 1));
    for (const [name, exchange] of byEntry) {
      try {
        onDone(name, await this.#replace(exchange, hasHook, signal));
      } catch (error) {
        onDone(name, { error });
      }
    }
  }

  putBack(): boolean {
    return this.#onTrial.map((replacement) => replacement.putBack()).some((isAnythingBack) => isAnythingBack);
  }

  settle(): void {
    for (const replacement of this.#onTrial) replacement.settle();
  }

  release(): void {
    for (const { content } of this.#contents) content.fill(0);
    for (const replacement of this.#onTrial) replacement.release();
  }

  /** @returns the files that have changed since the last hook that succeeded */
  async #replace(exchange: Exchange, hasHook: boolean, signal: AbortSignal): Promise<readonly string[]> {
    const replacement = await Replacement.begin(exchange, signal);
    try {
      const outdated = await replacement.put(hasHook);
      if (hasHook && (outdated.length > 0 || replacement.hookDue)) {
        this.#onTrial.push(replacement);
        return outdated.length > 0 ? outdated : replacement.paths;
      }
      replacement.settle();
      replacement.release();
      return outdated;
    } catch (error) {
      replacement.release();
      throw error;
    }
  }
}
