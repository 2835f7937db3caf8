import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { BatchPlan, StoreOutcome } from './converted-store.js';

/** Keystores that a thread is to convert. */
export interface Order {
  /** Place of the first one in the list of all. */
  readonly first: number;
  readonly keystores: readonly string[];
}

/** What became of them. */
export interface OrderDone {
  readonly first: number;
  readonly outcomes: readonly StoreOutcome[];
}

/** Orders that a thread has at a time, so that it need not wait for the next one. */
const ordersAhead = 2;

/** Other threads that convert keystores. What they send is taken one by one, whenever there is time. */
export class StoreThreads {
  readonly #threads: Worker[] = [];
  readonly #done: OrderDone[] = [];
  #pending = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  /**
   * @param file the code of a thread: `store-thread`
   * @param nextOrder undefined once there is nothing left to do
   */
  constructor(
    count: number,
    file: string,
    plan: BatchPlan,
    private readonly nextOrder: () => Order | undefined,
  ) {
    for (let i = 0; i < count; i++) {
      const thread = new Worker(file, { workerData: plan, env: SHARE_ENV });
      this.#threads.push(thread);
      thread.on('message', (done: OrderDone) => {
        this.#pending--;
        this.#done.push(done);
        this.#send(thread);
        this.#wake?.();
      });
      thread.on('error', (error) => {
        this.#failure ??= { error };
        this.#wake?.();
      });
      for (let order = 0; order < ordersAhead; order++) this.#send(thread);
    }
  }

  /**
   * What has been done and not taken yet; undefined if that is nothing at the moment.
   * @throws whatever a thread has come to grief by
   */
  take(): OrderDone | undefined {
    if (this.#failure) throw this.#failure.error;
    return this.#done.shift();
  }

  /** Whether anything is still to be expected. */
  get isBusy(): boolean {
    return this.#pending > 0;
  }

  /** Resolves when there is something to take, or the signal says that it is not wanted any more. */
  async arrival(signal: AbortSignal): Promise<void> {
    if (this.#done.length > 0 || this.#failure) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      signal.addEventListener('abort', () => resolve());
    });
  }

  end(): void {
    for (const thread of this.#threads) void thread.terminate();
  }

  #send(thread: Worker): void {
    const order = this.nextOrder();
    if (order === undefined) return;
    this.#pending++;
    thread.postMessage(order);
  }
}
