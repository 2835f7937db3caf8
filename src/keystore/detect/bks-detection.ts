import { Jks2PemError, LimitExceededError } from '../../errors.js';
import { defaultLimits } from '../../limits.js';
import { readBksHeader } from '../bks/header.js';
import { BksRecordReader } from '../bks/record-reader.js';

/** Detection derives no key, so any iteration count is acceptable. */
const limits = { ...defaultLimits, bksIterations: Number.MAX_SAFE_INTEGER };
/** Length of the HMAC-SHA-1 after the entries. */
const macLength = 20;
/**
 * Plausible dates are less than this many milliseconds (about 9,000 years) before or after 1970. Of random 64-bit numbers, only one in 2^15
 * is that small.
 */
const farDate = 2 ** 48;

/**
 * Checks whether the bytes begin like BKS or UBER: with version 0, 1 or 2, a complete salt of 1 to 1,024 bytes, and an iteration count of
 * at least 1.
 */
export function hasBouncyCastleHeader(bytes: Uint8Array): boolean {
  try {
    entriesOf(bytes);
    return true;
  } catch (error) {
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}

/**
 * Returns true for BKS, and false for UBER. Call it only if {@link hasBouncyCastleHeader} returns true. In BKS, the header is followed by
 * unencrypted entries, in UBER by ciphertext.
 */
export function looksLikeBks(bytes: Uint8Array): boolean {
  return beginsWithEntry(bytes) || isWhole(bytes);
}

/** Checks whether the list of entries is complete, and followed by exactly one MAC. */
function isWhole(bytes: Uint8Array): boolean {
  try {
    const records = entriesOf(bytes);
    records.readAll();
    return records.reader.left === macLength;
  } catch (error) {
    // More well-formed entries than the limit are enough evidence.
    if (error instanceof LimitExceededError && error.limit === 'entries') return true;
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}

/**
 * Checks whether the first entry is plausible. This recognizes stores that {@link isWhole} does not, because they are damaged after their
 * first entry, or have bytes after their end.
 */
function beginsWithEntry(bytes: Uint8Array): boolean {
  try {
    const records = entriesOf(bytes);
    const { type, aliasForm, milliseconds, chainLength } = records.readStart();
    // In a store without entries, only the end mark follows the header. That is weak evidence, because one ciphertext in 256 begins with a
    // zero byte too. The length of ciphertext, however, is a multiple of 16.
    if (type === 0) return (records.reader.left + 1) % 16 !== 0;
    return aliasForm !== 'latin1' && Math.abs(milliseconds) < farDate && chainLength <= defaultLimits.chainLength;
  } catch (error) {
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}

/** Reads the header. The returned reader is at the first entry. */
function entriesOf(bytes: Uint8Array): BksRecordReader {
  const records = new BksRecordReader(bytes, 'store', limits);
  readBksHeader(records.reader, 'BKS', limits);
  return records;
}
