import { bytesFromBase64 } from '../../bytes/encoding.js';
import { wasmBinaries } from './wasm-binaries.js';

/** The part of WebAssembly that this file uses. Neither Node's types nor those of ECMAScript declare it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: WasmExports };
};

/** The exports of each program in ./wasm. */
interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Address of the block, or in md5 of the two blocks, that `iterate` hashes. */
  readonly block: { readonly value: number };
  iterate(count: number, digestLength: number): void;
}

/**
 * Maximum number of iterations in one call. V8 first compiles a function to slow code, and uses the optimized code only from the next call
 * on. A single call with all iterations would stay slow.
 */
const callLength = 256;

/**
 * The inner loop of a key derivation in WebAssembly, which hashes a digest repeatedly. 100,000 iterations of SHA-1 take 25 ms, including the
 * compilation. With node:crypto they take 90 to 150 ms, because the call for each iteration takes several times as long as the hash.
 */
export class WasmProgram {
  /** The loaded programs. No entry: not tried yet. False: it could not be loaded. */
  static readonly #loops = new Map<keyof typeof wasmBinaries, WasmProgram | false>();

  private constructor(private readonly program: WasmExports) {}

  /**
   * Loads a program at its first use.
   * @returns undefined if WebAssembly is missing (`node --jitless`), or if the program cannot be compiled: a content security policy or a
   * serverless platform can forbid it, and the address space can be limited
   */
  static of(name: keyof typeof wasmBinaries): WasmProgram | undefined {
    let loop = WasmProgram.#loops.get(name);
    if (loop === undefined) {
      loop = WasmProgram.#load(wasmBinaries[name]) ?? false;
      WasmProgram.#loops.set(name, loop);
    }
    return loop || undefined;
  }

  static #load(base64: string): WasmProgram | undefined {
    try {
      return new WasmProgram(new WebAssembly.Instance(new WebAssembly.Module(bytesFromBase64(base64))).exports);
    } catch {
      // The program is valid, so only the host can have rejected it: with ReferenceError if WebAssembly is missing, with CompileError, or
      // with RangeError for lack of memory.
      return undefined;
    }
  }

  /** Hashes the padded `block` `count` times, and replaces the digest at its beginning by the result. In md5, `block` is two blocks. */
  iterate(block: Uint8Array, count: number, digestLength: number): void {
    const { memory, block: address, iterate } = this.program;
    const shared = new Uint8Array(memory.buffer, address.value, block.length);
    shared.set(block);
    for (let left = count; left > 0; left -= callLength) iterate(Math.min(left, callLength), digestLength);
    block.set(shared);
    shared.fill(0);
  }
}
