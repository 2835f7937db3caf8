import { Worker } from 'node:worker_threads';

/** Milliseconds after which an input is taken never to end. */
const longest = 60_000;

const program = `
  const { workerData: { shared, longest } } = require('node:worker_threads');
  const current = new Int32Array(shared);
  let seen = -1;
  setInterval(() => {
    const seed = Atomics.load(current, 0);
    if (seed === seen) { require('node:fs').writeSync(2, 'seed ' + seed + ' does not end\\n'); process.kill(process.pid, 'SIGKILL'); }
    seen = seed;
  }, longest);
`;

/** Prints the seed and ends the process if one input takes too long: an endless loop cannot do it itself. */
export class Watchdog {
  readonly #current = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  constructor() {
    this.#worker = new Worker(program, { eval: true, workerData: { shared: this.#current.buffer, longest } });
    this.#worker.unref();
  }

  watch(seed: number): void {
    Atomics.store(this.#current, 0, seed);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
