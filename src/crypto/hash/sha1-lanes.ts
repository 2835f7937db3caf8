import { sha1LanesProgram } from './sha1-program.js';
import { WasmLoop } from './wasm-loop.js';
import { isRunnable } from './wasm-module.js';

const digestWords = 5;
const blockWords = 16;
/** The length of the message, a digest, in bits. */
const messageBits = digestWords * 32;

/** How many digests go side by side. */
export const laneCount = 4;

let loop: WasmLoop | undefined | 'missing';

/**
 * Hashes up to four SHA-1 digests `count` times over each, side by side: it takes not twice as long as one.
 * @returns undefined where the processor, or this Node, has no vectors
 */
export function iterateSha1Lanes(digests: readonly Uint8Array[], count: number): Uint8Array[] | undefined {
  loop ??= makeLoop();
  if (loop === 'missing') return undefined;
  // Word by word, the four lanes of each: little-endian, as WebAssembly's memory is everywhere.
  const memory = new DataView(loop.memory);
  const place = (word: number, lane: number) => (word * laneCount + lane) * 4;
  for (const [lane, digest] of digests.entries()) {
    const view = new DataView(digest.buffer, digest.byteOffset);
    for (let word = 0; word < digestWords; word++) memory.setUint32(place(word, lane), view.getUint32(4 * word), true);
    memory.setUint32(place(digestWords, lane), 0x8000_0000, true);
    memory.setUint32(place(blockWords - 1, lane), messageBits, true);
  }
  loop.run(count);
  const results = digests.map((_, lane) => {
    const result = new Uint8Array(4 * digestWords);
    const view = new DataView(result.buffer);
    for (let word = 0; word < digestWords; word++) view.setUint32(4 * word, memory.getUint32(place(word, lane), true));
    return result;
  });
  new Uint8Array(loop.memory).fill(0);
  return results;
}

function makeLoop(): WasmLoop | 'missing' {
  const program = sha1LanesProgram();
  return isRunnable(program) ? new WasmLoop(program) : 'missing';
}
