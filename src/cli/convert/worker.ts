import { parentPort, workerData } from 'node:worker_threads';
import type { Host } from '../host.js';
import { type BatchPlan, convertStore, type StoreOutcome } from './converted-store.js';
import { batchConverter } from './store-conversions.js';
import type { Order, OrderDone } from './worker-pool.js';

export { nodeHost } from '../host.js';

/** What a thread of `convert --jobs` does: it converts what it is sent, and sends the outcomes back. */
export function serve(host: Host): void {
  const plan = workerData as BatchPlan;
  const converter = batchConverter(plan);
  parentPort?.on('message', async ({ first, keystores }: Order) => {
    const outcomes: StoreOutcome[] = [];
    for (const keystore of keystores) {
      outcomes.push(await convertStore(() => host.readFile(keystore), converter, plan));
    }
    const done: OrderDone = { first, outcomes };
    parentPort?.postMessage(done, secretsOf(outcomes));
  });
}

/** Handed over instead of copied, so that no key stays behind here. */
function secretsOf(outcomes: readonly StoreOutcome[]): ArrayBuffer[] {
  const secrets = outcomes.flatMap((outcome) =>
    'failure' in outcome
      ? []
      : [...outcome.files.map(({ content }) => content), ...outcome.keys.map(({ pkcs8 }) => pkcs8)],
  );
  return [...new Set(secrets.map(({ buffer }) => buffer as ArrayBuffer))];
}
