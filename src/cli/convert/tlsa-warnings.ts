import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import type { TlsaRecord } from '../../x509/tlsa.js';
import { tlsaMismatch } from '../tlsa/published-records.js';

/**
 * Warns about each chain that no published TLSA record matches. A server may send any of its chains, depending on the client, so each of them
 * needs a record (RFC 7672 2.2).
 */
export function tlsaWarnings(
  chains: readonly (readonly Certificate[])[],
  records: readonly TlsaRecord[],
): readonly Warning[] {
  return chains.flatMap((chain): Warning[] => {
    const message = tlsaMismatch(chain, records);
    return message === undefined ? [] : [{ code: 'WARN_TLSA_MISMATCH', message }];
  });
}
