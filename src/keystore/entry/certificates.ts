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
 * The chain of an entry, leaf first. Java writes it so, but programs that write keystores themselves write it in any order: the leaf of a
 * chain that begins with a CA is the only certificate that is no CA's.
 */
export function chainFromLeaf({ certificateChain }: PrivateKeyEntry): readonly Certificate[] {
  const [first] = certificateChain;
  if (first === undefined || certificateChain.length === 1 || !isCa(first)) return certificateChain;
  const [leaf, ...more] = certificateChain.filter((certificate) => !isCa(certificate));
  if (leaf === undefined || more.length > 0) return certificateChain;
  if (leaf === certificateChain.at(-1)) return certificateChain.toReversed();
  return [leaf, ...certificateChain.filter((certificate) => certificate !== leaf)];
}

/** The certificate of an entry's key: the first of {@link chainFromLeaf}. */
export function ownCertificate(entry: PrivateKeyEntry): Certificate | undefined {
  return chainFromLeaf(entry)[0];
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
