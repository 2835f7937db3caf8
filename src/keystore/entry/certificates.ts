import type { Certificate } from '../../x509/certificate.js';
import type { Entry, KeyStore, TrustedCertificateEntry } from '../types.js';

/** The certificates of an entry of any kind, leaf first. */
export function certificatesOf(entry: Entry): readonly Certificate[] {
  switch (entry.kind) {
    case 'PrivateKeyEntry':
    case 'PublicKeyEntry':
      return entry.certificateChain;
    case 'trustedCertEntry':
      return [entry.certificate];
    case 'SecretKeyEntry':
      return [];
  }
}

/**
 * The trusted entries, ordered by the UTF-16 code units of their aliases: Java keeps entries in a hash table, so the file order
 * means nothing. Of several entries under one alias Java trusts only the last; in PKCS#12 the friendlyName is no key, so all count.
 */
export function trustedEntries(store: KeyStore): TrustedCertificateEntry[] {
  const trusted: TrustedCertificateEntry[] = [];
  for (const entry of store) {
    if (entry.kind !== 'trustedCertEntry') continue;
    if (store.type === 'PKCS12' || store.getEntry(entry.alias) === entry) trusted.push(entry);
  }
  return trusted.sort((a, b) => (a.alias < b.alias ? -1 : a.alias > b.alias ? 1 : 0));
}
