import { instantiate } from './wasm-module.js';

/**
 * Iterations in one call. V8 exchanges its first, slow translation of a function for the good one between calls only,
 * so a single call for all of them would never become fast.
 */
const callLength = 256;

/** A function made by `WasmCode` with the memory that it works on. */
export class WasmLoop {
  readonly memory: ArrayBuffer;
  readonly #run: (count: number) => void;

  constructor(program: Uint8Array) {
    const { memory, run } = instantiate(program);
    this.memory = memory.buffer;
    this.#run = run;
  }

  run(count: number): void {
    for (let left = count; left > 0; left -= callLength) this.#run(Math.min(left, callLength));
  }
}
