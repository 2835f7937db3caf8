import { join, joinInto } from '../../bytes/concat.js';
import { wipe } from '../../bytes/wipe.js';
import { hashOnce } from '../platform.js';
import { digest } from './digest.js';
import { WasmProgram } from './wasm-program.js';

/**
 * Minimum number of iterations for a WebAssembly loop. Fewer calls of {@link hashOnce} take less time than compiling the loop.
 */
const worthALoop = 500;

/** The hashes for which ./wasm has a loop, with their block lengths in bytes (FIPS 180-4, figure 1). */
const loops: ReadonlyMap<string, { program: 'sha1' | 'sha256' | 'sha512'; blockLength: number }> = new Map([
  ['sha1', { program: 'sha1', blockLength: 64 }],
  ['sha224', { program: 'sha256', blockLength: 64 }],
  ['sha256', { program: 'sha256', blockLength: 64 }],
  ['sha384', { program: 'sha512', blockLength: 128 }],
  ['sha512', { program: 'sha512', blockLength: 128 }],
]);

/**
 * Hashes a digest `count` times. This is the inner loop of PBKDF1 (RFC 8018 5.1) and of PKCS#12's key derivation (RFC 7292 B.2).
 * @param algorithm OpenSSL's name of the hash
 * @param first a digest of this hash
 */
export function iterateDigest(algorithm: string, first: Uint8Array, count: number): Uint8Array {
  const known = count >= worthALoop ? loops.get(algorithm) : undefined;
  const loop = known && WasmProgram.of(known.program);
  if (known && loop) {
    const block = paddedBlock(known.blockLength, 'big-endian', first);
    loop.iterate(block, count, first.length);
    const result = block.slice(0, first.length);
    wipe(block);
    return result;
  }
  let value = first;
  for (let i = 0; i < count; i++) {
    const next = hashOnce(algorithm, value, 'buffer');
    // Intermediate values are overwritten, because the result can be computed from them.
    if (value !== first) wipe(value);
    value = next;
  }
  return value;
}

const md5Length = 16;
const md5BlockLength = 64;
/** Maximum length in bytes of a suffix that fits in one block, together with a digest, one octet of padding, and eight octets of length. */
export const longestMd5Suffix = md5BlockLength - md5Length - 9;

/** Computes MD5(… MD5(MD5(start || suffix) || suffix) … || suffix) for two values of `start`, with `count` computations of MD5 for each. */
export function iterateMd5With(
  starts: readonly [Uint8Array, Uint8Array],
  suffix: Uint8Array,
  count: number,
): [Uint8Array, Uint8Array] {
  const md5 = (start: Uint8Array): Uint8Array => digest('md5', start, suffix);
  let pair: [Uint8Array, Uint8Array] = [md5(starts[0]), md5(starts[1])];
  const loop = count >= worthALoop && suffix.length <= longestMd5Suffix ? WasmProgram.of('md5') : undefined;
  if (loop) {
    const padded = pair.map((value) => paddedBlock(md5BlockLength, 'little-endian', value, suffix));
    const blocks = join(padded);
    loop.iterate(blocks, count - 1, md5Length);
    wipe(...pair);
    pair = [blocks.slice(0, md5Length), blocks.slice(md5BlockLength, md5BlockLength + md5Length)];
    wipe(blocks, ...padded);
    return pair;
  }
  for (let i = 1; i < count; i++) {
    const next: [Uint8Array, Uint8Array] = [md5(pair[0]), md5(pair[1])];
    wipe(...pair);
    pair = next;
  }
  return pair;
}

/** Pads a message that fits in one block: FIPS 180-4 5.1, RFC 1321 3.1 and 3.2. */
function paddedBlock(
  blockLength: number,
  order: 'big-endian' | 'little-endian',
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const block = joinInto(new Uint8Array(blockLength), parts);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  block[length] = 0x80;
  const bits = length * 8;
  const view = new DataView(block.buffer);
  // The field for the length has 8 or 16 octets. The length in bits is less than 2^16, so at most two of them are not zero.
  if (order === 'big-endian') view.setUint16(blockLength - 2, bits);
  else view.setUint16(blockLength - 8, bits, true);
  return block;
}
