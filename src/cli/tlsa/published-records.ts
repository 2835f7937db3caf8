import type { Certificate } from '../../x509/certificate.js';
import { certificateName } from '../../x509/display-name.js';
import { formatTlsaRecord, matchesTlsa, type TlsaRecord } from '../../x509/tlsa.js';

/**
 * Explains why clients with DANE would refuse a server that sends this chain: no published record matches it (RFC 7672 2.2).
 * @returns undefined if a record matches, or if there are no records
 */
export function tlsaMismatch(chain: readonly Certificate[], records: readonly TlsaRecord[]): string | undefined {
  const [leaf] = chain;
  const [first, ...others] = records;
  if (leaf === undefined || first === undefined || records.some((record) => matchesTlsa(record, chain)))
    return undefined;
  const published = others.length === 0 ? formatTlsaRecord(first) : `${records.length} records`;
  return `no published TLSA record matches "${certificateName(leaf)}" (${published}); publish what jks2pem tlsa prints, and wait for the TTL, before this file is used`;
}
