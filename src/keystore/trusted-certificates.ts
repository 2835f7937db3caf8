import { firstOnly } from '../x509/distinct.js';
import type { EntryList } from './entry-list.js';

/** A certificate that a store trusts, as bytes. */
export interface TrustedBytes {
  /** Which entry of the list it is. */
  readonly index: number;
  readonly der: Uint8Array;
}

/**
 * The trusted certificates of a store, each once, ordered by alias. No entry is made for them: there may be thousands.
 *
 * Java keeps entries in a hash table: of two under one alias the last is the only one that it trusts, and the order of the
 * file means nothing; that of the aliases is at least stable.
 */
export function trustedCertificates(entries: EntryList): TrustedBytes[] {
  const certificates: Uint8Array[] = [];
  const byIndex: (Uint8Array | undefined)[] = [];
  for (let index = 0; index < entries.length; index++) {
    const der = entries.trustedAt(index);
    byIndex.push(der);
    if (der !== undefined) certificates.push(der);
  }
  const isFirst = firstOnly(certificates);
  const trusted: TrustedBytes[] = [];
  // By code units, which no locale and no engine has a say in.
  for (const alias of [...entries.byAlias.keys()].sort()) {
    const index = entries.byAlias.get(alias) as number;
    const der = byIndex[index];
    if (der !== undefined && isFirst(der)) trusted.push({ index, der });
  }
  return trusted;
}
