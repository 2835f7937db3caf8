import { Jks2PemError, LimitExceededError } from '../../errors.js';
import { defaultLimits } from '../../limits.js';
import { BksRecordReader } from '../bks/entry-records.js';
import { readBksHeader } from '../bks/header.js';

/** Nothing is derived here, so no iteration count is too high to be recognised. */
const limits = { ...defaultLimits, bksIterations: Number.MAX_SAFE_INTEGER };
/** Bytes of the MAC behind the entries. */
const macLength = 20;
/** Java dates within some 9000 years of 1970 have a high half of this size at most; noise has it once in 2^15 times. */
const farDate = 2 ** 48;

/** Whether the bytes begin like BKS or UBER: a known version, and a salt of a possible length that is there. */
export function hasBouncyCastleHeader(bytes: Uint8Array): boolean {
  return entriesOf(bytes) !== undefined;
}

/**
 * Whether bytes that {@link hasBouncyCastleHeader} are BKS; if not, they are UBER. The two have the same header and the same
 * versions, but behind it BKS has entries in the clear and UBER has ciphertext, which is noise to whoever has no password.
 */
export function looksLikeBks(bytes: Uint8Array): boolean {
  return beginsWithEntry(bytes) || isWhole(bytes);
}

/** A list of entries that reads to its end, with a MAC and nothing else behind it. */
function isWhole(bytes: Uint8Array): boolean {
  const frame = entriesOf(bytes);
  if (frame === undefined) return false;
  try {
    frame.readAll();
    return frame.reader.left === macLength;
  } catch (error) {
    // Each of them well-formed, only too many.
    if (error instanceof LimitExceededError && error.limit === 'entries') return true;
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}

/** A store that is damaged further on, or has something behind its end. */
function beginsWithEntry(bytes: Uint8Array): boolean {
  const frame = entriesOf(bytes);
  if (frame === undefined) return false;
  try {
    const { type, aliasForm, milliseconds, chainLength } = frame.readStart();
    // The end of the list alone proves little: one ciphertext in 256 begins with a zero byte too.
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
