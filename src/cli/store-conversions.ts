import type { BatchPlan, StoreOutcome } from './converted-store.js';
import { convertStore } from './converted-store.js';
import type { Host } from './host.js';
import { StoreConverter } from './store-converter.js';

/** Told what became of a keystore, by its place in the list. */
export type Receive = (index: number, outcome: StoreOutcome) => Promise<void>;

/** Keystores between two looks at what else has happened: a signal, or a file that is on the disk now. */
const storesAtOnce = 8;

/** Converts keystores in this thread. */
export async function convertHere(
  keystores: readonly string[],
  plan: BatchPlan,
  host: Host,
  signal: AbortSignal,
  receive: Receive,
): Promise<void> {
  const converter = new StoreConverter(plan);
  for (const [index, keystore] of keystores.entries()) {
    if (index % storesAtOnce === 0) await otherEvents(signal);
    await receive(index, await convertStore(() => host.readFile(keystore), converter, plan));
  }
}

function otherEvents(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => (signal.aborted ? reject(signal.reason) : resolve()));
  });
}
