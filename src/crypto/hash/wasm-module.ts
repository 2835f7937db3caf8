/*
 * The binary form of a WebAssembly module (WebAssembly Core Specification 5) with one function and a memory: all that is
 * needed here of what an assembler does.
 */

const i32 = 0x7f;
const endOfFunction = 0x0b;

/** What is used of WebAssembly, which neither TypeScript's library without a browser nor Node's types declare. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: WasmInstance };
};

/** What {@link wasmModule} exports. */
export interface WasmInstance {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly run: (...parameters: number[]) => void;
}

/** `node --jitless`, which is for systems where no program may make code, is without. */
export const hasWebAssembly = 'WebAssembly' in globalThis;

/** Whether WebAssembly, if there is one, knows all that the module asks for. */
export function isRunnable(module: Uint8Array): boolean {
  return hasWebAssembly && WebAssembly.validate(module);
}

export function instantiate(module: Uint8Array): WasmInstance {
  return new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
}

/** What is special of a module. */
export interface WasmModuleShape {
  /** How many the function takes, all of them 32 bits. */
  readonly parameters: number;
  /** How many locals of which type it has besides. */
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly code: readonly number[];
  /** Of memory, of 64 KiB each. */
  readonly pages: number;
}

/** A module with a function without a result, `run`, and its memory, `memory`. */
export function wasmModule({ parameters, locals, code, pages }: WasmModuleShape): Uint8Array {
  const body = [...unsigned(locals.length), ...locals.flat(), ...code, endOfFunction];
  const type = [0x60, ...counted(new Array<number>(parameters).fill(i32)), 0];
  return Uint8Array.from([
    // "\0asm", version 1.
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    // One type; one function, of that type; one memory.
    ...section(1, [1, ...type]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('run'), 0, 0]),
    ...section(10, [1, ...counted(body)]),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...counted(content)];
}

function name(text: string): number[] {
  return counted([...text].map((character) => character.charCodeAt(0)));
}

function counted(content: readonly number[]): number[] {
  return [...unsigned(content.length), ...content];
}

/** LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) return [...bytes, left];
    bytes.push((left & 0x7f) | 0x80);
  }
}

/** LEB128 in two's complement: the last octet's bit 6 is the sign. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7) {
    if (left >= -0x40 && left < 0x40) return [...bytes, left & 0x7f];
    bytes.push((left & 0x7f) | 0x80);
  }
}
