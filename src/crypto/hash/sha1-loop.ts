import { BigEndianWords } from './big-endian-words.js';
import { layout, sha1Program } from './sha1-program.js';
import { WasmLoop } from './wasm-loop.js';

const digestLength = 20;
const wordLength = 4;
const { schedule } = layout;

let loop: WasmLoop | undefined;

/** Hashes a SHA-1 digest `count` times over: each time one block, which is a digest and always the same padding. */
export function iterateSha1(digest: Uint8Array, count: number): Uint8Array {
  loop ??= new WasmLoop(sha1Program());
  const memory = new BigEndianWords(loop.memory, wordLength);
  const block = new Uint8Array(64);
  block.set(digest);
  block[digestLength] = 0x80;
  // The length of the message: 160 bits.
  block[63] = digestLength * 8;
  memory.write(schedule, block);
  loop.run(count);
  const result = memory.read(schedule, digestLength);
  new Uint8Array(loop.memory).fill(0);
  return result;
}
