import { layout, md5Program } from './md5-program.js';
import { WasmLoop } from './wasm-loop.js';

const { firstDigest, secondDigest, common } = layout;
/** Longest suffix that leaves room in the block for a digest and the padding. */
export const longestSuffix = 64 - 16 - 9;

let loop: WasmLoop | undefined;

/**
 * Two chains at once of MD5(previous digest || suffix), `count` rounds each. A round of MD5 is a line of steps of which each waits for
 * the one before, so that the second chain costs next to nothing.
 * @param suffix at most {@link longestSuffix} bytes
 */
export function iterateMd5Pair(
  digests: readonly [Uint8Array, Uint8Array],
  suffix: Uint8Array,
  count: number,
): [Uint8Array, Uint8Array] {
  loop ??= new WasmLoop(md5Program());
  // MD5 counts its bytes as WebAssembly does, from the least significant one.
  const memory = new Uint8Array(loop.memory);
  memory.set(digests[0], firstDigest * 4);
  memory.set(digests[1], secondDigest * 4);
  memory.set(suffix, common * 4);
  memory[common * 4 + suffix.length] = 0x80;
  const bits = (16 + suffix.length) * 8;
  memory.set([bits & 0xff, bits >> 8], (common + 10) * 4);
  loop.run(count);
  const results: [Uint8Array, Uint8Array] = [memory.slice(0, 16), memory.slice(16, 32)];
  memory.fill(0);
  return results;
}
