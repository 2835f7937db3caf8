import type { Certificate } from '../../x509/certificate.js';
import { withParts } from '../../x509/parse-certificate.js';
import { ifReadable } from '../../x509/readable.js';
import type { Entry, KeyStore, PrivateKeyEntry, TrustedCertificateEntry } from '../types.js';

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
 * The certificate of an entry's key. Java puts it first in the chain, but programs that write keystores themselves write chains in any
 * order; so of a chain that begins with a CA it is the only one that is no CA's.
 */
export function ownCertificate({ certificateChain }: PrivateKeyEntry): Certificate | undefined {
  const [first] = certificateChain;
  if (first === undefined || certificateChain.length === 1 || !isCa(first)) return first;
  const others = certificateChain.filter((certificate) => !isCa(certificate));
  return others.length === 1 ? others[0] : first;
}

function isCa(certificate: Certificate): boolean {
  return ifReadable(() => withParts(certificate).extensions.basicConstraints?.ca) === true;
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
