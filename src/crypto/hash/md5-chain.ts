import { hash as nodeHash } from 'node:crypto';
import { concat } from '../../bytes/concat.js';
import { provided } from '../openssl.js';
import { iterateMd5Pair, longestSuffix } from './md5-loop.js';
import { hasWebAssembly } from './wasm-module.js';

/** MD5(… MD5(MD5(start || suffix) || suffix) … || suffix), `count` times, for two starts. */
export function iterateMd5With(
  starts: readonly [Uint8Array, Uint8Array],
  suffix: Uint8Array,
  count: number,
): [Uint8Array, Uint8Array] {
  const md5 = (start: Uint8Array): Uint8Array =>
    provided('md5', () => nodeHash('md5', concat(start, suffix), 'buffer'));
  let pair: [Uint8Array, Uint8Array] = [md5(starts[0]), md5(starts[1])];
  if (suffix.length <= longestSuffix && hasWebAssembly) return iterateMd5Pair(pair, suffix, count - 1);
  for (let i = 1; i < count; i++) pair = [md5(pair[0]), md5(pair[1])];
  return pair;
}
