/** What is used of WebAssembly, which neither TypeScript's library without a browser nor Node's types declare. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; run(count: number): void };
  };
};

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
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program));
    this.memory = exports.memory.buffer;
    this.#run = exports.run;
  }

  run(count: number): void {
    for (let left = count; left > 0; left -= callLength) this.#run(Math.min(left, callLength));
  }
}
