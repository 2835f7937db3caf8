import type { ByteStrings } from '../../bytes/byte-strings.js';
import { repetitions } from '../../x509/distinct.js';
import type { EntryList } from './entry-list.js';

/**
 * The trusted certificates of a store, each once, ordered by alias. No entry is made for them: there may be thousands.
 *
 * Java keeps entries in a hash table: of two under one alias the last is the only one that it trusts, and the order of the
 * file means nothing; that of the aliases is at least stable.
 */
export class TrustedCertificates {
  /** Which entries of the list they are. */
  readonly indices: readonly number[];
  /** DER. */
  readonly der: ByteStrings;

  constructor(entries: EntryList) {
    const trusted = entries.inAliasOrder.filter((index) => entries.isTrustedAt(index));
    const der = entries.trustedOf(trusted);
    const repeated = repetitions(der);
    this.indices = repeated.size === 0 ? trusted : trusted.filter((_, at) => !repeated.has(at));
    this.der = repeated.size === 0 ? der : entries.trustedOf(this.indices);
  }
}
