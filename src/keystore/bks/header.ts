import type { ByteReader } from '../../bytes/byte-reader.js';
import { StoreUnsupportedError } from '../../errors.js';
import { type Limits, requireWithin } from '../../limits.js';

/** The header, which BKS and UBER have in common. */
export interface BksHeader {
  readonly version: number;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** The newest version. BcKeyStoreSpi reads versions 0 to 2. It writes 2 for BKS, and 1 for BKS-V1 and UBER. */
const newestVersion = 2;

/**
 * Reads version, salt and iteration count (BcKeyStoreSpi.engineLoad).
 * @throws {StoreUnsupportedError} for a version later than 2
 * @throws {LimitExceededError} if the salt or the iteration count exceeds its limit
 */
export function readBksHeader(reader: ByteReader, type: 'BKS' | 'UBER', limits: Limits): BksHeader {
  const version = reader.u32('version');
  if (version > newestVersion)
    throw new StoreUnsupportedError(`${type} version ${version} is not supported; versions 0 to 2 are`);
  const salt = readBksSalt(reader, type, limits);
  return { version, salt, iterations: readBksIterations(reader, type, limits) };
}

/** Reads a salt of at least one byte, preceded by its length. */
export function readBksSalt(reader: ByteReader, where: string, limits: Limits): Uint8Array {
  const at = reader.offset;
  const length = reader.count('salt length');
  if (length === 0) throw reader.malformed('salt length: 0', at);
  requireWithin(limits, 'saltBytes', length, where);
  return reader.take(length, 'salt');
}

/** Reads an iteration count of at least one. `type` selects the limit. */
export function readBksIterations(
  reader: ByteReader,
  type: 'BKS' | 'UBER',
  limits: Limits,
  where: string = type,
): number {
  const at = reader.offset;
  const iterations = reader.count('iteration count');
  if (iterations === 0) throw reader.malformed('iteration count: 0', at);
  requireWithin(limits, type === 'BKS' ? 'bksIterations' : 'uberIterations', iterations, where);
  return iterations;
}
