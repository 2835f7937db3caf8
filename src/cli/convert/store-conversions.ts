import { CertificatePool } from '../../x509/path/certificate-pool.js';
import type { Host } from '../host.js';
import { type BatchPlan, convertStore, type StoreOutcome } from './converted-store.js';
import { StoreConverter } from './store-converter.js';
import type { Order, StoreThreads } from './worker-pool.js';

/** Told what became of a keystore, by its place in the list. */
export type Receive = (index: number, outcome: StoreOutcome) => Promise<void>;

/** Keystores between two looks at what else has happened: a signal, a thread that is done, a file that is on the disk now. */
const storesAtOnce = 8;

/**
 * Converts keystores, in this thread and, with several jobs, in others. Outcomes are received one at a time, and not in order.
 * @param jobs threads, this one included
 */
export async function convertStores(
  keystores: readonly string[],
  plan: BatchPlan,
  jobs: number,
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
  receive: Receive,
): Promise<void> {
  const orders = new OrderBook(keystores, jobs);
  const nextOrder = () => orders.next();
  let threads: StoreThreads | undefined;
  if (jobs > 1) {
    const { StoreThreads } = await import('./worker-pool.js');
    threads = new StoreThreads(jobs - 1, host.storeThread(), plan, nextOrder);
  }
  try {
    const converter = batchConverter(plan);
    for (;;) {
      await otherEvents(signal);
      for (let done = threads?.take(); done; done = threads?.take())
        for (const [i, outcome] of done.outcomes.entries()) await receive(done.first + i, outcome);
      const order = nextOrder();
      if (order) {
        for (const [i, keystore] of order.keystores.entries())
          await receive(order.first + i, await convertStore(() => host.readFile(keystore), converter, plan));
      } else if (threads?.isBusy) await threads.arrival(signal);
      else break;
    }
  } finally {
    threads?.end();
  }
}

/** What converts many keystores: it remembers what they have in common. */
export function batchConverter(plan: BatchPlan): StoreConverter {
  return new StoreConverter(plan, { pool: new CertificatePool() });
}

/** Gives out keystores in pieces, smaller ones at the end, so that all threads are done at about the same time. */
class OrderBook {
  #next = 0;

  constructor(
    private readonly keystores: readonly string[],
    private readonly jobs: number,
  ) {}

  next(): Order | undefined {
    const first = this.#next;
    const left = this.keystores.length - first;
    if (left === 0) return undefined;
    this.#next += Math.min(storesAtOnce, Math.ceil(left / (2 * this.jobs)));
    return { first, keystores: this.keystores.slice(first, this.#next) };
  }
}

function otherEvents(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => (signal.aborted ? reject(signal.reason) : resolve()));
  });
}
