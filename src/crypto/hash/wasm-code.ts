import { signed, unsigned, wasmModule } from './wasm-module.js';

/** WebAssembly's instructions on words of one kind, by their opcodes (WebAssembly Core Specification 5.4). */
export interface WordCodes {
  readonly type: number;
  readonly bytes: number;
  constant(value: number): readonly number[];
  readonly load: readonly number[];
  readonly store: readonly number[];
  readonly add: readonly number[];
  readonly and: readonly number[];
  readonly or: readonly number[];
  readonly xor: readonly number[];
  /** By as many bits as a constant before it says; where there is no such instruction, by shifts. */
  readonly rotateLeft?: readonly number[];
  readonly rotateRight?: readonly number[];
  readonly shiftLeft?: readonly number[];
  readonly shiftRight: readonly number[];
}

export const word32: WordCodes = {
  type: 0x7f,
  bytes: 4,
  constant: (value) => [0x41, ...signed(value)],
  load: [0x28],
  store: [0x36],
  add: [0x6a],
  and: [0x71],
  or: [0x72],
  xor: [0x73],
  shiftRight: [0x76],
  rotateLeft: [0x77],
  rotateRight: [0x78],
};

export const word64: WordCodes = {
  type: 0x7e,
  bytes: 8,
  constant: (value) => [0x42, ...signed(value)],
  load: [0x29],
  store: [0x37],
  add: [0x7c],
  and: [0x83],
  or: [0x84],
  xor: [0x85],
  shiftRight: [0x88],
  rotateLeft: [0x89],
  rotateRight: [0x8a],
};

/** Four words of 32 bits side by side, each with the same done to it. */
export const lanes32 = {
  type: 0x7b,
  bytes: 16,
  constant: (value: number) => [
    0xfd,
    0x0c,
    ...[0, 1, 2, 3].flatMap(() => [0, 8, 16, 24].map((bits) => (value >>> bits) & 0xff)),
  ],
  load: [0xfd, 0x00],
  store: [0xfd, 0x0b],
  add: [0xfd, 0xae, 0x01],
  and: [0xfd, 0x4e],
  or: [0xfd, 0x50],
  xor: [0xfd, 0x51],
  shiftLeft: [0xfd, 0xab, 0x01],
  shiftRight: [0xfd, 0xad, 0x01],
} satisfies WordCodes;

const constant32 = word32.constant;
const add32 = word32.add;
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
  /** For words that take two shifts to be rotated. */
  readonly #scratch: number;

  constructor(readonly word: WordCodes) {
    this.#scratch = word.rotateLeft ? 0 : ++this.#words;
  }

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
    this.bytes.push(...this.word.constant(value | 0));
    return this;
  }

  /** Loads the word with this index in memory. */
  load(index: number): this {
    this.bytes.push(...constant32(0));
    return this.loadFrom(index);
  }

  /** Loads the word with this index behind the address on the stack. */
  loadFrom(index: number): this {
    this.bytes.push(...this.word.load, 2, ...unsigned(index * this.word.bytes));
    return this;
  }

  /** Stores what `value` leaves on the stack. */
  store(index: number, value: () => void): this {
    this.bytes.push(...constant32(0));
    value();
    this.bytes.push(...this.word.store, 2, ...unsigned(index * this.word.bytes));
    return this;
  }

  storeAt(pointer: number, index: number, local: number): this {
    this.bytes.push(localGet, pointer, localGet, local, ...this.word.store, 2, ...unsigned(index * this.word.bytes));
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
    const { rotateLeft, shiftLeft = [], shiftRight, or } = this.word;
    if (rotateLeft) {
      this.constant(bits).bytes.push(...rotateLeft);
      return this;
    }
    const scratch = this.#scratch;
    this.bytes.push(localTee, scratch, ...constant32(bits), ...shiftLeft);
    this.bytes.push(localGet, scratch, ...constant32(32 - bits), ...shiftRight, ...or);
    return this;
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
    this.bytes.push(...constant32(first * bytes), localSet, pointer, blockLoop, emptyBlock);
    body();
    this.bytes.push(localGet, pointer, ...constant32(step * bytes), ...add32, localTee, pointer);
    this.bytes.push(...constant32(beyond * bytes), /* i32.ne */ 0x47, branchIf, 0, end);
    return this;
  }

  /** Runs `body` as often as the parameter says. */
  repeat(body: () => void): this {
    this.bytes.push(blockLoop, emptyBlock);
    body();
    this.bytes.push(localGet, 0, ...constant32(-1), ...add32, localTee, 0, branchIf, 0, end);
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

  #operation(operation: Exclude<keyof WordCodes, 'type' | 'bytes' | 'constant'>): this {
    this.bytes.push(...(this.word[operation] ?? []));
    return this;
  }
}
