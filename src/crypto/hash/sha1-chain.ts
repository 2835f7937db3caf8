import { layout, sha1Program } from './sha1-program.js';
import { WasmLoop } from './wasm-loop.js';

const digestLength = 20;

/** The longest prefix with which a digest still fits into one block, beside padding and length. */
export const longestPrefix = 64 - digestLength - 9;

let loop: WasmLoop | undefined;

/**
 * Calls back with SHA1(prefix || start), SHA1(prefix || that), and so on, `count` times.
 * @param prefix at most {@link longestPrefix} bytes
 * @param onDigest is given the same array each time
 */
export function chainSha1(
  prefix: Uint8Array,
  start: Uint8Array,
  count: number,
  onDigest: (digest: Uint8Array, index: number) => void,
): void {
  loop ??= new WasmLoop(sha1Program());
  const words = new Uint32Array(loop.memory, layout.schedule, 80);
  const block = new Uint8Array(64);
  const view = new DataView(block.buffer);
  block.set(prefix);
  const end = prefix.length + digestLength;
  block[end] = 0x80;
  view.setUint32(60, end * 8);
  const digest = Uint8Array.from(start);
  const digestView = new DataView(digest.buffer);
  for (let index = 0; index < count; index++) {
    block.set(digest, prefix.length);
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(4 * i);
    loop.run(1);
    for (let i = 0; i < 5; i++) digestView.setUint32(4 * i, words[i] as number);
    onDigest(digest, index);
  }
  for (const secret of [words, block, digest]) secret.fill(0);
}
