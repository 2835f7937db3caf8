import { signed, unsigned, wasmModule } from './wasm-module.js';

/** A WebAssembly instruction on 32-bit and on 64-bit words, by its opcode (WebAssembly Core Specification 5.4). */
export interface WordCodes {
  readonly type: number;
  readonly bytes: number;
  readonly const: number;
  readonly load: number;
  readonly store: number;
  readonly add: number;
  readonly and: number;
  readonly or: number;
  readonly xor: number;
  readonly shiftRight: number;
  readonly rotateLeft: number;
  readonly rotateRight: number;
}

export const word32: WordCodes = {
  type: 0x7f,
  bytes: 4,
  const: 0x41,
  load: 0x28,
  store: 0x36,
  add: 0x6a,
  and: 0x71,
  or: 0x72,
  xor: 0x73,
  shiftRight: 0x76,
  rotateLeft: 0x77,
  rotateRight: 0x78,
};

export const word64: WordCodes = {
  type: 0x7e,
  bytes: 8,
  const: 0x42,
  load: 0x29,
  store: 0x37,
  add: 0x7c,
  and: 0x83,
  or: 0x84,
  xor: 0x85,
  shiftRight: 0x88,
  rotateLeft: 0x89,
  rotateRight: 0x8a,
};

const localGet = 0x20;
const localSet = 0x21;
const localTee = 0x22;
const blockLoop = 0x03;
const branchIf = 0x0d;
const end = 0x0b;
const emptyBlock = 0x40;

/**
 * Writes the body of a function that works on words of one length, instruction by instruction. Locals are numbered from 1 on;
 * 0 is the parameter, how often the whole body is to be run, and locals at the end (`pointers`) are 32 bits whatever the words are.
 */
export class WasmCode {
  readonly bytes: number[] = [];
  #words = 0;
  #pointers = 0;

  constructor(readonly word: WordCodes) {}

  /** Numbers for `count` locals that hold words. */
  locals(count: number): number[] {
    if (this.#pointers > 0) throw new RangeError('words come before pointers');
    return Array.from({ length: count }, () => ++this.#words);
  }

  pointer(): number {
    return this.#words + ++this.#pointers;
  }

  get(local: number): this {
    this.bytes.push(localGet, local);
    return this;
  }

  set(local: number): this {
    this.bytes.push(localSet, local);
    return this;
  }

  constant(value: number): this {
    this.bytes.push(this.word.const, ...signed(value | 0));
    return this;
  }

  /** Loads the word with this index in memory. */
  load(index: number): this {
    this.bytes.push(word32.const, 0);
    return this.loadFrom(index);
  }

  /** Loads the word with this index behind the address on the stack. */
  loadFrom(index: number): this {
    this.bytes.push(this.word.load, 2, ...unsigned(index * this.word.bytes));
    return this;
  }

  /** Stores what `value` leaves on the stack. */
  store(index: number, value: () => void): this {
    this.bytes.push(word32.const, 0);
    value();
    this.bytes.push(this.word.store, 2, ...unsigned(index * this.word.bytes));
    return this;
  }

  storeAt(pointer: number, index: number, local: number): this {
    this.bytes.push(localGet, pointer, localGet, local, this.word.store, 2, ...unsigned(index * this.word.bytes));
    return this;
  }

  add(): this {
    return this.#operation('add');
  }

  and(): this {
    return this.#operation('and');
  }

  or(): this {
    return this.#operation('or');
  }

  xor(): this {
    return this.#operation('xor');
  }

  rotateLeft(bits: number): this {
    return this.constant(bits).#operation('rotateLeft');
  }

  /** The exclusive or of a local rotated right by each of `rotations`, and shifted right by `shift`. */
  mix(local: number, rotations: readonly number[], shift?: number): this {
    rotations.forEach((bits, i) => {
      this.get(local).constant(bits).#operation('rotateRight');
      if (i > 0) this.xor();
    });
    if (shift !== undefined) this.get(local).constant(shift).#operation('shiftRight').xor();
    return this;
  }

  /** Runs `body` with a pointer that goes from the word `first` to the word `beyond` in steps of `step` words. */
  loop(pointer: number, first: number, beyond: number, step: number, body: () => void): this {
    const { bytes } = this.word;
    this.bytes.push(word32.const, ...signed(first * bytes), localSet, pointer, blockLoop, emptyBlock);
    body();
    this.bytes.push(localGet, pointer, word32.const, ...signed(step * bytes), word32.add, localTee, pointer);
    this.bytes.push(word32.const, ...signed(beyond * bytes), /* i32.ne */ 0x47, branchIf, 0, end);
    return this;
  }

  /** Runs `body` as often as the parameter says. */
  repeat(body: () => void): this {
    this.bytes.push(blockLoop, emptyBlock);
    body();
    this.bytes.push(localGet, 0, word32.const, ...signed(-1), word32.add, localTee, 0, branchIf, 0, end);
    return this;
  }

  /** A module with this function, `run`, and one page of memory, `memory`. */
  module(): Uint8Array {
    return wasmModule({
      parameters: 1,
      locals: [
        [this.#words, this.word.type],
        [this.#pointers, word32.type],
      ],
      code: this.bytes,
      pages: 1,
    });
  }

  #operation(operation: Exclude<keyof WordCodes, 'type' | 'bytes'>): this {
    this.bytes.push(this.word[operation]);
    return this;
  }
}
