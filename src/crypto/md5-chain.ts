import { hash as nodeHash } from 'node:crypto';
import { concat } from '../bytes/concat.js';

/** MD5(… MD5(MD5(first || suffix) || suffix) … || suffix), `count` times. */
export function iterateMd5With(suffix: Uint8Array, first: Uint8Array, count: number): Uint8Array {
  let value: Uint8Array = first;
  for (let i = 0; i < count; i++) value = nodeHash('md5', concat(value, suffix), 'buffer');
  return value;
}
