import { StoreMalformedError } from '../../errors.js';
import type { Warning } from '../../warnings.js';

/**
 * What cannot be read is not worth telling one by one where there is so much of it: what claims to be a store is noise then,
 * made perhaps to have millions of certificates (seven bytes each would do) described at greater length than they have.
 */
const mostWarnings = 10_000;

/** @throws {StoreMalformedError} if there are ten thousand warnings already */
export function requireFewWarnings(warnings: readonly Warning[], path: string): void {
  if (warnings.length >= mostWarnings) throw new StoreMalformedError(path, 'too much in this store cannot be read', 0);
}
