import { Jks2PemError } from '../../src/errors.js';
import type { KeyStore } from '../../src/keystore/types.js';

/** How often which end came of reading: the code of an error, or type and integrity of what was accepted. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** Does something, and counts how it ended. */
  async outcome(read: () => Promise<KeyStore>): Promise<KeyStore> {
    try {
      const store = await read();
      this.#count(`accepted as ${store.type}, ${store.integrity}`);
      return store;
    } catch (error) {
      this.#count(error instanceof Jks2PemError ? error.code : 'an error that is not ours');
      throw error;
    }
  }

  #count(end: string): void {
    this.#counts.set(end, (this.#counts.get(end) ?? 0) + 1);
  }

  /** A line for each end, the most frequent first. */
  lines(): string[] {
    return [...this.#counts]
      .sort(([, a], [, b]) => b - a)
      .map(([end, count]) => `  ${String(count).padStart(9)}  ${end}`);
  }
}
