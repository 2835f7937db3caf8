import { Jks2PemError, LimitExceededError } from '../../errors.js';
import { defaultLimits } from '../../limits.js';
import { BksRecordReader } from '../bks/entry-records.js';
import { readBksHeader } from '../bks/header.js';

/** Detection derives no key, so it accepts any iteration count. */
const limits = { ...defaultLimits, bksIterations: Number.MAX_SAFE_INTEGER };
/** HMAC-SHA-1 behind the entries. */
const macLength = 20;
/** Dates within some 9,000 years of 1970 are smaller in milliseconds; random bytes are once in 2^15 times. */
const farDate = 2 ** 48;

/** Whether the bytes begin like BKS or UBER: a known version and a complete salt of a plausible length. */
export function hasBouncyCastleHeader(bytes: Uint8Array): boolean {
  return entriesOf(bytes) !== undefined;
}

/**
 * Whether bytes with {@link hasBouncyCastleHeader} are BKS; otherwise they are UBER. Both have the same header and versions, but then
 * BKS has entries in the clear, and UBER has ciphertext.
 */
export function looksLikeBks(bytes: Uint8Array): boolean {
  return beginsWithEntry(bytes) || isWhole(bytes);
}

/** Whether the list of entries is complete, with exactly a MAC behind it. */
function isWhole(bytes: Uint8Array): boolean {
  const frame = entriesOf(bytes);
  if (frame === undefined) return false;
  try {
    frame.readAll();
    return frame.reader.left === macLength;
  } catch (error) {
    // All entries are well-formed, but there are too many.
    if (error instanceof LimitExceededError && error.limit === 'entries') return true;
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}

/** Whether the first entry is plausible, for a store that is damaged later or has bytes behind its end. */
function beginsWithEntry(bytes: Uint8Array): boolean {
  const frame = entriesOf(bytes);
  if (frame === undefined) return false;
  try {
    const { type, aliasForm, milliseconds, chainLength } = frame.readStart();
    // The end mark alone proves little: one ciphertext in 256 begins with a zero byte too.
    if (type === 0) return (frame.reader.left + 1) % 16 !== 0;
    return aliasForm !== 'latin1' && Math.abs(milliseconds) < farDate && chainLength <= defaultLimits.chainLength;
  } catch (error) {
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}

function entriesOf(bytes: Uint8Array): BksRecordReader | undefined {
  const frame = new BksRecordReader(bytes, 'store', limits);
  try {
    readBksHeader(frame.reader, 'BKS', limits);
    return frame;
  } catch (error) {
    if (error instanceof Jks2PemError) return undefined;
    throw error;
  }
}
