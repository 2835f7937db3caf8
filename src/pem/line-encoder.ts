import { instantiate, isRunnable } from '../crypto/hash/wasm-module.js';
import { base64Program } from './base64-program.js';
import { charactersOfLine, lengthOfLine, lineFeed, octetsOfLine } from './line.js';

const pageLength = 2 ** 16;
/** What is encoded at once, in octets: enough that a call costs nothing against it, little enough to stay in the cache. */
export const octetsAtOnce = 512 * octetsOfLine;

/** Encodes base64 in lines (RFC 7468 2) within one piece of memory of 64 KiB. */
export interface LineEncoder {
  readonly memory: Uint8Array;
  /**
   * Encodes what stands at the beginning of the memory, and writes it to `target` as whole lines with their LF. Characters
   * beyond those of the octets mean nothing.
   */
  encode(octets: number, target: number): void;
}

/** By Node's own base64: ready at once. */
export class PlainLineEncoder implements LineEncoder {
  readonly memory = Buffer.alloc(pageLength);

  encode(octets: number, target: number): void {
    const { memory } = this;
    const lines = Math.ceil(octets / octetsOfLine);
    // As far behind their places as there are LFs to come: so every line is moved down, and never onto one that waits.
    let from = target + lines;
    memory.write(memory.toString('base64', 0, octets), from, 'latin1');
    for (let at = target; at < target + lines * lengthOfLine; at += lengthOfLine) {
      memory.copyWithin(at, from, from + charactersOfLine);
      memory[at + charactersOfLine] = lineFeed;
      from += charactersOfLine;
    }
  }
}

/** By vectors, more than twice as fast; making it takes as long as hundreds of lines. */
export class VectorLineEncoder implements LineEncoder {
  readonly memory: Uint8Array;
  readonly #run: (from: number, end: number, to: number) => void;

  private constructor(program: Uint8Array) {
    const { memory, run } = instantiate(program);
    this.memory = new Uint8Array(memory.buffer);
    this.#run = run;
  }

  /** Undefined where WebAssembly is switched off, or the processor is one that V8 has no vectors for. */
  static make(): VectorLineEncoder | undefined {
    const program = base64Program();
    return isRunnable(program) ? new VectorLineEncoder(program) : undefined;
  }

  encode(octets: number, target: number): void {
    if (octets > 0) this.#run(0, octets, target);
  }
}
