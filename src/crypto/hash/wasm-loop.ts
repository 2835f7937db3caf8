import { bytesFromBase64 } from '../../bytes/encoding.js';
import { wasmBinaries } from './wasm-binaries.js';

/** What this file uses of WebAssembly. Neither Node's types nor those of ECMAScript declare it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: WasmExports };
};

/** What each program of ./wasm exports. */
interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Address of the block, or of the blocks, that `iterate` works on. */
  readonly block: { readonly value: number };
  iterate(count: number, digestLength: number): void;
}

/**
 * Iterations in one call. V8 replaces its first, slow translation of a function by the fast one between calls only,
 * so a single call for all iterations would stay slow.
 */
const callLength = 256;

/**
 * The inner loop of a key derivation in WebAssembly, which hashes a digest repeatedly. A call of node:crypto for each iteration takes
 * several times as long as the hash itself: 100,000 iterations of SHA-1 take 25 ms instead of 90 to 150.
 */
export class WasmLoop {
  /** Undefined: not tried yet. False: there is no WebAssembly. */
  static readonly #loops = new Map<keyof typeof wasmBinaries, WasmLoop | false>();

  private constructor(private readonly program: WasmExports) {}

  /**
   * @returns undefined where WebAssembly is missing (`node --jitless`), or where it may not be compiled: the content security policy
   *   of a page, a host of workers, or a limit on address space forbids it
   */
  static of(name: keyof typeof wasmBinaries): WasmLoop | undefined {
    let loop = WasmLoop.#loops.get(name);
    if (loop === undefined) {
      loop = WasmLoop.#load(wasmBinaries[name]) ?? false;
      WasmLoop.#loops.set(name, loop);
    }
    return loop || undefined;
  }

  static #load(base64: string): WasmLoop | undefined {
    if (!('WebAssembly' in globalThis)) return undefined;
    try {
      return new WasmLoop(new WebAssembly.Instance(new WebAssembly.Module(bytesFromBase64(base64))).exports);
    } catch {
      // The program is known to be right, so it is the host that refuses: by CompileError, or by RangeError for memory.
      return undefined;
    }
  }

  /** Replaces `block`, padded as the hash asks for, by what is in it after `count` iterations. */
  iterate(block: Uint8Array, count: number, digestLength: number): void {
    const { memory, block: address, iterate } = this.program;
    const shared = new Uint8Array(memory.buffer, address.value, block.length);
    shared.set(block);
    for (let left = count; left > 0; left -= callLength) iterate(Math.min(left, callLength), digestLength);
    block.set(shared);
    shared.fill(0);
  }
}
